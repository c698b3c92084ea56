"""The stand-in for AWS: what it answers, and that it counts what it was asked."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from bench.cloud.tables import LOADED, Refused, Seen, Tables
from bench.stand_in import until_it_answers
from tools.paths import ROOT
from tools.ports import free_ports

_ITEM = {"pk": {"S": "known"}, "attempts": {"N": "3"}}
_STATE: dict[str, Any] = {"items": {"t": {"known": _ITEM}}, "answers": {"TrentService.Sign": {"Signature": "c2ln"}}}
_KNOWN, _NOBODY = ({"TableName": "t", "Key": {"pk": {"S": name}}} for name in ("known", "nobody"))


@pytest.fixture
def tables() -> Tables:
    return Tables(**_STATE)


def _answer(tables: Tables, action: str, payload: object) -> Any:
    return json.loads(tables.answer(f"DynamoDB_20120810.{action}", json.dumps(payload).encode()))


@pytest.mark.parametrize(
    ("action", "payload", "expected"),
    [
        ("GetItem", _KNOWN, {"Item": _ITEM}),
        ("GetItem", _NOBODY, {}),
        (
            "TransactGetItems",
            {"TransactItems": [{"Get": _NOBODY}, {"Get": _KNOWN}]},
            {"Responses": [{}, {"Item": _ITEM}]},
        ),
        (
            "BatchGetItem",
            {"RequestItems": {"t": {"Keys": [_KNOWN["Key"], _NOBODY["Key"]]}}},
            {"Responses": {"t": [_ITEM]}},
        ),
        ("PutItem", {"TableName": "t", "Item": _ITEM, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}, {}),
        ("DeleteItem", _KNOWN, {}),
        ("TransactWriteItems", {"TransactItems": [{"Delete": _KNOWN}]}, {}),
        ("UpdateItem", _KNOWN, {}),
    ],
)
def test_reads_find_what_is_stored_and_writes_succeed(
    tables: Tables, action: str, payload: dict[str, Any], expected: Any
) -> None:
    assert [_answer(tables, action, payload) for _ in range(2)] == [expected, expected]


@pytest.mark.parametrize(("key", "stored", "number"), [(_KNOWN, _ITEM, "4"), (_NOBODY, {}, "1")])
def test_a_counter_is_one_more_than_stored_and_begins_with_one(
    tables: Tables, key: dict[str, Any], stored: dict[str, Any], number: str
) -> None:
    payload = key | {
        "UpdateExpression": "ADD #attempts :one SET #last_at = :now",
        "ExpressionAttributeNames": {"#attempts": "attempts", "#last_at": "last_at", "#pk": "pk"},
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":now": {"N": "9"}},
        "ReturnValues": "ALL_NEW",
    }
    answers = [_answer(tables, "UpdateItem", payload) for _ in range(2)]
    made = {"Attributes": stored | {"attempts": {"N": number}, "last_at": {"N": "9"}}}
    assert answers == [made] * 2  # nothing has changed


def test_kms_says_what_was_prepared(tables: Tables) -> None:
    assert json.loads(tables.answer("TrentService.Sign", b"")) == {"Signature": "c2ln"}


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("Query", {}),
        ("UpdateItem", _KNOWN | {"ReturnValues": "ALL_OLD"}),
        (
            "UpdateItem",
            _KNOWN
            | {"UpdateExpression": "REMOVE #a", "ExpressionAttributeNames": {}, "ExpressionAttributeValues": {}}
            | {"ReturnValues": "ALL_NEW"},
        ),
    ],
)
def test_what_no_client_of_ours_asks_is_refused(tables: Tables, action: str, payload: object) -> None:
    with pytest.raises(Refused):
        _answer(tables, action, payload)


def test_calls_are_remembered_with_their_units_until_they_are_forgotten(tables: Tables) -> None:
    _answer(tables, "GetItem", _KNOWN)
    tables.note("mark")
    _answer(tables, "DeleteItem", _KNOWN)
    tables.answer("TrentService.Sign", b"{}")
    assert tables.seen == [Seen("GetItem", 0.5, 0), Seen("mark", 0, 0), Seen("DeleteItem", 0, 1), Seen("Sign", 0, 0)]
    tables.forget()
    assert tables.seen == []


def test_the_imports_table_keeps_what_is_written(tables: Tables) -> None:
    item = {"pk": {"S": "a"}}
    _answer(tables, "BatchWriteItem", {"RequestItems": {LOADED: [{"PutRequest": {"Item": item}}]}})
    found = _answer(tables, "BatchGetItem", {"RequestItems": {LOADED: {"Keys": [item, {"pk": {"S": "b"}}]}}})
    assert (tables.loaded, found["Responses"]) == (1, {LOADED: [item]})


@pytest.fixture
def served(tmp_path: Path) -> Iterator[HTTPConnection]:
    """Run the stand-in, and connect to it."""
    file = tmp_path / "state.json"
    file.write_text(json.dumps(_STATE), encoding="utf-8")
    [port] = free_ports(1)
    process = subprocess.Popen([sys.executable, "-m", "bench.cloud", str(port), str(file)], cwd=ROOT)
    try:
        until_it_answers(port)
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            yield connection
    finally:
        process.terminate()
        process.wait(10)


def _ask(connection: HTTPConnection, method: str, path: str = "/", body: str = "", target: str = "") -> tuple[int, Any]:
    headers = {"X-Amz-Target": f"DynamoDB_20120810.{target}"} if target else {}
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def test_it_answers_on_a_kept_connection_and_does_what_the_benchmark_tells_it(served: HTTPConnection) -> None:
    assert _ask(served, "POST", body=json.dumps(_KNOWN), target="GetItem") == (200, {"Item": _ITEM})
    assert _ask(served, "POST", body="{}", target="Query")[0] == 400
    assert _ask(served, "GET", "/seen") == (200, [["GetItem", 0.5, 0], ["Query", 0, 0]])


def test_mails_and_events_are_taken_and_counted(served: HTTPConnection) -> None:
    assert _ask(served, "POST", "/v2/email/outbound-letters", "{}") == (200, {})
    served.request("POST", "/", "{}", {"X-Amz-Target": "AWSEvents.PutEvents"})
    assert json.loads(served.getresponse().read())["FailedEntryCount"] == 0
    assert _ask(served, "GET", "/seen") == (200, [["SendEmail", 0, 0], ["PutEvents", 0, 0]])


def test_an_answer_can_be_kept_waiting(served: HTTPConnection) -> None:
    _ask(served, "GET", "/delay/50")
    began = time.monotonic()
    assert _ask(served, "POST", body=json.dumps(_KNOWN), target="GetItem") == (200, {"Item": _ITEM})
    assert time.monotonic() - began >= 0.05


def test_a_large_body_may_come_in_parts_after_the_head_was_accepted(served: HTTPConnection) -> None:
    body = json.dumps(_KNOWN).encode()
    served.putrequest("POST", "/")
    for name, value in (("X-Amz-Target", "DynamoDB_20120810.GetItem"), ("Expect", "100-continue")):
        served.putheader(name, value)
    served.putheader("Content-Length", str(len(body)))
    served.endheaders()
    assert served.sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    served.send(body[:5])
    served.send(body[5:])
    assert json.loads(served.getresponse().read()) == {"Item": _ITEM}
