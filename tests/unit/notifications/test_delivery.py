"""Whom a notice reaches and what it says, on fakes; every change goes through `notices_of`, as in the stream."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema  # type: ignore[import-untyped]
import pytest
from botocore.exceptions import EndpointConnectionError

from credentials.confirmation import confirm, resend
from credentials.flow import register
from credentials.objection import freeze
from credentials.schemas import ResendRequest
from customer_sync.flow import synchronise
from notifications import flow
from notifications.budgets import Budgets
from notifications.changes import Kind, Notification
from notifications.dependencies import Dependencies as DeliveryDependencies
from notifications.emails import Email
from notifications.senders import EventBridgeBus
from reclaim import flow as reclaim
from recovery.flow import start
from tests.fakes.changes import FakeChanges
from tests.fakes.closures import FakeClosures
from tests.fakes.hourly import FakeHourlyBudget
from tests.fakes.key_services import FakeSecretsManager
from tests.unit.flows.fixtures import (
    ANNA,
    MARIO,
    NOW,
    SOURCE,
    SUPPLIERS,
    Flows,
    confirmed,
    forgotten,
    mailed_claim_code,
    mailed_code,
    mailed_recovery_code,
    new_flows,
    objected,
    reclaim_confirmed,
    reclaimed,
    register_mario,
    register_thief,
    step_one,
    step_two,
    sync_dependencies,
    valid,
)
from utenza.customers.record import Customer
from utenza.suppliers import Supplier, Suppliers
from utenza.tables.accounts import Account
from utenza.tables.changes import KINDS
from utenza.tokens import email_codes
from utenza.tokens.key_ring import KeyRing, RingKey
from verify.flow import verify

ADDRESS = "mario@example.org"


class Sent(NamedTuple):
    supplier: str
    to: str
    email: Email
    tags: Mapping[str, str]


class FakeSender:
    def __init__(self) -> None:
        self.sent: list[Sent] = []

    def send(self, supplier: Supplier, to: str, email: Email, tags: Mapping[str, str]) -> None:
        self.sent.append(Sent(supplier.id, to, email, tags))


class FakeBus:
    def __init__(self) -> None:
        self.events: list[tuple[str, Mapping[str, object], int]] = []

    def put(self, kind: str, detail: Mapping[str, object], *, at: int) -> None:
        self.events.append((kind, detail, at))


class Post(NamedTuple):
    """A house, and what leaves it."""

    flows: Flows
    dependencies: DeliveryDependencies
    sender: FakeSender
    bus: FakeBus
    numbers: Iterator[int]

    def deliver(self, kind: Kind, subject: Mapping[str, str], *, now: int = NOW) -> list[Sent]:
        """Deliver one notice and return the mails that it made."""
        before = len(self.sender.sent)
        event_id = f"event-{next(self.numbers)}"
        flow.deliver(Notification(kind, event_id, NOW, "gas", subject), self.dependencies, now=now)
        return self.sender.sent[before:]

    @property
    def account_id(self) -> str:
        [account] = self.flows.accounts.accounts.values()
        return account.account_id

    @property
    def account(self) -> Account:
        return self.flows.accounts.accounts["gas", self.account_id]


def _post(flows: Flows) -> Post:
    sender, bus = FakeSender(), FakeBus()
    dependencies = DeliveryDependencies(
        flows.verify.suppliers,
        flows.customers,
        flows.accounts,
        flows.pending,
        flows.recoveries,
        flows.reclaims,
        flows.objections,
        flows.credentials.keys,
        sender,
        bus,
        FakeClosures(flows.accounts),
        Budgets(flows.attempts, flows.recovery.mail_budget, FakeHourlyBudget(1000)),
        flows.account.pending_user_ids,
        flows.account.user_ids,
        flows.activity,
        flows.supply_links,
        FakeChanges(),
    )
    return Post(flows, dependencies, sender, bus, count(1))


@pytest.fixture
def post() -> Post:
    """Return the post of a house that Mario is registered in."""
    return _post(register_mario(new_flows()))


def _begin(flows: Flows, user_id: str = ADDRESS) -> tuple[str, dict[str, str]]:
    """Register Mario up to the code; return the confirmation token and what a notice of it names."""
    token = verify(step_one(), flows.verify, source=SOURCE, now=NOW).step_token
    request = register(step_two(token, user_id=user_id), flows.credentials, source=SOURCE, language="it", now=NOW)
    assert request.confirmation
    return request.confirmation[0], {
        "customer_code": MARIO.code,
        "id": flows.pending.waiting["gas", MARIO.code].pending_id,
    }


def test_the_code_that_is_mailed_confirms_the_address() -> None:
    post = _post(new_flows(mail=True))
    token, subject = _begin(post.flows, "Mario@Example.org")
    [sent] = post.deliver("confirmation_code", subject)
    assert sent.to == "Mario@Example.org"
    code = sent.email.subject[:6]
    assert code == mailed_code(post.flows)
    assert code in sent.email.text
    assert confirm(confirmed(token, code), post.flows.credentials, now=NOW).user_id == "Mario@Example.org"


def test_a_registration_that_was_replaced_confirmed_or_has_expired_is_mailed_no_code() -> None:
    post = _post(new_flows(mail=True))
    _, older = _begin(post.flows)
    token, newer = _begin(post.flows)
    assert post.deliver("confirmation_code", older) == []
    assert post.deliver("confirmation_code", newer, now=NOW + 86_400) == []
    confirm(confirmed(token, mailed_code(post.flows)), post.flows.credentials, now=NOW)
    assert post.deliver("confirmation_code", newer) == []


def test_a_code_whose_key_has_left_the_ring_is_not_mailed_and_the_next_one_is_of_the_current_key() -> None:
    flows = new_flows(mail=True)
    secret = FakeSecretsManager("n" * 64)  # as after the drill
    post = _post(flows)
    post = post._replace(dependencies=post.dependencies._replace(keys=KeyRing("step", secret)))
    token, subject = _begin(flows)
    assert post.deliver("confirmation_code", subject) == []
    credentials = flows.credentials._replace(keys=KeyRing("step", secret))
    resend(valid(ResendRequest, {"confirmation_token": token}), credentials, source=SOURCE, now=NOW)
    [sent] = post.deliver("confirmation_code", subject)
    code = email_codes.code_for("confirmation", subject["id"], RingKey("n" * 64))
    assert sent.email.subject.startswith(code)


def test_the_owner_of_a_taken_address_is_told_at_the_address_as_it_is_stored() -> None:
    flows = new_flows(MARIO, MARIO._replace(code="0123456780"), mail=True)
    post = _post(flows)
    token, _ = _begin(flows, "Mario@Example.org")
    confirm(confirmed(token, mailed_code(flows)), flows.credentials, now=NOW)
    step = verify(step_one(customer_code="0123456780"), flows.verify, source=SOURCE, now=NOW).step_token
    register(step_two(step, user_id="MARIO@EXAMPLE.ORG"), flows.credentials, source=SOURCE, language="it", now=NOW)
    pending_id = flows.pending.waiting["gas", "0123456780"].pending_id
    [sent] = post.deliver("address_taken", {"customer_code": "0123456780", "id": pending_id})
    assert sent.to == "Mario@Example.org"
    assert not any(letter.isdigit() for letter in sent.email.text)


def test_the_recovery_code_goes_to_the_stored_address_and_to_nobody_else(post: Post) -> None:
    dependencies = post.flows.recovery._replace(sends_mail=True)
    for typed, mails in (("MARIO@example.ORG", 1), ("nobody@example.org", 0), ("mar\u0131o@example.org", 0)):
        start(forgotten(user_id=typed), dependencies, source=SOURCE, language="de", now=NOW)
        claims = next(reversed(post.flows.recoveries.open))
        sent = post.deliver("recovery_code", {"address": claims.address, "id": claims.recovery_id})
        assert [each.to for each in sent] == [ADDRESS] * mails
        assert all(each.email.subject.startswith(mailed_recovery_code(post.flows)) for each in sent)


def test_a_closed_account_is_sent_nothing(post: Post) -> None:
    dependencies = post.flows.recovery._replace(sends_mail=True)
    start(forgotten(), dependencies, source=SOURCE, language="it", now=NOW)
    [claims] = post.flows.recoveries.open
    post.flows.accounts.close("gas", ADDRESS)
    assert post.deliver("recovery_code", {"address": claims.address, "id": claims.recovery_id}) == []
    post.flows.customers.add(MARIO._replace(email="crm@example.org"))
    for kind in (
        "welcome",
        "registered_elsewhere",
        "account_frozen_elsewhere",
        "password_changed",
        "user_id_reminder",
        "user_id_changed",
        "sessions_ended",
    ):
        assert post.deliver(kind, {"account_id": post.account_id}) == []


def test_a_recovery_that_has_expired_is_mailed_no_code(post: Post) -> None:
    dependencies = post.flows.recovery._replace(sends_mail=True)
    start(forgotten(), dependencies, source=SOURCE, language="it", now=NOW)
    [claims] = post.flows.recoveries.open
    subject = {"address": claims.address, "id": claims.recovery_id}
    assert post.deliver("recovery_code", subject, now=NOW + 900) == []
    assert len(post.deliver("recovery_code", subject)) == 1


THIEF = "ladro@example.net"


def _reclaim(**changes: Any) -> tuple[Post, str, dict[str, str]]:
    """Have Mario take back what a thief of his bill has registered; return the token and what a notice of it names."""
    flows = register_thief(new_flows(mail=True), THIEF)
    token, _ = reclaim.start(reclaimed(**changes), flows.reclaim, source=SOURCE, language="it", now=NOW)
    [claims] = flows.reclaims.open
    return _post(flows), token, {"id": claims.reclaim_id}


def test_the_code_of_a_reclaim_goes_to_the_address_of_the_crm_and_takes_the_customer_back() -> None:
    post, token, subject = _reclaim()
    [sent] = post.deliver("reclaim_code", subject)
    assert sent.to == MARIO.email
    assert MARIO.code in sent.email.text
    assert THIEF not in sent.email.text
    assert "account" not in sent.tags
    code = sent.email.subject[:6]
    assert reclaim.confirm(reclaim_confirmed(token, code), post.flows.reclaim, now=NOW).step_token
    [told] = post.deliver("customer_reclaimed", {"account_id": post.account_id, "customer_code": MARIO.code})
    assert told.to == THIEF
    assert MARIO.code in told.email.text
    assert MARIO.email not in told.email.text
    assert post.deliver("reclaim_code", subject) == []


@pytest.mark.parametrize("typed", [{"first_name": "Luigi"}, {"customer_code": "9999999999"}])
def test_a_reclaim_that_matches_nobody_is_mailed_to_nobody(typed: dict[str, str]) -> None:
    post, _, subject = _reclaim(**typed)
    assert post.deliver("reclaim_code", subject) == []


@pytest.mark.parametrize(
    "record", [ANNA, MARIO._replace(email=""), MARIO._replace(email="no address"), MARIO._replace(email=THIEF)]
)
def test_a_reclaim_is_mailed_to_no_new_holder_and_never_to_the_account(record: Customer) -> None:
    post, _, subject = _reclaim()
    post.flows.customers.add(record)
    assert post.deliver("reclaim_code", subject) == []


def test_a_reclaim_that_has_expired_is_mailed_no_code() -> None:
    post, _, subject = _reclaim()
    assert post.deliver("reclaim_code", subject, now=NOW + 3600) == []
    assert len(post.deliver("reclaim_code", subject)) == 1


def test_a_reminder_says_the_user_id_to_its_owner(post: Post) -> None:
    [sent] = post.deliver("user_id_reminder", {"account_id": post.account_id})
    assert sent.to == ADDRESS
    assert ADDRESS in sent.email.text


@pytest.mark.parametrize(
    ("crm", "told"),
    [("other@example.org", True), ("MARIO@example.org", False), ("", False), ("no address", False)],
)
def test_the_address_of_the_crm_is_told_when_it_is_another(post: Post, crm: str, told: bool) -> None:  # noqa: FBT001
    post.flows.customers.add(MARIO._replace(email=crm))
    sent = post.deliver("registered_elsewhere", {"account_id": post.account_id})
    assert [each.to for each in sent] == [crm] * told
    for each in sent:
        assert ADDRESS not in each.email.text
        assert "account" not in each.tags  # what comes back from there says nothing of the account's own address


_PAGE = "https://gas.example/obiezione.html?supplier=gas"


def _with_page(post: Post, **settings: Any) -> Post:
    """Return the post with a page to object on, and with another address of Mario in the CRM."""
    suppliers = Suppliers([each.model_copy(update={"mail": {"objection_page": _PAGE}}) for each in SUPPLIERS])
    post.flows.customers.add(MARIO._replace(email="crm@example.org"))
    return post._replace(dependencies=post.dependencies._replace(suppliers=suppliers, **settings))


def test_the_notice_names_a_page_and_a_code_that_freezes_the_account(post: Post) -> None:
    post = _with_page(post)
    [sent] = post.deliver("registered_elsewhere", {"account_id": post.account_id})
    assert sent.to == "crm@example.org"
    assert f"{_PAGE} " in sent.email.text
    [code] = re.findall(r"^[0-9A-Z]{5}(?:-[0-9A-Z]{5}){5}$", sent.email.text, re.MULTILINE)
    assert freeze(objected(code), post.flows.credentials, source=SOURCE, now=NOW) == post.account_id


def test_without_a_page_the_notice_says_whom_to_contact_and_makes_no_code(post: Post) -> None:
    post.flows.customers.add(MARIO._replace(email="crm@example.org"))
    [sent] = post.deliver("registered_elsewhere", {"account_id": post.account_id})
    assert "https://gas.example/" in sent.email.text
    assert not post.flows.objections.codes


def test_the_address_of_the_crm_is_told_nothing_where_the_deployment_does_not_or_the_account_was_frozen(
    post: Post,
) -> None:
    silent = _with_page(post, notifies_of_claims=False)
    assert silent.deliver("registered_elsewhere", {"account_id": post.account_id}) == []
    _freeze(post)
    assert _with_page(post).deliver("registered_elsewhere", {"account_id": post.account_id}) == []
    assert not post.flows.objections.codes


def _freeze(post: Post) -> None:
    [account] = post.flows.accounts.accounts.values()
    assert post.flows.accounts.freeze(account, ADDRESS, now=NOW)


def test_owner_and_customer_are_told_that_an_account_is_frozen_and_the_owner_that_it_is_no_longer(post: Post) -> None:
    post, subject = _with_page(post), {"account_id": post.account_id}
    for kind in ("account_frozen", "account_frozen_elsewhere"):
        assert post.deliver(kind, subject) == []  # not now
    _freeze(post)
    assert post.deliver("account_unfrozen", subject) == []
    [to_owner], [to_crm] = post.deliver("account_frozen", subject), post.deliver("account_frozen_elsewhere", subject)
    assert (to_owner.to, to_crm.to) == (ADDRESS, "crm@example.org")
    assert MARIO.code in to_crm.email.text
    assert MARIO.code not in to_owner.email.text
    assert ADDRESS not in to_crm.email.text
    assert "crm@" not in to_owner.email.text
    post.flows.customers.add(MARIO)  # the same address as the account's: one mail is enough
    assert post.deliver("account_frozen_elsewhere", subject) == []
    [account] = post.flows.accounts.accounts.values()
    assert post.flows.accounts.unfreeze(account, ADDRESS)
    [again] = post.deliver("account_unfrozen", subject)
    assert again.to == ADDRESS


@pytest.mark.parametrize("taken", [True, False])
def test_the_code_of_a_claim_goes_to_the_address_of_the_crm(taken: bool) -> None:  # noqa: FBT001
    crm = "crm@example.org"
    post = _post(new_flows(MARIO._replace(email=crm), mail=True, proves_claims=True))
    _, subject = _begin(post.flows, "else@example.org")
    key = "gas", MARIO.code
    waiting = post.flows.pending.waiting[key]
    post.flows.pending.waiting[key] = waiting._replace(pending=waiting.pending._replace(address_taken=taken))
    [sent] = post.deliver("claim_code", subject)
    assert sent.to == crm
    assert sent.email.subject.startswith(mailed_claim_code(post.flows))
    assert MARIO.code in sent.email.text
    assert "else@example.org" not in sent.email.text
    assert "account" not in sent.tags
    assert post.deliver("claim_code", subject, now=NOW + 86_400) == []
    for gone in ("", "no address"):
        post.flows.customers.add(MARIO._replace(email=gone))
        assert post.deliver("claim_code", subject) == []
    post.flows.customers.records.clear()
    assert post.deliver("claim_code", subject) == []


def test_mails_to_an_account_are_marked_with_it(post: Post) -> None:
    [sent] = post.deliver("password_changed", {"account_id": post.account_id})
    assert sent.tags == {"supplier": "gas", "account": post.account_id}


def test_events_name_account_and_customers_and_nothing_else(post: Post) -> None:
    assert post.deliver("CustomerRegistered", {"account_id": post.account_id}) == []
    [(kind, detail, at)] = post.bus.events
    assert (kind, at) == ("CustomerRegistered", NOW)
    assert detail == {
        "schema_version": 2,
        "supplier": "gas",
        "account_id": post.account_id,
        "customers": [MARIO.code],
        "change": 1,
    }


def test_what_the_crm_acts_on_is_recorded_once_and_its_event_says_the_number(post: Post) -> None:
    post.flows.accounts.note_email_status(post.account, "bounced")
    changes, about = post.dependencies.changes, {"account_id": post.account_id}
    subjects: Any = dict.fromkeys(KINDS, about) | {"SupplyUnlinked": about | {"customer_code": "0099"}}
    for number, (kind, subject) in enumerate(sorted(subjects.items()), 1):
        for event_id in ("e1", "e1", "e1"):  # the stream repeats itself, the queue too
            flow.deliver(Notification(kind, event_id, NOW - 9, "gas", subject), post.dependencies, now=NOW)
        assert [detail["change"] for _, detail, _ in post.bus.events[-3:]] == [number] * 3
    recorded = list(changes.behind("gas", 0, now=NOW))
    assert {change.kind for change in recorded} == KINDS
    assert len(recorded) == len(KINDS)
    assert {(change.occurred_at, change.recorded_at) for change in recorded} == {(NOW - 9, NOW)}
    assert {change.customer_code for change in recorded} == {"", "0099"}
    others: tuple[Kind, ...] = ("PasswordChanged", "QuestionChanged", "SessionEnded", "SessionReused")
    for other in others:
        post.deliver(other, about)
        assert "change" not in post.bus.events[-1][1]
    assert changes.last("gas").number == len(KINDS)


def test_no_event_says_a_number_that_is_not_recorded(post: Post) -> None:
    class Down(FakeChanges):
        def record(self, *_: Any, **__: Any) -> int:
            raise EndpointConnectionError(endpoint_url="https://aws.example")

    notification = Notification("CustomerRegistered", "e1", NOW, "gas", {"account_id": post.account_id})
    with pytest.raises(EndpointConnectionError):
        flow.deliver(notification, post.dependencies._replace(changes=Down()), now=NOW)
    assert not post.bus.events


def _unlink(post: Post) -> dict[str, str]:
    """Have Anna take over Mario's supply, and return what the notice of it names."""
    post.flows.customers.add(ANNA)
    assert synchronise("gas", MARIO.code, sync_dependencies(post.flows), before=None, now=NOW)
    return {"account_id": post.account_id, "customer_code": MARIO.code}


def test_who_loses_a_customer_is_told_the_code_and_nothing_of_the_new_holder(post: Post) -> None:
    [sent] = post.deliver("customer_unlinked", _unlink(post))
    assert sent.to == ADDRESS
    assert MARIO.code in sent.email.text
    for text in (ANNA.first_name, ANNA.last_name, ANNA.codice_fiscale, ANNA.phone, ANNA.email):
        assert text not in sent.email.text + sent.email.html
    post.flows.accounts.close("gas", ADDRESS)
    assert post.deliver("customer_unlinked", {"account_id": post.account_id, "customer_code": MARIO.code}) == []


def test_the_event_of_a_lost_customer_names_it_and_those_that_stay(post: Post) -> None:
    post.deliver("CustomerUnlinked", _unlink(post))
    [(_, detail, _)] = post.bus.events
    assert detail == {
        "schema_version": 2,
        "change": 1,
        "supplier": "gas",
        "account_id": post.account_id,
        "customers": [],
        "customer_code": MARIO.code,
    }


def test_the_address_of_the_crm_is_not_told_of_an_account_that_has_lost_its_customer(post: Post) -> None:
    _unlink(post)
    assert post.deliver("registered_elsewhere", {"account_id": post.account_id}) == []


def test_an_event_says_what_became_of_the_mails(post: Post) -> None:
    post.flows.accounts.note_email_status(post.account, "bounced")
    post.deliver("EmailUndeliverable", {"account_id": post.account_id})
    assert post.bus.events[0][1]["email_status"] == "bounced"


class _FakeEventBridge:
    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    def put_events(self, **request: Any) -> dict[str, Any]:
        self.entries += request["Entries"]
        return {"FailedEntryCount": 0}


def test_events_are_as_documented(post: Post) -> None:
    texts = re.findall(r"```json\n(.*?)```", Path("docs/events.md").read_text(encoding="utf-8"), re.DOTALL)
    example, schema, *_ = map(json.loads, texts)
    client = _FakeEventBridge()
    dependencies = post.dependencies._replace(bus=EventBridgeBus(client, "bus"))
    post.flows.accounts.note_email_status(post.account, "bounced")
    for kind in ("CustomerRegistered", "EmailUndeliverable"):
        flow.deliver(Notification(kind, "event-1", NOW, "gas", {"account_id": post.account_id}), dependencies, now=NOW)
    _freeze(post)
    flow.deliver(
        Notification("AccountFrozen", "event-1", NOW, "gas", {"account_id": post.account_id}), dependencies, now=NOW
    )
    flow.deliver(Notification("CustomerUnlinked", "event-1", NOW, "gas", _unlink(post)), dependencies, now=NOW)

    for detail in (example["detail"], *(json.loads(entry["Detail"]) for entry in client.entries)):
        jsonschema.validate(detail, schema)
    assert [(entry["Source"], entry["DetailType"]) for entry in client.entries] == [
        ("utenza", "CustomerRegistered"),
        ("utenza", "EmailUndeliverable"),
        ("utenza", "AccountFrozen"),
        ("utenza", "CustomerUnlinked"),
    ]


def test_without_mail_there_are_events_and_no_mails(post: Post) -> None:
    dependencies = post.dependencies._replace(sender=None)
    for kind in ("welcome", "CustomerRegistered"):
        flow.deliver(Notification(kind, "event-1", NOW, "gas", {"account_id": post.account_id}), dependencies, now=NOW)

    assert not post.sender.sent
    assert len(post.bus.events) == 1


def test_an_account_that_is_gone_is_told_nothing(post: Post) -> None:
    kinds: Any = (
        *("welcome", "registered_elsewhere", "user_id_restored", "user_id_reminder", "CustomerRegistered"),
        *("account_frozen", "account_frozen_elsewhere", "account_unfrozen", "AccountFrozen"),
    )
    for kind in kinds:
        assert post.deliver(kind, {"account_id": "gone"}) == []
    assert not post.bus.events


def test_the_owner_of_a_closed_account_is_told_at_the_address_that_it_had(post: Post) -> None:
    account = post.flows.accounts.accounts["gas", post.account_id]
    assert post.deliver("account_closed", {"account_id": post.account_id}) == []
    assert post.dependencies.closures.close(account, ADDRESS, now=NOW)
    [sent] = post.deliver("account_closed", {"account_id": post.account_id})
    assert (sent.to, sent.tags) == (ADDRESS, {"supplier": "gas"})
    assert post.deliver("account_closed", {"account_id": post.account_id}, now=NOW + 3 * 86_400) == []


def test_the_event_of_a_closed_account_names_the_customers_that_it_had(post: Post) -> None:
    post.flows.accounts.close("gas", ADDRESS)
    post.deliver("AccountClosed", {"account_id": post.account_id})
    [(_, detail, _)] = post.bus.events
    assert detail == {
        "schema_version": 2,
        "supplier": "gas",
        "account_id": post.account_id,
        "customers": [MARIO.code],
        "change": 1,
    }


def test_what_operators_do_is_an_event_as_documented(post: Post) -> None:
    texts = re.findall(r"```json\n(.*?)```", Path("docs/events.md").read_text(encoding="utf-8"), re.DOTALL)
    *_, example, schema = map(json.loads, texts)
    client = _FakeEventBridge()
    dependencies = post.dependencies._replace(bus=EventBridgeBus(client, "bus"))
    said = {"audit_id": "0" * 32, "action": "close", "operator": "arn:aws:iam::1:user/anna", "reason": "ticket 4711"}
    for subject in (said | {"account_id": post.account_id}, said | {"customer_code": MARIO.code}):
        notification = Notification("OperatorAction", "event-1", NOW, "gas", subject)
        assert flow.deliver(notification, dependencies, now=NOW)
    details = [json.loads(entry["Detail"]) for entry in client.entries]
    for detail in (example["detail"], *details):
        jsonschema.validate(detail, schema)
    assert details[0]["account_id"] == post.account_id
    assert {entry["DetailType"] for entry in client.entries} == {example["detail-type"]} == {"OperatorAction"}
