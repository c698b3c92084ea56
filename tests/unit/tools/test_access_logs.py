"""Access logs of a first deployment: it neither fails for want of a role, nor takes the place of one."""

import re

import boto3
import pytest
from botocore.exceptions import NoCredentialsError
from botocore.stub import Stubber

from tools import access_logs
from tools.paths import ROOT
from tools.translate import written

_ROLE = "arn:aws:iam::123456789012:role/logs"


class _Account:
    """Stands in for AWS; `answer` is what API Gateway says of the account, or the error."""

    place = "AWS, eu-south-1"

    def __init__(self, answer: dict[str, str] | Exception) -> None:
        self._answer = answer

    def client(self, name: str) -> object:
        if isinstance(self._answer, Exception):
            raise self._answer
        client = boto3.client("apigateway", region_name="eu-south-1")
        assert name == "apigateway"
        stub = Stubber(client)
        stub.add_response("get_account", self._answer)
        stub.activate()
        return client


@pytest.mark.parametrize(
    ("answer", "logs", "makes_role"),
    [
        ({}, "true", "true"),
        ({"cloudwatchRoleArn": _ROLE}, "true", "false"),
        (NoCredentialsError(), "false", "false"),
    ],
)
def test_a_first_deployment_logs_where_it_can_and_replaces_no_role(
    answer: dict[str, str] | Exception,
    logs: str,
    makes_role: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(access_logs, "connect", lambda: _Account(answer))
    assert access_logs.main() == 0
    printed = capsys.readouterr()
    assert printed.out == f"AccessLogs={logs} CreateApiGatewayLogRole={makes_role}\n"
    assert printed.err.count("\n") == 1


def test_without_being_asked_nothing_is_replaced_and_nothing_needs_a_role() -> None:
    template = written()
    for name in ("AccessLogs", "CreateApiGatewayLogRole"):
        assert template["Parameters"][name]["Default"] == "false"
    both = {"Fn::And": [{"Condition": "HasAccessLogs"}, {"Fn::Equals": [{"Ref": "CreateApiGatewayLogRole"}, "true"]}]}
    assert template["Conditions"]["CreatesLogRole"] == both
    for name in ("ApiGatewayAccount", "ApiGatewayLogRole"):
        assert template["Resources"][name]["Condition"] == "CreatesLogRole"
    deploy = re.search(r"^deploy:.*\n(?:\t.*\n)+", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert deploy is not None
    assert "tools.access_logs" in deploy[0]
