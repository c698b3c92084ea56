"""What is ours on top of boto3: expressions, conditions, and transactions that are tried again."""

from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError

from utenza.dynamodb import ConditionFailed, DynamoDb, TransactionCancelled, delete, marshal, put, unmarshal, update


class _Exceptions:
    class ConditionalCheckFailedException(ClientError):
        pass

    class TransactionCanceledException(ClientError):
        pass


class Client:
    """Answers each call with what comes next; an exception is raised."""

    exceptions = _Exceptions

    def __init__(self, *responses: Any) -> None:
        self.responses = list(responses)
        self.requests: list[dict[str, Any]] = []

    def _next(self, **request: Any) -> Any:
        self.requests.append(request)
        response = self.responses.pop(0)
        if isinstance(response, Exception):
            raise response
        return response

    get_item = put_item = update_item = delete_item = transact_write_items = _next


def _error(kind: type[ClientError], code: str = "", **more: Any) -> ClientError:
    return kind({"Error": {"Code": code}} | more, "operation")  # type: ignore[arg-type]


def _cancelled(*codes: str) -> ClientError:
    return _error(_Exceptions.TransactionCanceledException, CancellationReasons=[{"Code": code} for code in codes])


@pytest.fixture(autouse=True)
def _no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("utenza.dynamodb.time.sleep", lambda _: None)


def test_items_have_plain_values_and_no_empty_ones() -> None:
    item: dict[str, Any] = {"pk": "a", "n": 1, "flag": True, "list": ["a", {"b": 2}], "none": None}
    assert marshal(item) == {
        "pk": {"S": "a"},
        "n": {"N": "1"},
        "flag": {"BOOL": True},
        "list": {"L": [{"S": "a"}, {"M": {"b": {"N": "2"}}}]},
    }
    assert unmarshal(marshal(item)) == {"pk": "a", "n": Decimal(1), "flag": True, "list": ["a", {"b": Decimal(2)}]}


def test_an_expression_names_its_attributes_and_values() -> None:
    write = update("t", "key", "SET #status = :new", condition="#status = :old", values={"new": "b", "old": "a"})
    assert write.parameters == {
        "TableName": "t",
        "Key": {"pk": {"S": "key"}},
        "UpdateExpression": "SET #status = :new",
        "ConditionExpression": "#status = :old",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {":new": {"S": "b"}, ":old": {"S": "a"}},
    }


def test_without_a_condition_nothing_is_said_of_one() -> None:
    assert put("t", {"pk": "a"}).parameters == {"TableName": "t", "Item": {"pk": {"S": "a"}}}
    assert delete("t", "a").parameters == {"TableName": "t", "Key": {"pk": {"S": "a"}}}


def test_a_failed_condition_tells_the_item_that_it_met() -> None:
    failed = _error(_Exceptions.ConditionalCheckFailedException, Item={"pk": {"S": "a"}})
    with pytest.raises(ConditionFailed) as refused:
        DynamoDb(Client(failed)).write(put("t", {"pk": "a"}, condition="attribute_not_exists(#pk)"))
    assert refused.value.old == {"pk": "a"}


def test_a_cancelled_transaction_says_which_condition_failed() -> None:
    with pytest.raises(TransactionCancelled) as refused:
        DynamoDb(Client(_cancelled("None", "ConditionalCheckFailed"))).transact(put("t", {"pk": "a"}))
    assert [reason.is_condition for reason in refused.value.reasons] == [False, True]


def test_a_conflict_is_tried_again_with_the_same_token() -> None:
    client = Client(_cancelled("TransactionConflict"), _cancelled("None", "TransactionConflict"), {})
    DynamoDb(client).transact(put("t", {"pk": "a"}))
    assert len({request["ClientRequestToken"] for request in client.requests}) == 1
    assert len(client.requests) == 3


def test_a_single_write_waits_for_another_transaction_too() -> None:
    conflict = _error(ClientError, "TransactionConflictException")
    client = Client(conflict, conflict, {"Attributes": {"n": {"N": "2"}}})
    assert DynamoDb(client).update(update("t", "a", "ADD #n :one", condition="", values={"one": 1})) == {"n": 2}


def test_a_lasting_crowd_and_any_other_error_are_passed_on() -> None:
    crowd = Client(*[_cancelled("TransactionConflict")] * 6)
    with pytest.raises(TransactionCancelled):
        DynamoDb(crowd).transact(put("t", {"pk": "a"}))
    assert crowd.responses == []
    denied = Client(_error(ClientError, "AccessDeniedException"))
    with pytest.raises(ClientError):
        DynamoDb(denied).get("t", "a")


def test_an_item_is_read_whole_or_only_what_is_asked_for() -> None:
    client = Client({"Item": {"pk": {"S": "a"}}}, {"Item": {"status": {"S": "active"}}})
    db = DynamoDb(client)
    assert db.get("table", "a", consistent=False) == {"pk": "a"}
    assert db.get("table", "a", only=("status", "customers")) == {"status": "active"}
    whole, part = client.requests
    assert "ProjectionExpression" not in whole
    assert part["ProjectionExpression"] == "#status, #customers"
    assert part["ExpressionAttributeNames"] == {"#status": "status", "#customers": "customers"}
