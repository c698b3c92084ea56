"""The daily walk in the deployed template, with its role: what is due by time leaves, and its owner is told."""

import time
from typing import Any

import pytest

from tests.integration.customers import PASSWORD, SUPPLIER, claim
from tests.integration.postman import Postman
from tools.local_stack.stack import LocalStack
from utenza.tables import keys
from utenza.tables.lifetimes import MONTH

pytestmark = pytest.mark.stack


class _Housekeeping:
    """The deployed function, and accounts that are older than a test can wait for."""

    def __init__(self, stack: LocalStack) -> None:
        self._stack, self._table = stack, stack.outputs["AccountsTable"]
        self._dynamodb = stack.client("dynamodb")

    def run(self) -> None:
        function = self._stack.outputs["HousekeepingFunctionName"]
        answer = self._stack.client("lambda").invoke(FunctionName=f"{function}:live", Payload=b"{}")
        assert "FunctionError" not in answer, answer["Payload"].read()

    def close_supply(self, account_id: str, place: int, *, months: int) -> None:
        """Have a supply closed so many months ago; again, if the stream still brought what the record says."""
        key = {"pk": {"S": keys.account(SUPPLIER, account_id)}}
        for _ in range(20):
            self._close(key, place, months)
            time.sleep(1.5)
            found = self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True)["Item"]
            if found["summaries"]["L"][place]["M"]["status"]["S"] == "closed":
                return
        pytest.fail("the stream does not come to an end")

    def _close(self, key: Any, place: int, months: int) -> None:
        self._dynamodb.update_item(
            TableName=self._table,
            Key=key,
            UpdateExpression=f"SET summaries[{place}].#status = :closed, summaries[{place}].closed_at = :at",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={
                ":closed": {"S": "closed"},
                ":at": {"N": str(int(time.time()) - months * MONTH - 60)},
            },
        )


@pytest.fixture
def housekeeping(mail_stack: LocalStack) -> _Housekeeping:
    return _Housekeeping(mail_stack)


def _log_in(postman: Postman, user_id: str) -> Any:
    return postman.post("/login", {"supplier": SUPPLIER, "user_id": user_id, "password": PASSWORD})


def test_what_is_over_leaves_its_account_or_closes_it_and_the_owner_is_told(
    postman: Postman, housekeeping: _Housekeeping
) -> None:
    customer, other = postman.new_customer(), postman.new_customer()
    user_id, gone = f"scade{customer.code}@example.it", f"fine{other.code}@example.it"
    postman.register(customer, user_id)
    postman.register(other, gone)
    bearer = {"Authorization": f"Bearer {_log_in(postman, user_id).json['access_token']}"}
    house = postman.new_customer()
    account = postman.post("/account/customers", claim(house), **bearer).json
    account_id = account["account_id"]
    gone_bearer = {"Authorization": f"Bearer {_log_in(postman, gone).json['access_token']}"}
    gone_id = postman.get("/account", **gone_bearer).json["account_id"]

    housekeeping.close_supply(account_id, 1, months=23)
    housekeeping.close_supply(gone_id, 0, months=24)
    housekeeping.run()
    shown = postman.get("/account", **bearer).json["customers"]
    assert [each["status"] for each in shown] == ["active", "closed"]
    assert shown[0]["read_only_until"] is None
    assert shown[1]["read_only_until"].endswith("Z")
    mail = postman.wait_for(gone, "è stato chiuso")
    assert "nessuna fornitura attiva" in mail.text
    assert _log_in(postman, gone).code == "invalid_credentials"
    assert postman.get("/account", **gone_bearer).code == "access_token_invalid"
    assert postman.post("/verify", claim(other)).status == 200

    housekeeping.close_supply(account_id, 1, months=24)
    housekeeping.run()
    housekeeping.run()
    shown = postman.get("/account", **bearer).json["customers"]  # the session goes on
    assert [each["customer_code"] for each in shown] == [customer.code]
    assert house.code in postman.wait_for(user_id, "Una fornitura chiusa").text
    assert postman.post("/verify", claim(house)).status == 200
