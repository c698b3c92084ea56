import time
from collections.abc import Callable
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer
from hypothesis import given, settings
from hypothesis import strategies as st

from utenza.aws import Payload
from utenza.concurrency import run
from utenza.dynamodb import (
    ConditionFailed,
    DynamoDb,
    Reason,
    TransactionCancelled,
    delete,
    marshal,
    put,
    unmarshal,
    update,
)
from utenza.errors import AwsError, Unavailable

SCALARS = st.text() | st.booleans() | st.integers(-(10**37), 10**37)
NAMES = st.text(min_size=1)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=10)
ITEMS = st.dictionaries(NAMES, VALUES)
CHECK_FAILED = "ConditionalCheckFailed"


class Scripted(DynamoDb):
    """Answers calls with what a test lays out, errors included."""

    def __init__(self, *answers: Payload | AwsError) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, Payload]] = []

    async def ask(self, action: str, payload: Payload) -> Payload:
        self.calls.append((action, payload))
        answer = self.answers.pop(0)
        if isinstance(answer, AwsError):
            raise answer
        return answer


def cancelled(*codes: str) -> AwsError:
    reasons = [{"Code": code, "Item": {"pk": {"S": "x"}}} if code == CHECK_FAILED else {"Code": code} for code in codes]
    return AwsError("TransactionCanceledException", {"CancellationReasons": reasons})


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    return slept


@settings(deadline=None)
@given(ITEMS)
def test_items_are_written_like_boto3_and_come_back_as_they_were(item: dict[str, Any]) -> None:
    assert marshal(item) == {name: TypeSerializer().serialize(value) for name, value in item.items()}
    assert unmarshal(marshal(item)) == item


def test_what_is_none_is_absent() -> None:
    item: dict[str, Any] = {"a": None, "b": {"c": None}, "d": ""}
    assert marshal(item) == {"b": {"M": {}}, "d": {"S": ""}}
    assert unmarshal({"a": {"NULL": True}, "b": {"N": "1"}}) == {"b": 1}


@pytest.mark.parametrize("value", [1.5, b"bytes", {"a set"}, object(), [None]])
def test_values_without_a_place_are_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        marshal({"a": value})


def test_stored_kinds_that_nobody_writes_are_refused() -> None:
    with pytest.raises(TypeError):
        unmarshal({"a": {"SS": ["x"]}})


def test_a_read_is_consistent_unless_told_otherwise() -> None:
    db = Scripted({"Item": {"pk": {"S": "x"}, "n": {"N": "3"}}}, {})
    assert run(db.get("T", "x")) == {"pk": "x", "n": 3}
    assert run(db.get("T", "x", consistent=False)) is None
    assert [payload["ConsistentRead"] for _, payload in db.calls] == [True, False]


@pytest.mark.parametrize(
    ("write", "action", "parameters"),
    [
        (
            put("T", {"pk": "x", "n": 1}, condition="attribute_not_exists(#pk)"),
            "PutItem",
            {
                "Item": {"pk": {"S": "x"}, "n": {"N": "1"}},
                "ConditionExpression": "attribute_not_exists(#pk)",
                "ExpressionAttributeNames": {"#pk": "pk"},
            },
        ),
        (
            update("T", "x", "SET #status = :new", condition="#status = :old", values={"new": "b", "old": "a"}),
            "UpdateItem",
            {
                "Key": {"pk": {"S": "x"}},
                "UpdateExpression": "SET #status = :new",
                "ConditionExpression": "#status = :old",
                "ExpressionAttributeNames": {"#status": "status"},
                "ExpressionAttributeValues": {":new": {"S": "b"}, ":old": {"S": "a"}},
            },
        ),
        (
            delete("T", "x", condition="#last_at = :n", values={"n": 2}),
            "DeleteItem",
            {
                "Key": {"pk": {"S": "x"}},
                "ConditionExpression": "#last_at = :n",
                "ExpressionAttributeNames": {"#last_at": "last_at"},
                "ExpressionAttributeValues": {":n": {"N": "2"}},
            },
        ),
    ],
)
def test_a_write_carries_its_condition_and_asks_for_the_old_item(write: Any, action: str, parameters: Payload) -> None:
    db = Scripted({})
    run(db.write(write))
    common = {"TableName": "T", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    assert db.calls == [(action, common | parameters)]


def test_an_update_can_tell_the_item_that_it_made() -> None:
    db = Scripted({"Attributes": {"pk": {"S": "x"}, "n": {"N": "3"}}})
    change = update("T", "x", "ADD #n :one", condition="#n < :most", values={"one": 1, "most": 5})
    assert run(db.update(change)) == {"pk": "x", "n": 3}
    assert db.calls == [("UpdateItem", change.payload | {"ReturnValues": "ALL_NEW"})]
    with pytest.raises(ConditionFailed):
        run(Scripted(AwsError("ConditionalCheckFailedException", {})).update(change))


@pytest.mark.parametrize(("answer", "old"), [({"Item": {"pk": {"S": "x"}}}, {"pk": "x"}), ({}, None)])
def test_a_failed_condition_tells_the_old_item(answer: Payload, old: dict[str, str] | None) -> None:
    db = Scripted(AwsError("ConditionalCheckFailedException", answer))
    with pytest.raises(ConditionFailed) as failed:
        run(db.write(delete("T", "x", condition="#n = :n", values={"n": 2})))
    assert failed.value.old == old


@pytest.mark.parametrize(
    "act",
    [
        lambda db: run(db.write(delete("T", "x", condition="c"))),
        lambda db: run(db.transact(delete("T", "x", condition="c"))),
    ],
)
def test_other_errors_pass(act: Callable[[DynamoDb], None]) -> None:
    with pytest.raises(AwsError, match="ValidationException"):
        act(Scripted(AwsError("ValidationException", {})))


def test_a_transaction_carries_one_token_of_its_own() -> None:
    db = Scripted({}, {})
    for _ in range(2):
        run(db.transact(delete("T", "x", condition="c")))
    first, second = (payload["ClientRequestToken"] for _, payload in db.calls)
    assert first != second
    assert len(first) <= 36


def test_a_cancelled_transaction_tells_each_reason() -> None:
    db = Scripted(cancelled("None", CHECK_FAILED))
    with pytest.raises(TransactionCancelled) as stopped:
        run(db.transact(delete("T", "x", condition="c")))
    assert stopped.value.reasons == (Reason("None", None), Reason(CHECK_FAILED, {"pk": "x"}))


def test_a_conflict_is_tried_again_under_the_same_token(pauses: list[float]) -> None:
    db = Scripted(cancelled("TransactionConflict", CHECK_FAILED), cancelled("None", "ThrottlingError"), {})
    run(db.transact(delete("T", "x", condition="c")))
    assert len({payload["ClientRequestToken"] for _, payload in db.calls}) == 1
    assert len(pauses) == 2


def test_a_lasting_conflict_is_unavailable() -> None:
    db = Scripted(*[cancelled("TransactionConflict")] * 9)
    with pytest.raises(Unavailable):
        run(db.transact(delete("T", "x", condition="c")))
    assert 3 <= len(db.calls) <= 9
