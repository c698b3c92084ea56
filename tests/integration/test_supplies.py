"""Further supplies, devices and activity over HTTP, with the mails, in the deployed template with its roles."""

import time
from typing import Any

import pytest

from tests.integration.caller import Answer
from tests.integration.customers import PASSWORD, SUPPLIER, claim, person
from tests.integration.postman import Postman
from tools.local_stack.mailbox import code_in
from tools.local_stack.stack import LocalStack
from utenza.customers.record import Customer
from utenza.dynamodb import DynamoDb
from utenza.tables.activation_codes import ActivationCodes

pytestmark = pytest.mark.stack

_ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
)
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
_ANNA = {"first_name": "Anna", "last_name": "Bianchi", "codice_fiscale": "BNCNNA85C41F205D"}


class _Owner:
    """A registered customer with a session, whose browser says what it is."""

    def __init__(self, postman: Postman, customer: Customer, user_id: str) -> None:
        self.postman, self.customer, self.user_id = postman, customer, user_id
        postman.register(customer, user_id)
        self.tokens = self.log_in(_ANDROID).json

    def log_in(self, user_agent: str, password: str = PASSWORD, **more: str) -> Answer:
        body = {"supplier": SUPPLIER, "user_id": self.user_id, "password": password} | more
        return self.postman.post("/login", body, User_Agent=user_agent)

    @property
    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens['access_token']}"}

    def get(self, path: str, **headers: str) -> Answer:
        return self.postman.get(path, **self._bearer, **headers)

    def post(self, path: str, body: object) -> Answer:
        return self.postman.post(path, body, **self._bearer)

    def remove(self, code: str) -> Answer:
        reauth_token = self.post("/account/reauth", {"password": PASSWORD}).json["reauth_token"]
        return self.post("/account/customers/remove", {"reauth_token": reauth_token, "customer_code": code})

    def supplies(self) -> list[tuple[str, str]]:
        return [(each["customer_code"], each["role"]) for each in self.get("/account").json["customers"]]


@pytest.fixture
def owner(postman: Postman) -> _Owner:
    customer = postman.new_customer()
    return _Owner(postman, customer, f"fornitura{customer.code}@example.it")


def _eventually(look: Any, wanted: Any) -> None:
    deadline = time.monotonic() + 30
    while look() != wanted and time.monotonic() < deadline:
        time.sleep(0.3)
    assert look() == wanted


def test_ones_own_supply_is_added_at_once_and_removed_with_the_password(owner: _Owner) -> None:
    house = owner.postman.new_customer(email=f"casa{owner.customer.code}@example.it")
    added = owner.post("/account/customers", claim(house))
    assert added.status == 201, added.content
    assert [each["role"] for each in added.json["customers"]] == ["holder", "holder"]
    assert owner.post("/account/customers", claim(house)).json == added.json
    assert owner.postman.post("/verify", claim(house)).code == "already_registered"
    assert house.code in owner.postman.wait_for(owner.user_id, "è stata aggiunta").text
    assert house.code in owner.postman.wait_for(house.email, "è stata aggiunta a un accesso").text
    removed = owner.remove(house.code)
    assert (removed.status, len(removed.json["customers"])) == (200, 1)
    assert house.code in owner.postman.wait_for(owner.user_id, "è stata tolta").text
    assert owner.postman.post("/verify", claim(house)).status == 200
    last = owner.remove(owner.customer.code)
    assert (last.status, last.code) == (422, "last_customer")


def test_another_supply_of_the_holder_is_offered_until_it_cannot_be_linked(postman: Postman) -> None:
    """Off the requests' path, by the stream, with the role of customer_sync."""
    first, house, shop = (postman.stored(person(**_ANNA), is_indexed=True) for _ in range(3))
    anna = _Owner(postman, first, f"anna{first.code}@example.it")

    def offered() -> list[str]:
        return sorted(each["customer_code_end"] for each in anna.get("/account").json.get("offered", []))

    _eventually(offered, sorted([house.code[-3:], shop.code[-3:]]))
    shown = anna.get("/account").content
    assert not any(each.code.encode() in shown for each in (house, shop))
    added = anna.post("/account/customers", claim(house))
    assert (added.status, added.json["offered"]) == (201, [{"customer_code_end": shop.code[-3:]}])
    _eventually(offered, [shop.code[-3:]])
    postman.stored(shop._replace(status="closed"), is_indexed=True)
    _eventually(offered, [])
    assert anna.remove(house.code).status == 200
    _eventually(offered, [house.code[-3:]])


def test_an_activation_code_adds_a_supply_once_in_place_of_a_bill(owner: _Owner, mail_stack: LocalStack) -> None:
    mothers = owner.postman.new_customer(**_ANNA, email=f"attiva{owner.customer.code}@example.it")
    codes = ActivationCodes(DynamoDb(mail_stack.client("dynamodb")), mail_stack.outputs["AccountsTable"])
    code = codes.issue(SUPPLIER, mothers.code, now=int(time.time()))
    body = {"supplier": SUPPLIER, "activation_code": code}
    refused = owner.post("/account/customers", body | {"activation_code": "CCCC-CCCC-CCCC"})
    assert (refused.status, refused.code) == (422, "code_invalid")
    both = owner.post("/account/customers", claim(mothers) | body)
    assert both.field_codes == {("activation_code", "not_both")}
    neither = owner.post("/account/customers", {"supplier": SUPPLIER})
    assert {("customer_code", "required"), ("tax_code", "required")} <= neither.field_codes
    added = owner.post("/account/customers", body)
    assert added.status == 201, added.content
    assert owner.supplies() == [(owner.customer.code, "holder"), (mothers.code, "delegate")]
    assert owner.post("/account/customers", body).json == added.json
    assert mothers.code in owner.postman.wait_for(mothers.email, "segue ora la Sua fornitura").text


def test_anothers_supply_needs_the_holders_code_and_the_holder_ends_it(owner: _Owner) -> None:
    postman, number = owner.postman, owner.customer.code
    mothers = postman.new_customer(**_ANNA, email=f"anna{number}@example.it")
    asked = owner.post("/account/customers", claim(mothers))
    assert (asked.status, set(asked.json)) == (202, {"confirmation_token", "expires_in"}), asked.content
    unknown = owner.post("/account/customers", claim(mothers, first_name="Luigia"))
    assert (unknown.status, set(unknown.json)) == (202, set(asked.json))
    mail = postman.wait_for(mothers.email, "è il codice")
    body = {"confirmation_token": asked.json["confirmation_token"], "code": code_in(mail)}
    wrong = owner.post("/account/customers/confirm", body | {"confirmation_token": unknown.json["confirmation_token"]})
    assert (wrong.status, wrong.code) == (422, "code_invalid")
    confirmed = owner.post("/account/customers/confirm", body)
    assert confirmed.status == 201, confirmed.content
    assert owner.supplies() == [(number, "holder"), (mothers.code, "delegate")]
    assert mothers.code in postman.wait_for(mothers.email, "Un'altra persona segue").text

    other = postman.new_customer(**_ANNA)
    holder = _Owner(postman, other, f"titolare{other.code}@example.it")
    assert holder.remove(mothers.code).status == 200
    assert owner.supplies() == [(number, "holder")]
    assert mothers.code in postman.wait_for(owner.user_id, "Non segue più").text
    assert holder.post("/account/customers", claim(mothers)).status == 201


def test_a_voltura_takes_a_supply_from_its_delegate(owner: _Owner) -> None:
    postman = owner.postman
    mothers = postman.new_customer(**_ANNA, email=f"madre{owner.customer.code}@example.it")
    token = owner.post("/account/customers", claim(mothers)).json["confirmation_token"]
    code = code_in(postman.wait_for(mothers.email, "è il codice"))
    assert owner.post("/account/customers/confirm", {"confirmation_token": token, "code": code}).status == 201
    postman.stored(mothers._replace(first_name="Luigi", last_name="Verdi", codice_fiscale="VRDLGU70A01H501X"))
    assert mothers.code in postman.wait_for(owner.user_id, "non è più nella Sua area riservata").text
    owner.tokens = owner.log_in(_ANDROID).json
    assert owner.supplies() == [(owner.customer.code, "holder")]


def test_devices_and_activity_are_shown_and_a_new_device_is_told(owner: _Owner) -> None:
    for _ in range(2):
        assert owner.log_in(_WINDOWS, "sbagliata davvero").status == 401
    known = owner.log_in(_ANDROID, device_token=owner.tokens["device_token"])
    assert known.status == 200
    assert owner.log_in(_WINDOWS).status == 200
    mail = owner.postman.wait_for(owner.user_id, "Un nuovo accesso")
    assert "Firefox su Windows" in mail.text
    sessions = owner.get("/account/sessions", Accept_Language="de").json["sessions"]
    assert sorted(each["device"] for each in sessions) == ["Chrome auf Android"] * 2 + ["Firefox auf Windows"]
    found = owner.get("/account/activity", Accept_Language="en")
    assert found.status == 200, found.content
    shown = [(each["kind"], each["device"], each.get("attempts")) for each in found.json["events"]]
    # Two of one second may come in either order.
    assert sorted(shown, key=str) == sorted(
        [
            ("login", "Chrome on Android", None),
            ("login", "Chrome on Android", None),
            ("login", "Firefox on Windows", None),
            ("failed_attempts", "", 2),
        ],
        key=str,
    )
    assert {each["network"] for each in found.json["events"]} <= {"127.1.0.0/24", "127.0.0.0/24", ""}
    assert found.json["next"] is None
    assert owner.get("/account/activity?before=x").field_codes == {("before", "invalid")}


def test_nothing_that_happened_is_left_of_a_closed_account(owner: _Owner, mail_stack: Any) -> None:
    dynamodb, table = mail_stack.client("dynamodb"), mail_stack.outputs["ActivityTable"]
    account_id = owner.get("/account").json["account_id"]

    def kept() -> int:
        values = {":pk": {"S": f"{SUPPLIER}#{account_id}"}}
        found = dynamodb.query(TableName=table, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=values)
        return int(found["Count"])

    assert kept() == 1
    reauth_token = owner.post("/account/reauth", {"password": PASSWORD}).json["reauth_token"]
    assert owner.post("/account/close", {"reauth_token": reauth_token}).status == 204
    _eventually(kept, 0)
