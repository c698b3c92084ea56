"""What stands in front of the API: the firewall, the rates, and the domain."""

import pytest

from tests.unit.template.deployment import Deployment
from tests.unit.template.edge import EDGE, HASHES, ROUTES, RULES, WINDOW
from tests.unit.template.translated import DEPLOYED, FUNCTIONS, RESOURCES, WRITTEN
from tools.local_stack.deploy import parameters


def _default(name: str) -> int:
    return int(WRITTEN["Parameters"][name]["Default"])


def _throttled(kind: str) -> set[tuple[str, str]]:
    """Return the methods with the rate and the burst of one kind."""
    settings = [s for s in DEPLOYED["ApiStage"]["Properties"]["MethodSettings"] if s["ResourcePath"] != "/*"]
    limits = ({"Ref": f"Throttling{kind}Rate"}, {"Ref": f"Throttling{kind}Burst"})
    chosen = [s for s in settings if (s["ThrottlingRateLimit"], s["ThrottlingBurstLimit"]) == limits]
    return {(s["HttpMethod"], s["ResourcePath"].removeprefix("/").replace("~1", "/")) for s in chosen}


def test_the_routes_that_hash_are_found_in_the_code() -> None:
    assert {("POST", "/login"), ("POST", "/recovery/password"), ("POST", "/account/reauth")} < set(HASHES) < ROUTES
    assert not {("POST", "/login/refresh"), ("POST", "/credentials/confirm"), ("GET", "/account")} & set(HASHES)


def test_what_hashes_is_throttled_lower_and_what_asks_nobody_higher() -> None:
    assert _throttled("Hashing") == set(HASHES)
    assert _throttled("Public") == {
        ("GET", "/suppliers"),
        ("HEAD", "/suppliers"),
        ("GET", "/.well-known/jwks.json"),
        ("GET", "/.well-known/openid-configuration"),
    }
    assert _throttled("Hashing") | _throttled("Public") <= ROUTES
    of_all = DEPLOYED["ApiStage"]["Properties"]["MethodSettings"][0]
    assert (of_all["ResourcePath"], of_all["ThrottlingRateLimit"]) == ("/*", {"Ref": "ThrottlingRate"})
    for what in ("Rate", "Burst"):
        assert (
            _default(f"ThrottlingHashing{what}") < _default(f"Throttling{what}") < _default(f"ThrottlingPublic{what}")
        )


def test_no_host_uses_up_what_a_method_answers() -> None:
    """A tenth of a method's rate for one address, less than half for one network."""
    assert _default("FirewallHashesPerAddress") <= _default("ThrottlingHashingRate") * WINDOW / 10
    assert _default("FirewallRequestsPerAddress") <= _default("ThrottlingRate") * WINDOW / 10
    assert _default("FirewallHashesPerNetwork") < _default("ThrottlingHashingRate") * WINDOW / 2
    for name in ("hashes-per-address", "hashes-per-network", "requests-per-address"):
        assert RULES[name]["Statement"]["RateBasedStatement"]["EvaluationWindowSec"] == WINDOW


def test_executions_are_reserved_for_what_hashes_where_the_account_has_them() -> None:
    reserved = {"login": "ReservedForLogin"}
    reserved |= dict.fromkeys(("credentials", "recovery", "reclaim", "account"), "ReservedForHashing")
    assert set(HASHES.values()) <= set(reserved)
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
    assert set(DEPLOYED["Edge"]["Properties"]["Parameters"]) == set(EDGE["Parameters"])
    assert all(parameter["Description"] for parameter in EDGE["Parameters"].values())


@pytest.mark.parametrize(
    ("given", "there"),
    [
        ({"Firewall": "block"}, {"WebAcl", "WebAclOfTheApi", "WebAclLog", "WebAclLogging", "NetworkRefusedAlarm"}),
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
    deployment = Deployment(EDGE, {"Firewall": "off", **given})
    found = {name for name in EDGE["Resources"] if deployment.has(name)}
    assert {name for name in found if not name.endswith(("Ipv4", "Ipv6")) or name.startswith("Record")} == there


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
    for name in ("AuthorizerFunction", "CanaryFunction"):  # which nobody calls at the address, so that they know it
        known = DEPLOYED[name]["Properties"]["Environment"]["Variables"]["PUBLIC_URL"]
        assert deployment.value(known) == said
    assert said == (public or "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/prod")
    keys = deployment.value(WRITTEN["Outputs"]["JwksUrl"]["Value"]["Fn::Sub"][1]["Url"])
    assert keys == said
    # The authorizer is called by other APIs: it compares the issuer, and cannot learn it from the call.
    variables = DEPLOYED["AuthorizerFunction"]["Properties"]["Environment"]["Variables"]
    assert deployment.value(variables["PUBLIC_URL"]) == said


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
    domain = EDGE["Resources"]["Domain"]["Properties"]
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
