"""What the CRM learns, in the deployed template with its roles: the API for machines, the files, the bucket."""

import csv
import json
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.integration.caller import Caller
from tests.integration.customers import PASSWORD, SUPPLIER, claim, credentials, person
from tools.aws import LOCAL_KEY, LOCAL_REGION
from tools.export_customers.cli import DONE, main
from tools.local_stack.deploy import STACK
from tools.local_stack.stack import LocalStack
from utenza.customers.record import Customer

pytestmark = pytest.mark.stack

_SECONDS = 40  # that the stream may take on a busy machine


class _Crm:
    """A machine of the CRM that signs its calls; without keys as the emulator's root, whose secret nobody checks."""

    def __init__(self, stack: LocalStack, keys: Credentials | None = None) -> None:
        self._keys = keys or Credentials(LOCAL_KEY, LOCAL_KEY)
        # Signed calls go to the emulator itself: the front door is another host than the one that it checks.
        self._api = f"{stack.endpoint}/_aws/execute-api/{stack.outputs['ApiId']}/prod"
        self.after = ""

    def ask(self) -> urllib3.BaseHTTPResponse:
        query = {"supplier": SUPPLIER, "limit": "1000"} | ({"after": self.after} if self.after else {})
        request = AWSRequest("GET", f"{self._api}/crm/changes?{urlencode(query)}")
        SigV4Auth(self._keys, "execute-api", LOCAL_REGION).add_auth(request)
        return urllib3.request("GET", str(request.url), headers=dict(request.headers), timeout=60, retries=False)

    def read(self) -> Any:
        answer = self.ask()
        assert answer.status == 200, answer.data
        return answer.json()

    def wait_for(self, code: str, kind: str) -> Any:
        """Return how this customer stands in the first change of this kind that comes, and go on behind it."""
        deadline = time.monotonic() + _SECONDS
        while time.monotonic() < deadline:
            page = self.read()
            self.after = page["next"]
            for change in page["changes"]:
                for customer in change["customers"]:
                    if (customer["customer_code"], change["kind"]) == (code, kind):
                        return customer
            time.sleep(0.3)
        raise AssertionError(f"no change {kind} of {code}")


@pytest.fixture
def crm(stack: LocalStack) -> _Crm:
    return _Crm(stack)


class _Owner:
    def __init__(self, caller: Caller, customer: Customer) -> None:
        self.caller, self.code, self.user_id = caller, customer.code, f"crm{customer.code}@example.it"
        step_token = caller.post("/verify", claim(customer)).json["step_token"]
        made = caller.post("/credentials", credentials(step_token, self.user_id))
        assert made.status == 201, made.content
        login = {"supplier": SUPPLIER, "user_id": self.user_id, "password": PASSWORD}
        self._bearer = {"Authorization": f"Bearer {caller.post('/login', login).json['access_token']}"}

    def call(self, method: str, path: str, body: object) -> Any:
        content = json.dumps(body).encode()
        return self.caller.send(method, path, content, Content_Type="application/json", **self._bearer)

    def close(self) -> None:
        reauth = self.call("POST", "/account/reauth", {"password": PASSWORD}).json["reauth_token"]
        assert self.call("POST", "/account/close", {"reauth_token": reauth}).status == 204


def _rows(text: str) -> dict[str, dict[str, str]]:
    rows = csv.DictReader(StringIO(text, newline=""), delimiter=";")
    return {row["COD_CLIENTE"]: row for row in rows}


@pytest.fixture
def todays_file(stack: LocalStack, capsys: pytest.CaptureFixture[str]) -> Callable[[], dict[str, dict[str, str]]]:
    """Return what has today's files made and gives the rows of our supplier's."""

    def make() -> dict[str, dict[str, str]]:
        capsys.readouterr()
        assert main(["--endpoint", stack.endpoint, "--to-bucket"]) == DONE
        [address] = [line for line in capsys.readouterr().out.splitlines() if f"/{SUPPLIER}/" in line]
        bucket, _, key = address.removeprefix("s3://").partition("/")
        assert bucket == stack.outputs["ExchangeBucketName"]
        found = stack.client("s3").get_object(Bucket=bucket, Key=key)
        assert found["ContentType"] == "text/csv; charset=utf-8"
        return _rows(found["Body"].read().decode("utf-8-sig"))

    return make


@pytest.fixture
def owner(caller: Caller, stored: Callable[[Customer], Customer]) -> _Owner:
    return _Owner(caller, stored(person()))


def test_a_registration_reaches_the_crm_as_change_and_as_file_and_nothing_is_left_after_closing(
    owner: _Owner,
    stack: LocalStack,
    crm: _Crm,
    tmp_path: Path,
    todays_file: Callable[[], dict[str, dict[str, str]]],
) -> None:
    registered = crm.wait_for(owner.code, "CustomerRegistered")
    assert (registered["status"], registered["user_id"]) == ("registered", owner.user_id)

    assert owner.call("PATCH", "/account", {"phone": "0425 284604", "language": "de"}).status == 200
    changed = crm.wait_for(owner.code, "ContactChanged")
    assert (changed["phone"], changed["language"]) == ("+390425284604", "de")
    assert "last_login_on" in changed

    out = tmp_path / "out.csv"
    assert main([str(out), "--endpoint", stack.endpoint, "--supplier", SUPPLIER]) == DONE
    row = _rows(out.read_bytes().decode("utf-8-sig"))[owner.code]
    assert (row["USER_ID"], row["TELEFONO"], row["STATO"]) == (owner.user_id, "'+390425284604", "REGISTRATO")
    assert todays_file()[owner.code] == row

    owner.close()
    closed = crm.wait_for(owner.code, "AccountClosed")
    assert closed == {"customer_code": owner.code, "status": "not_registered"}
    assert todays_file()[owner.code]["STATO"] == "NON_REGISTRATO"
    assert _left_of(owner, stack) == []
    crm.after = ""
    assert owner.user_id not in json.dumps(crm.read())


def _left_of(owner: _Owner, stack: LocalStack) -> list[str]:
    """Return where it is said who it was, in all tables, indexes and logs; not the item that the owner is told by."""
    dynamodb = stack.client("dynamodb")
    left = []
    for output in ("AccountsTable", "ChangesTable", "SessionsTable", "ActivityTable", "AttemptsTable"):
        table = stack.outputs[output]
        indexes = dynamodb.describe_table(TableName=table)["Table"].get("GlobalSecondaryIndexes", [])
        for view in ({}, *({"IndexName": index["IndexName"]} for index in indexes)):
            for page in dynamodb.get_paginator("scan").paginate(TableName=table, **view):
                left += [item["pk"]["S"] for item in page["Items"] if owner.user_id in json.dumps(item)]
    left += [line for line in stack.logs().splitlines() if owner.user_id in line and "SendEmail: MessageId" not in line]
    return [each for each in left if "#closed#" not in each]


def test_the_night_makes_the_files_that_are_missing_once(stack: LocalStack) -> None:
    def run() -> list[str]:
        name = f"{stack.outputs['CrmExportFunctionName']}:live"
        answer = stack.client("lambda").invoke(FunctionName=name, Payload=b"{}")
        said = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, said
        files: list[str] = said["files"]
        return files

    made = [*run(), *run()]
    assert len(made) == len(set(made))
    found = stack.client("scheduler").get_schedule(Name=f"{STACK}-crm-export")
    assert found["ScheduleExpression"].startswith("cron(30 3 ")
    assert stack.outputs["CrmExportFunctionName"] in found["Target"]["Arn"]


def test_only_whom_iam_allows_reads_and_only_with_a_signature(caller: Caller, stack: LocalStack) -> None:
    refused = caller.get(f"/crm/changes?supplier={SUPPLIER}")
    assert (refused.status, refused.code) == (400, "malformed_request")
    iam, name = stack.client("iam"), "crm"
    iam.create_user(UserName=name)
    made = iam.create_access_key(UserName=name)["AccessKey"]
    keys = Credentials(made["AccessKeyId"], made["SecretAccessKey"])
    assert _Crm(stack, keys).ask().status == 403  # the emulator's own: the template makes a 401 of it
    resource = f"arn:aws:execute-api:{LOCAL_REGION}:*:{stack.outputs['ApiId']}/prod/GET/crm/changes"
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="crm", PolicyDocument=policy)
    assert _Crm(stack, keys).read()["gap"] is False
    assert _Crm(stack, Credentials(keys.access_key, "another secret")).ask().status == 403
