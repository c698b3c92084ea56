"""The gateway speaks like the contract."""

import json

from tests.unit.template.translated import FUNCTIONS, RESOURCES, function
from tools.local_stack.gateway import GatewayResponses
from tools.translate import TEMPLATE
from utenza.http.problems import STATUS


def test_iam_guards_what_machines_read_and_nothing_else() -> None:
    guarded = {
        event["Properties"]["Path"]: event["Properties"]["Auth"]
        for name in FUNCTIONS
        for event in function(name).get("Events", {}).values()
        if "Auth" in event["Properties"]
    }
    assert guarded == {"/crm/changes": {"Authorizer": "AWS_IAM", "InvokeRole": "NONE"}}


def test_preflights_reach_the_function_of_their_path() -> None:
    for name in set(FUNCTIONS) - {"crm"}:  # which is for machines alone
        events = function(name).get("Events", {}).values()
        routes = [event["Properties"] for event in events if event["Type"] == "Api"]
        paths = {route["Path"] for route in routes}
        assert {route["Path"] for route in routes if route["Method"] == "options"} == paths


def test_the_api_is_reached_by_ipv4_and_ipv6() -> None:
    endpoint = RESOURCES["Api"]["Properties"]["EndpointConfiguration"]
    assert endpoint == {"Type": "REGIONAL", "IpAddressType": "dualstack"}


def test_the_gateways_own_errors_are_those_of_the_contract() -> None:
    types = RESOURCES["Api"]["Properties"]["GatewayResponses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "REQUEST_TOO_LARGE", "UNAUTHORIZED"} <= set(types)
    responses = GatewayResponses(TEMPLATE)
    for response_type in types:
        answer = responses.render(response_type, request_id="id-1", origin="https://a.example")
        problem = json.loads(answer.body)
        assert set(problem) == {"type", "title", "status", "detail", "instance", "code", "errors"}
        assert answer.status == problem["status"] == STATUS[problem["code"]]
        assert problem["instance"] == "id-1"
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["Access-Control-Allow-Origin"] == "https://a.example"
        assert ("Retry-After" in answer.headers) == (answer.status in {429, 503})
        assert ("WWW-Authenticate" in answer.headers) == (answer.status == 401)


def test_access_logs_hold_nothing_of_a_person() -> None:
    settings = RESOURCES["Api"]["Properties"]["AccessLogSetting"]["Fn::If"][1]
    variables = {value.removeprefix("$context.") for value in json.loads(settings["Format"]).values()}
    assert variables <= {
        "requestTime",
        "requestId",
        "httpMethod",
        "resourcePath",
        "status",
        "responseLength",
        "responseLatency",
        "integration.latency",
        "error.responseType",
    }
