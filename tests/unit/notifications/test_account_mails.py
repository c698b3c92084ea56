"""Mails about logins and further supplies: whom they go to, when none goes, and what the CRM hears."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from notifications import flow
from notifications.account_emails import written
from notifications.changes import Notification
from tests.unit.flows.fixtures import ANNA, MARIO, NOW, Flows, new_flows, register_mario
from tests.unit.notifications.test_delivery import ADDRESS, Post, _post
from utenza.customers.record import Customer, summary_of
from utenza.tables.activity import Origin
from utenza.tables.closures import Cause
from utenza.tables.lifetimes import Warned
from utenza.tables.supply_links import LIFETIME, SupplyLink
from utenza.tokens.holder import holder_of
from utenza.tokens.key_ring import KeyRing

HOME, BAR = Origin("Chrome|Android", "192.0.2.0/24"), Origin("Firefox|Windows", "198.51.100.0/24")
MOTHER = ANNA._replace(code="0123450002")


@pytest.fixture
def post() -> Post:
    """Return the post of a house that Mario is registered in, and Anna is a customer of."""
    return _post(register_mario(new_flows(MARIO, MOTHER)))


def _log_in(post: Post, origin: Origin, at: int) -> dict[str, str]:
    """Leave the entry of a login, and return what its notification names."""
    activity, account_id = post.flows.activity, post.account_id
    activity.noted("gas", account_id, "login", origin, now=at, is_new_device=True).parameters["do"]()
    return {"account_id": account_id, "entry": activity.entries["gas", account_id][-1][0]}


def test_a_login_from_a_new_device_is_told_with_what_to_do_and_the_first_one_is_not(post: Post) -> None:
    first = _log_in(post, HOME, NOW)
    again, new = _log_in(post, HOME, NOW + 1), _log_in(post, BAR, NOW + 2)
    assert post.deliver("new_login", first) == []
    assert post.deliver("new_login", again) == []
    [sent] = post.deliver("new_login", new)
    assert sent.to == ADDRESS
    assert "Firefox su Windows" in sent.email.text
    assert "Password dimenticata" in sent.email.text
    assert "198.51.100" not in sent.email.text


def test_logins_within_a_quarter_of_an_hour_are_one_mail(post: Post) -> None:
    _log_in(post, HOME, NOW)
    second = _log_in(post, BAR, NOW + 1)
    third = _log_in(post, Origin("Safari|iOS", "203.0.113.0/24"), NOW + 2)
    assert len(post.deliver("new_login", second)) == 1
    assert post.deliver("new_login", third) == []
    assert len(post.deliver("new_login", third, now=NOW + 900)) == 1


def test_mails_that_strangers_cause_keep_no_login_from_being_told(post: Post) -> None:
    budget = post.flows.recovery.mail_budget
    for mailbox in (budget.recovery_mailbox(ADDRESS), budget.notice_mailbox(ADDRESS)):
        for _ in range(budget.per_mailbox.capacity):
            post.flows.attempts.count(mailbox, now=NOW)
    _log_in(post, HOME, NOW)
    assert len(post.deliver("new_login", _log_in(post, BAR, NOW + 1))) == 1


def test_of_a_closed_account_no_login_is_told(post: Post) -> None:
    _log_in(post, HOME, NOW)
    subject = _log_in(post, BAR, NOW + 1)
    post.flows.accounts.close("gas", ADDRESS)
    assert post.deliver("new_login", subject) == []
    post.flows.activity.forget("gas", subject["account_id"])
    assert post.deliver("new_login", subject) == []


def _ask(flows: Flows, **changes: Any) -> dict[str, str]:
    """Begin a request for Anna's supply, and return what its notification names."""
    keys: KeyRing = flows.account.keys
    typed = Customer("gas", MOTHER.code, "person", codice_fiscale=MOTHER.codice_fiscale)
    holder, key_id = holder_of(typed, keys.lasting(now=NOW)), keys.current(now=NOW).key_id
    link = SupplyLink("a1", MOTHER.code, holder, "it", key_id)._replace(**changes)
    return {"id": flows.supply_links.begin("gas", link, now=NOW).link_id}


def test_the_code_goes_to_the_address_of_the_crm_and_names_the_supply(post: Post) -> None:
    [sent] = post.deliver("supply_code", _ask(post.flows))
    assert sent.to == MOTHER.email
    assert re.match(r"\d{6} ", sent.email.subject)
    assert MOTHER.code in sent.email.text
    assert sent.tags == {"supplier": "gas"}  # what comes back is no matter of an account


@pytest.mark.parametrize(
    "record",
    [
        MOTHER._replace(email=""),
        MOTHER._replace(email="no address"),
        MOTHER._replace(codice_fiscale="VRDLGU70A01H501X"),
    ],
)
def test_no_code_goes_where_the_record_has_no_address_or_another_holder(post: Post, record: Customer) -> None:
    subject = _ask(post.flows)
    post.flows.customers.add(record)
    assert post.deliver("supply_code", subject) == []


def test_no_code_goes_for_a_request_that_has_expired_or_lost_its_key(post: Post) -> None:
    assert post.deliver("supply_code", _ask(post.flows), now=NOW + LIFETIME) == []
    assert post.deliver("supply_code", {"id": "another"}) == []
    assert post.deliver("supply_code", _ask(post.flows, code_key="gone")) == []


def _link(post: Post, role: str = "delegate") -> dict[str, str]:
    account = post.flows.accounts.get("gas", post.account_id)
    assert account
    summary = summary_of(MOTHER, ())._replace(role=role)  # type: ignore[arg-type]
    assert post.flows.account.supplies.link(account, summary)
    return {"account_id": post.account_id, "customer_code": MOTHER.code, "role": role}


@pytest.mark.parametrize(
    ("kind", "to", "words"),
    [
        ("supply_linked", ADDRESS, "fa ora parte"),
        ("supply_delegated", MOTHER.email, "riprendersi il codice cliente"),
        ("supply_linked_elsewhere", MOTHER.email, "riprendersi il codice cliente"),
        ("supply_unlinked", ADDRESS, "non fa più parte"),
        ("delegate_removed", ADDRESS, "l'intestatario"),
        ("supply_over", ADDRESS, "è chiusa da tempo"),
    ],
)
def test_who_has_the_supply_and_who_holds_it_are_told_what_to_do(post: Post, kind: Any, to: str, words: str) -> None:
    [sent] = post.deliver(kind, _link(post))
    assert sent.to == to
    assert MOTHER.code in sent.email.text
    assert words in sent.email.text
    assert (ADDRESS in sent.email.text) is False  # whose account it is stays with them


@pytest.mark.parametrize("address", [ADDRESS.upper(), "", "no address"])
def test_the_holder_is_told_at_another_address_or_not_at_all(post: Post, address: str) -> None:
    subject = _link(post)
    post.flows.customers.add(MOTHER._replace(email=address))
    assert post.deliver("supply_delegated", subject) == []


def test_of_ones_own_supply_the_crms_address_is_told_where_claims_are(post: Post) -> None:
    subject = _link(post)
    silent = post._replace(dependencies=post.dependencies._replace(notifies_of_claims=False))
    assert silent.deliver("supply_linked_elsewhere", subject) == []
    assert len(silent.deliver("supply_delegated", subject)) == 1


def test_the_crm_hears_of_supplies_as_documented(post: Post) -> None:
    subject = _link(post)
    texts = re.findall(r"```json\n(.*?)```", Path("docs/events.md").read_text(encoding="utf-8"), re.DOTALL)
    schema = json.loads(texts[1])
    for kind in ("SupplyLinked", "SupplyUnlinked"):
        notification = Notification(kind, f"event-{kind}", NOW, "gas", subject)
        assert flow.deliver(notification, post.dependencies, now=NOW) == "delivered"
    assert [kind for kind, _, _ in post.bus.events] == ["SupplyLinked", "SupplyUnlinked"]
    for _, detail, _ in post.bus.events:
        jsonschema.validate({**detail, "occurred_at": "2026-11-26T18:03:11+00:00"} | {"account_id": "0" * 32}, schema)
        assert (detail["customer_code"], detail["role"]) == (MOTHER.code, "delegate")


_WARNED = Warned(NOW, 1, NOW + 90 * 86_400)


@pytest.mark.parametrize("language", ["it", "de"])  # in which this supplier writes no mails
def test_the_owner_of_an_unused_account_is_told_when_it_closes(post: Post, language: str) -> None:
    subject = _unused(post, language=language, warned=_WARNED)
    [sent] = post.deliver("account_unused", subject)
    assert sent.to == ADDRESS
    assert "dal 05/03/2027" in sent.email.text
    assert sent.tags["account"] == post.account_id


@pytest.mark.parametrize(("language", "words"), [("it", "05/03/2027"), ("en", "5 March 2027"), ("de", "05.03.2027")])
def test_a_day_is_written_as_it_is_in_the_language(language: str, words: str) -> None:
    assert written(date(2027, 3, 5), language) == words


def test_who_has_logged_in_meanwhile_or_has_gone_is_not_warned(post: Post) -> None:
    subject = _unused(post, warned=_WARNED, last_login_at=NOW + 1)
    assert post.deliver("account_unused", subject) == []
    _unused(post, last_login_at=0, status="frozen")
    assert post.deliver("account_unused", subject) == []


@pytest.mark.parametrize(
    ("cause", "words"),
    [(None, "Se non sa perché"), ("no_supply", "nessuna fornitura attiva"), ("unused", "Come Le avevamo scritto")],
)
def test_the_mail_about_a_closing_says_why(post: Post, cause: Cause | None, words: str) -> None:
    account = post.flows.accounts.get("gas", post.account_id)
    assert account
    assert post.dependencies.closures.close(account, ADDRESS, now=NOW, cause=cause)
    [sent] = post.deliver("account_closed", {"account_id": post.account_id})
    assert words in sent.email.text


def _unused(post: Post, **changes: Any) -> dict[str, str]:
    """Change the account, and return what the notification of its warning names."""
    key = "gas", post.account_id
    post.flows.accounts.accounts[key] = post.flows.accounts.accounts[key]._replace(**changes)
    return {"account_id": post.account_id, "closes_on": "2027-03-05"}
