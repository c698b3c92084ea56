"""What stands in front of the API: the firewall, the rates, and the domain."""

import json
import re
from typing import Any

import pytest

from tests.unit.template.deployment import Deployment
from tests.unit.template.firewall import Request, capacity, fields, matches
from tests.unit.template.translated import DEPLOYED, FUNCTIONS, RESOURCES, WRITTEN, function
from tools.local_stack.deploy import parameters
from tools.local_stack.gateway import GatewayResponses
from tools.paths import ROOT
from tools.translate import TEMPLATE, written
from utenza.errors import TooManyAttempts
from utenza.http import problems

_EDGE = written(ROOT / "stacks" / "edge.yaml")
_ACL = _EDGE["Resources"]["WebAcl"]["Properties"]
_RULES: dict[str, dict[str, Any]] = {rule["Name"]: rule for rule in _ACL["Rules"]}
_WINDOW = 300  # seconds that the rate rules count
_ROUTES = {
    (event["Properties"]["Method"].upper(), event["Properties"]["Path"])
    for name in FUNCTIONS
    for event in function(name).get("Events", {}).values()
    if event["Type"] == "Api"
}
# Each module that hashes, and the route whose call does.
_HASHES = {
    "account/password.py": "/account/password",
    "account/question.py": "/account/question",
    "account/reauth.py": "/account/reauth",
    "account/user_id_undo.py": "/account/user-id/undo",
    "credentials/flow.py": "/credentials",
    "login/flow.py": "/login",
    "recovery/flow.py": "/recovery/password",
}


def _default(name: str) -> int:
    return int(WRITTEN["Parameters"][name]["Default"])


def _throttled(kind: str) -> set[tuple[str, str]]:
    """Return the methods with the rate and the burst of one kind."""
    settings = [s for s in DEPLOYED["ApiStage"]["Properties"]["MethodSettings"] if s["ResourcePath"] != "/*"]
    limits = ({"Ref": f"Throttling{kind}Rate"}, {"Ref": f"Throttling{kind}Burst"})
    chosen = [s for s in settings if (s["ThrottlingRateLimit"], s["ThrottlingBurstLimit"]) == limits]
    return {(s["HttpMethod"], s["ResourcePath"].removeprefix("/").replace("~1", "/")) for s in chosen}


def test_every_module_that_hashes_is_known_here() -> None:
    calls = re.compile(r"hasher\.(hash|verify)\(")
    modules = (ROOT / "functions").glob("*/*.py")
    found = {"/".join(path.parts[-2:]) for path in modules if calls.search(path.read_text(encoding="utf-8"))}
    assert found == set(_HASHES)


def test_what_hashes_is_throttled_lower_and_what_asks_nobody_higher() -> None:
    assert _throttled("Hashing") == {("POST", path) for path in _HASHES.values()}
    assert _throttled("Public") == {
        ("GET", "/suppliers"),
        ("HEAD", "/suppliers"),
        ("GET", "/.well-known/jwks.json"),
        ("GET", "/.well-known/openid-configuration"),
    }
    assert _throttled("Hashing") | _throttled("Public") <= _ROUTES
    of_all = DEPLOYED["ApiStage"]["Properties"]["MethodSettings"][0]
    assert (of_all["ResourcePath"], of_all["ThrottlingRateLimit"]) == ("/*", {"Ref": "ThrottlingRate"})
    for what in ("Rate", "Burst"):
        assert (
            _default(f"ThrottlingHashing{what}") < _default(f"Throttling{what}") < _default(f"ThrottlingPublic{what}")
        )


def test_no_host_uses_up_what_a_method_answers() -> None:
    """A tenth of a method's rate for one address, less than half for one network."""
    assert _default("FirewallHashesPerAddress") <= _default("ThrottlingHashingRate") * _WINDOW / 10
    assert _default("FirewallRequestsPerAddress") <= _default("ThrottlingRate") * _WINDOW / 10
    assert _default("FirewallHashesPerNetwork") < _default("ThrottlingHashingRate") * _WINDOW / 2
    for name in ("hashes-per-address", "hashes-per-network", "requests-per-address"):
        assert _RULES[name]["Statement"]["RateBasedStatement"]["EvaluationWindowSec"] == _WINDOW


def test_executions_are_reserved_for_what_hashes_where_the_account_has_them() -> None:
    reserved = {"login": "ReservedForLogin"}
    reserved |= dict.fromkeys(("credentials", "recovery", "reclaim", "account"), "ReservedForHashing")
    assert {path.split("/")[0] for path in _HASHES} <= set(reserved)
    for name in FUNCTIONS:
        deployed = DEPLOYED[f"{name.title().replace('_', '')}Function"]["Properties"]
        value = deployed.get("ReservedConcurrentExecutions", {"Ref": "AWS::NoValue"})
        # A new account has none to give: by default nothing is reserved.
        assert Deployment(WRITTEN).value(value) == {"Ref": "AWS::NoValue"}
        given = Deployment(WRITTEN, {"ReservedForLogin": 7, "ReservedForHashing": 5}).value(value)
        assert given == {"ReservedForLogin": 7, "ReservedForHashing": 5}.get(reserved.get(name, ""), value)


def test_the_edge_is_not_deployed_on_the_emulator() -> None:
    local = parameters("http://127.0.0.1:8000", "http://127.0.0.1:4566", "http://127.0.0.1:8080")
    on_emulator, on_aws = Deployment(WRITTEN, local), Deployment(WRITTEN)
    assert (on_emulator.has("Edge"), on_aws.has("Edge")) == (False, True)
    assert not Deployment(WRITTEN, {"Firewall": "off"}).has("Edge")
    assert Deployment(WRITTEN, {"Firewall": "off", "DomainName": "a.example"}).has("Edge")
    api = DEPLOYED["Api"]["Properties"]
    assert on_emulator.value(api["SecurityPolicy"]) == {"Ref": "AWS::NoValue"}


def test_the_edge_gets_every_parameter_that_it_has() -> None:
    assert set(DEPLOYED["Edge"]["Properties"]["Parameters"]) == set(_EDGE["Parameters"])
    assert all(parameter["Description"] for parameter in _EDGE["Parameters"].values())


@pytest.mark.parametrize(
    ("given", "there"),
    [
        ({"Firewall": "block"}, {"WebAcl", "WebAclOfTheApi", "WebAclLog", "WebAclLogging"}),
        ({"Firewall": "off"}, set()),
        ({"DomainName": "a.example", "CertificateArn": "arn"}, {"Domain", "Mapping"}),
        (
            {"DomainName": "a.example", "HostedZoneId": "Z1"},
            {"Certificate", "Domain", "Mapping", "RecordOfIpv4", "RecordOfIpv6"},
        ),
        (
            {"DomainName": "a.example", "HostedZoneId": "Z1", "CertificateArn": "arn"},
            {"Domain", "Mapping", "RecordOfIpv4", "RecordOfIpv6"},
        ),
    ],
)
def test_the_edge_has_what_was_asked_for(given: dict[str, str], there: set[str]) -> None:
    deployment = Deployment(_EDGE, {"Firewall": "off", **given})
    found = {name for name in _EDGE["Resources"] if deployment.has(name)}
    assert {name for name in found if not name.endswith(("Ipv4", "Ipv6")) or name.startswith("Record")} == there


# The firewall --------------------------------------------------------------------------------------------------


def test_the_firewall_is_that_of_the_apis_stage_and_lets_through_what_no_rule_refuses() -> None:
    of_the_api = _EDGE["Resources"]["WebAclOfTheApi"]["Properties"]
    assert of_the_api["ResourceArn"]["Fn::Sub"].endswith(
        ":apigateway:${AWS::Region}::/restapis/${RestApiId}/stages/${Stage}"
    )
    assert (_ACL["Scope"], _ACL["DefaultAction"]) == ("REGIONAL", {"Allow": {}})
    assert DEPLOYED["Edge"]["Properties"]["Parameters"]["Stage"] == {"Ref": "ApiStage"}


def test_the_rules_are_asked_in_order_the_cheap_ones_first() -> None:
    assert sorted(_RULES, key=lambda name: _RULES[name]["Priority"]) == [
        "trusted",
        "refused",
        "reputation",
        "hashes-per-address",
        "hashes-per-network",
        "requests-per-address",
        "anonymous",
        "bad-inputs",
        "common",
    ]
    assert [rule["Priority"] for rule in _ACL["Rules"]] == list(range(len(_RULES)))
    assert sum(capacity(rule["Statement"]) for rule in _ACL["Rules"]) == 1074  # 1,500 are in the price


@pytest.mark.parametrize("mode", ["block", "count"])
def test_a_parameter_lets_every_rule_only_count(mode: str) -> None:
    deployment = Deployment(_EDGE, {"Firewall": mode})
    actions = {name: deployment.value(rule.get("Action") or rule["OverrideAction"]) for name, rule in _RULES.items()}
    # Whom people trust is let through, and honest people too use VPNs.
    assert (actions.pop("trusted"), actions.pop("anonymous")) == ({"Allow": {}}, {"Count": {}})
    for name, action in actions.items():
        refuses: dict[str, Any] = {"Block": {}} if "Action" in _RULES[name] else {"None": {}}
        assert action == (refuses if mode == "block" else {"Count": {}})
    logged = _EDGE["Resources"]["WebAclLogging"]["Properties"]["LoggingFilter"]
    [kept] = deployment.value(logged)["Filters"]
    assert (logged["DefaultBehavior"], kept["Behavior"]) == ("DROP", "KEEP")
    assert kept["Conditions"] == [{"ActionCondition": {"Action": "BLOCK" if mode == "block" else "COUNT"}}]


def test_no_rule_reads_what_people_write() -> None:
    """A password may be `<script>` or `' OR 1=1 --`, and a name D'Angelo: free text that nobody is refused for."""
    assert set(fields(_ACL["Rules"])) == {"Method", "UriPath"}
    with_body = {(method, path) for method, path in _ROUTES if method not in {"GET", "HEAD", "OPTIONS"}}
    assert ("POST", "/credentials") in with_body
    groups = {name: rule for name, rule in _RULES.items() if "ManagedRuleGroupStatement" in rule["Statement"]}
    # These two know addresses alone; the others also have rules that read bodies, today's and tomorrow's.
    by_address = {"AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesAnonymousIpList"}
    for name, rule in groups.items():
        of = rule["Statement"]["ManagedRuleGroupStatement"]
        if of["Name"] not in by_address:
            asked = {route for route in with_body if matches(rule["Statement"], Request(route[0], f"/prod{route[1]}"))}
            assert asked == set(), name
            assert matches(rule["Statement"], Request("GET", "/prod/suppliers"))  # else it is of no use
    assert {rule["Statement"]["ManagedRuleGroupStatement"]["Name"] for rule in groups.values()} == {
        *by_address,
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesCommonRuleSet",
    }  # neither SQL nor PHP nor any bot control


def test_apps_need_not_say_what_they_are() -> None:
    [override] = _RULES["common"]["Statement"]["ManagedRuleGroupStatement"]["RuleActionOverrides"]
    assert (override["Name"], override["ActionToUse"]) == ("NoUserAgent_HEADER", {"Count": {}})


def test_what_hashes_is_counted_apart_however_it_is_written() -> None:
    statement = _RULES["hashes-per-address"]["Statement"]
    counted = {route for route in _ROUTES if matches(statement, Request(route[0], f"/prod{route[1]}"))}
    assert counted == {("POST", path) for path in _HASHES.values()}
    for path in ("/login", "/utenza/login", "/prod//login", "/prod/log%69n", "/prod/login/", "/prod/./login"):
        assert matches(statement, Request("POST", path)), path
    for path in ("/prod/login/refresh", "/prod/xlogin", "/prod/login.x"):
        assert not matches(statement, Request("POST", path)), path


def test_addresses_of_ipv6_are_counted_by_network_too() -> None:
    rule = _RULES["hashes-per-network"]["Statement"]
    of = rule["RateBasedStatement"]
    assert (of["AggregateKeyType"], of["CustomKeys"]) == ("CUSTOM_KEYS", [{"ASN": {}}])
    assert matches(rule, Request("POST", "/login", is_ipv6=True))
    assert not matches(rule, Request("POST", "/login"))  # or a carrier's customers would shut out one another
    assert not matches(rule, Request("POST", "/verify", is_ipv6=True))
    assert _EDGE["Resources"]["EveryIpv6"]["Properties"]["Addresses"] == ["2000::/3"]


def test_the_firewall_answers_in_the_contracts_words() -> None:
    # A custom response of AWS WAF comes before the gateway's, is no problem+json and knows no Origin.
    assert "CustomResponse" not in json.dumps(_ACL)
    answer = GatewayResponses(TEMPLATE).render("WAF_FILTERED", request_id="id-1", origin="https://a.example")
    expected = problems.render(TooManyAttempts(_WINDOW), language="it", instance="id-1")
    said, meant = json.loads(answer.body), json.loads(expected.body)
    assert (answer.status, answer.headers["Retry-After"]) == (429, str(_WINDOW))
    assert {**said, "detail": ""} == {**meant, "errors": said["errors"], "detail": ""}
    assert said["detail"].endswith("Riprovi tra 5 minuti.")
    assert meant["detail"].endswith("Riprovi tra 5 minuti.")


def test_the_firewalls_log_has_no_secret_and_samples_none() -> None:
    logging = _EDGE["Resources"]["WebAclLogging"]["Properties"]
    headers = {field["SingleHeader"]["Name"] for field in logging["RedactedFields"] if "SingleHeader" in field}
    assert headers == {"authorization", "cookie", "x-amz-security-token"}
    assert [field for field in logging["RedactedFields"] if "SingleHeader" not in field] == [
        {"QueryString": {}},
        {"UriPath": {}},
    ]
    group = _EDGE["Resources"]["WebAclLog"]["Properties"]["LogGroupName"]["Fn::Sub"]
    assert group.startswith("aws-waf-logs-")
    assert logging["LogDestinationConfigs"][0]["Fn::Sub"].endswith(f":log-group:{group}")
    for each in (_ACL, *_ACL["Rules"]):
        assert each["VisibilityConfig"]["SampledRequestsEnabled"] is False


# The domain ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "public"),
    [
        ({}, ""),
        ({"DomainName": "a.example"}, "https://a.example"),
        ({"DomainName": "a.example", "BasePath": "utenza"}, "https://a.example/utenza"),
        ({"DomainName": "a.example", "PublicUrl": "https://b.example"}, "https://b.example"),
    ],
)
def test_the_public_address_follows_the_domain(given: dict[str, str], public: str) -> None:
    deployment = Deployment(WRITTEN, given)
    variables = DEPLOYED["LoginFunction"]["Properties"]["Environment"]["Variables"]
    assert deployment.value(variables["PUBLIC_URL"]) == public
    said = deployment.value(WRITTEN["Outputs"]["ApiUrl"]["Value"])
    assert said == (public or "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/prod")
    keys = deployment.value(WRITTEN["Outputs"]["JwksUrl"]["Value"]["Fn::Sub"][1]["Url"])
    assert keys == said


@pytest.mark.parametrize(
    ("given", "hidden"),
    [
        ({}, False),
        ({"DomainName": "a.example"}, True),
        ({"DomainName": "a.example", "KeepGatewayAddress": "true"}, False),
    ],
)
def test_with_a_domain_the_gateways_own_address_is_switched_off(given: dict[str, str], *, hidden: bool) -> None:
    [server] = DEPLOYED["Api"]["Properties"]["Body"]["servers"]
    setting = server["x-amazon-apigateway-endpoint-configuration"]["disableExecuteApiEndpoint"]
    assert Deployment(WRITTEN, given).value(setting) is hidden
    # It acts when something of the stage changes (API Gateway's guide says so), so something does.
    variables = DEPLOYED["ApiStage"]["Properties"]["Variables"]
    changed = [
        Deployment(WRITTEN, {**given, "KeepGatewayAddress": value}).value(variables) for value in ("true", "false")
    ]
    assert (changed[0] != changed[1]) == ("DomainName" in given)


def test_api_and_domain_speak_tls_of_1_2_and_later() -> None:
    domain = _EDGE["Resources"]["Domain"]["Properties"]
    api = Deployment(WRITTEN).value(DEPLOYED["Api"]["Properties"])
    for each in (domain, api):
        assert (each["SecurityPolicy"], each["EndpointAccessMode"]) == ("SecurityPolicy_TLS13_1_2_2021_06", "BASIC")
    assert domain["EndpointConfiguration"] == {"Types": ["REGIONAL"], "IpAddressType": "dualstack"}


def test_a_domain_needs_a_certificate_or_a_zone_to_prove_one_in() -> None:
    rule = WRITTEN["Rules"]["DomainAndCertificate"]
    [assertion] = rule["Assertions"]
    for given, holds in (
        ({"DomainName": "a.example"}, False),
        ({"DomainName": "a.example", "CertificateArn": "arn"}, True),
        ({"DomainName": "a.example", "HostedZoneId": "Z1"}, True),
    ):
        deployment = Deployment(WRITTEN, given)
        assert deployment.holds(rule["RuleCondition"])
        assert deployment.holds(assertion["Assert"]) is holds
    assert not Deployment(WRITTEN).holds(rule["RuleCondition"])


def test_every_answer_of_the_gateway_asks_for_https() -> None:
    for of in RESOURCES["Api"]["Properties"]["GatewayResponses"].values():
        assert of["ResponseParameters"]["Headers"]["Strict-Transport-Security"] == "'max-age=31536000'"
