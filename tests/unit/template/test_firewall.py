"""The firewall in front of the API: whom it refuses, what it reads, what it answers, and what it writes down."""

import json
import re
from typing import Any

import pytest

from tests.unit.template.deployment import Deployment
from tests.unit.template.edge import ACL, EDGE, HASHES, ROUTES, RULES, WINDOW
from tests.unit.template.firewall import Request, capacity, fields, matches
from tests.unit.template.translated import DEPLOYED
from tools.local_stack.gateway import GatewayResponses
from tools.translate import TEMPLATE
from utenza.errors import TooManyAttempts
from utenza.http import problems


def test_the_firewall_is_that_of_the_apis_stage_and_lets_through_what_no_rule_refuses() -> None:
    of_the_api = EDGE["Resources"]["WebAclOfTheApi"]["Properties"]
    assert of_the_api["ResourceArn"]["Fn::Sub"].endswith(
        ":apigateway:${AWS::Region}::/restapis/${RestApiId}/stages/${Stage}"
    )
    assert (ACL["Scope"], ACL["DefaultAction"]) == ("REGIONAL", {"Allow": {}})
    assert DEPLOYED["Edge"]["Properties"]["Parameters"]["Stage"] == {"Ref": "ApiStage"}


def test_the_rules_are_asked_in_order_the_cheap_ones_first() -> None:
    assert sorted(RULES, key=lambda name: RULES[name]["Priority"]) == [
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
    assert [rule["Priority"] for rule in ACL["Rules"]] == list(range(len(RULES)))
    assert sum(capacity(rule["Statement"]) for rule in ACL["Rules"]) == 1074  # 1,500 are in the price


@pytest.mark.parametrize("mode", ["block", "count"])
def test_a_parameter_lets_every_rule_only_count(mode: str) -> None:
    deployment = Deployment(EDGE, {"Firewall": mode})
    actions = {name: deployment.value(rule.get("Action") or rule["OverrideAction"]) for name, rule in RULES.items()}
    # Whom people trust is let through, and honest people too use VPNs.
    assert (actions.pop("trusted"), actions.pop("anonymous")) == ({"Allow": {}}, {"Count": {}})
    for name, action in actions.items():
        refuses: dict[str, Any] = {"Block": {}} if "Action" in RULES[name] else {"None": {}}
        assert action == (refuses if mode == "block" else {"Count": {}})
    logged = EDGE["Resources"]["WebAclLogging"]["Properties"]["LoggingFilter"]
    [kept] = deployment.value(logged)["Filters"]
    assert (logged["DefaultBehavior"], kept["Behavior"]) == ("DROP", "KEEP")
    assert kept["Conditions"] == [{"ActionCondition": {"Action": "BLOCK" if mode == "block" else "COUNT"}}]


def test_no_rule_reads_what_people_write() -> None:
    """A password may be `<script>` or `' OR 1=1 --`, and a name D'Angelo: free text that nobody is refused for."""
    assert set(fields(ACL["Rules"])) == {"Method", "UriPath"}
    with_body = {(method, path) for method, path in ROUTES if method not in {"GET", "HEAD", "OPTIONS"}}
    assert ("POST", "/credentials") in with_body
    groups = {name: rule for name, rule in RULES.items() if "ManagedRuleGroupStatement" in rule["Statement"]}
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
    [override] = RULES["common"]["Statement"]["ManagedRuleGroupStatement"]["RuleActionOverrides"]
    assert (override["Name"], override["ActionToUse"]) == ("NoUserAgent_HEADER", {"Count": {}})


def test_what_hashes_is_counted_apart_however_it_is_written() -> None:
    statement = RULES["hashes-per-address"]["Statement"]
    counted = {route for route in ROUTES if matches(statement, Request(route[0], f"/prod{route[1]}"))}
    assert counted == set(HASHES)
    for path in ("/login", "/utenza/login", "/prod//login", "/prod/log%69n", "/prod/login/", "/prod/./login"):
        assert matches(statement, Request("POST", path)), path
    for path in ("/prod/login%2Frefresh", "/prod/login/refresh", "/prod/xlogin", "/prod/login.x"):
        assert not matches(statement, Request("POST", path)), path


def test_no_parameter_makes_a_deployment_empty_the_sets_that_people_fill() -> None:
    for name in ("TrustedIpv4", "TrustedIpv6", "RefusedIpv4", "RefusedIpv6"):
        properties = EDGE["Resources"][name]["Properties"]
        assert properties["Addresses"] == []
        assert re.findall(r"\$\{(\w+)\}|\"Ref\": \"(\w+)\"", json.dumps(properties)) == [("Application", "")], name


def test_addresses_of_ipv6_are_counted_by_network_too() -> None:
    rule = RULES["hashes-per-network"]["Statement"]
    of = rule["RateBasedStatement"]
    assert (of["AggregateKeyType"], of["CustomKeys"]) == ("CUSTOM_KEYS", [{"ASN": {}}])
    assert matches(rule, Request("POST", "/login", is_ipv6=True))
    assert not matches(rule, Request("POST", "/login"))  # or a carrier's customers would shut out one another
    assert not matches(rule, Request("POST", "/verify", is_ipv6=True))
    assert EDGE["Resources"]["EveryIpv6"]["Properties"]["Addresses"] == ["2000::/3"]


def test_the_firewall_answers_in_the_contracts_words() -> None:
    # A custom response of AWS WAF comes before the gateway's, is no problem+json and knows no Origin.
    assert "CustomResponse" not in json.dumps(ACL)
    answer = GatewayResponses(TEMPLATE).render("WAF_FILTERED", request_id="id-1", origin="https://a.example")
    expected = problems.render(TooManyAttempts(WINDOW), language="it", instance="id-1")
    said, meant = json.loads(answer.body), json.loads(expected.body)
    assert (answer.status, answer.headers["Retry-After"]) == (429, str(WINDOW))
    assert {**said, "detail": ""} == {**meant, "errors": said["errors"], "detail": ""}
    assert all("Riprovi tra 5 minuti." in answer["detail"] for answer in (said, meant))
    # Who shares an address with an attacker waits in vain.
    assert "un'altra rete" in said["detail"]
    assert said["detail"].endswith("si rivolga al Suo fornitore.")


def test_the_firewalls_log_has_no_secret_and_samples_none() -> None:
    logging = EDGE["Resources"]["WebAclLogging"]["Properties"]
    headers = {field["SingleHeader"]["Name"] for field in logging["RedactedFields"] if "SingleHeader" in field}
    assert headers == {"authorization", "cookie", "x-amz-security-token"}
    assert [field for field in logging["RedactedFields"] if "SingleHeader" not in field] == [
        {"QueryString": {}},
        {"UriPath": {}},
    ]
    group = EDGE["Resources"]["WebAclLog"]["Properties"]["LogGroupName"]["Fn::Sub"]
    assert group.startswith("aws-waf-logs-")
    assert logging["LogDestinationConfigs"][0]["Fn::Sub"].endswith(f":log-group:{group}")
    for each in (ACL, *ACL["Rules"]):
        assert each["VisibilityConfig"]["SampledRequestsEnabled"] is False


def test_an_alarm_tells_when_customers_of_a_network_are_refused() -> None:
    alarm = EDGE["Resources"]["NetworkRefusedAlarm"]["Properties"]
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    assert dimensions["WebACL"] == ACL["Name"] == ACL["VisibilityConfig"]["MetricName"]  # of this stack alone
    assert dimensions["Rule"] == RULES["hashes-per-network"]["VisibilityConfig"]["MetricName"]
    assert (alarm["Threshold"], alarm["TreatMissingData"]) == (0, "notBreaching")
    assert alarm["AlarmActions"] == [{"Ref": "AlarmTopicArn"}]
    metrics = [Deployment(EDGE, {"Firewall": mode}).value(alarm["MetricName"]) for mode in ("block", "count")]
    assert metrics == ["BlockedRequests", "CountedRequests"]
    for name, rule in RULES.items():
        assert rule["VisibilityConfig"]["MetricName"] == name
