"""Days of strangers who want mails sent, simulated through routes, stream and delivery with a clock of our own."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import count
from typing import Any, NamedTuple

import pytest

from credentials import confirmation
from credentials.flow import register
from credentials.schemas import ResendRequest
from notifications import flow as delivery
from notifications.budgets import Budgets
from notifications.changes import Change, Image, Notification, notifications_of
from notifications.dependencies import Dependencies as Delivery
from notifications.emails import Email
from reclaim import flow as reclaim
from recovery import flow as recovery
from tests.fakes.changes import FakeChanges
from tests.fakes.closures import FakeClosures
from tests.fakes.hourly import FakeHourlyBudget
from tests.unit.flows.deployed import mail_budget
from tests.unit.flows.fixtures import (
    MARIO,
    NOW,
    Flows,
    confirmed,
    forgotten,
    forgotten_user_id,
    mailed_code,
    mailed_recovery_code,
    new_flows,
    reclaimed,
    register_mario,
    step_two,
    valid,
)
from tests.unit.notifications.test_delivery import FakeBus, FakeSender
from utenza.errors import InvalidRequest, TooManyAttempts
from utenza.identifiers import email
from utenza.limits.limit import Limit
from utenza.tables.recoveries import address_of
from utenza.tokens.holder import holder_of

_HOUR, _DAY = 3600, 86_400
_ADDRESS = "mario@example.org"
_BILLS = [MARIO._replace(code=f"01234566{number}") for number in range(10, 22)]


class Mail(NamedTuple):
    to: str
    at: int


class World:
    """A deployment that sends mail; every call's changes go through the stream to a sender that remembers them."""

    def __init__(self, flows: Flows, *, per_hour: int = 100_000) -> None:
        budget = mail_budget()
        self.flows = flows._replace(
            credentials=flows.credentials._replace(sends_mail=True, mail_budget=budget),
            recovery=flows.recovery._replace(sends_mail=True, mail_budget=budget),
        )
        self.mails: list[Mail] = []
        self.kinds: list[str] = []
        self.letters: list[Email] = []
        self._events = count(1)
        self._sender = FakeSender()
        self._delivery = Delivery(
            flows.verify.suppliers,
            flows.customers,
            flows.accounts,
            flows.pending,
            flows.recoveries,
            flows.reclaims,
            flows.objections,
            flows.credentials.keys,
            self._sender,
            FakeBus(),
            FakeClosures(flows.accounts),
            Budgets(flows.attempts, budget, FakeHourlyBudget(per_hour)),
            flows.account.pending_user_ids,
            flows.account.user_ids,
            flows.activity,
            flows.supply_links,
            FakeChanges(),
        )

    def choose(self, code: str, user_id: str, source: str, now: int, **changes: Any) -> str:
        """Go through step two with a bill; return the confirmation token."""
        key = self.flows.credentials.keys.lasting(now=now)
        record = self.flows.customers.find("gas", code)
        assert record
        step, _ = self.flows.credentials.step_tokens.issue("gas", code, "", holder_of(record, key), now=now)
        form = step_two(step, user_id=user_id, **changes)
        made = register(form, self.flows.credentials, source=source, language="it", now=now)
        self._pending_changed({}, code, now)
        assert made.confirmation
        return made.confirmation[0]

    def resend(self, token: str, code: str, source: str, now: int) -> None:
        before = self._pending_image(code)
        request = valid(ResendRequest, {"confirmation_token": token})
        confirmation.resend(request, self.flows.credentials, source=source, now=now)
        self._pending_changed(before, code, now)

    def recover(self, user_id: str, source: str, now: int) -> recovery.Started:
        started = recovery.start(forgotten(user_id=user_id), self.flows.recovery, source=source, language="it", now=now)
        claims, opened = [*self.flows.recoveries.open.items()][-1]
        image = {"pk": f"gas#recovery#{claims.address}#{claims.recovery_id}", "step": opened.step}
        self._changed({}, image | {"code_id": opened.recovery.code_id}, now)
        return started

    def remind(self, code: str, source: str, now: int) -> None:
        recovery.remind(forgotten_user_id(customer_code=code), self.flows.recovery, source=source, now=now)
        account = self.flows.reminders.requested["gas", code] or ""
        image = {"pk": f"gas#reminder#{code}", "reminder_id": str(next(self._events)), "account_id": account}
        self._changed({}, image, now)

    def deliver(self, kind: Any, subject: dict[str, str], now: int) -> None:
        event_id = f"event-{next(self._events)}"
        notification = Notification(kind, event_id, now, "gas", subject)
        if delivery.deliver(notification, self._delivery, now=now) == "delivered":
            self.kinds.append(kind)
            self.mails.append(Mail(self._sender.sent[-1].to, now))
            self.letters.append(self._sender.sent[-1].email)

    def _pending_image(self, code: str) -> dict[str, Any]:
        waiting = self.flows.pending.waiting["gas", code]
        return {
            "pk": f"gas#pending#{code}",
            "pending_id": waiting.pending_id,
            "address_taken": waiting.pending.address_taken,
            "mails": waiting.mails,
        }

    def _pending_changed(self, old: Image, code: str, now: int) -> None:
        self._changed(old, self._pending_image(code), now)

    def _changed(self, old: Image, new: Image, now: int) -> None:
        for notification in notifications_of(Change(f"event-{next(self._events)}", now, old, new)):
            self.deliver(notification.kind, dict(notification.subject), now)


@pytest.fixture
def world() -> World:
    """Return a deployment that Mario is registered in, and twelve bills whose customers are not; no other limits."""
    return World(register_mario(new_flows(MARIO, *_BILLS, free=10**6)))


def _most(moments: Iterable[int], seconds: int) -> int:
    """Return the most of these moments that are within any so many seconds."""
    found = sorted(moments)
    return max((sum(start <= each < start + seconds for each in found) for start in found), default=0)


def _tried(call: Callable[[], object]) -> None:
    """Call; a refusal for too many attempts is fine: it sends no mail either."""
    with suppress(TooManyAttempts):
        call()


@pytest.mark.parametrize("mailbox", [_ADDRESS, "vittima@example.org", "v.i.t.tima@gmail.com"])
def test_a_mailbox_gets_five_mails_an_hour_and_ten_a_day_from_all_routes_and_a_thousand_sources(
    world: World, mailbox: str
) -> None:
    local, _, domain = mailbox.partition("@")
    numbers = count()
    for now in range(NOW, NOW + 2 * _DAY, 1200):
        for _ in range(3):
            number = next(numbers)
            source = f"198.18.{number % 1000 // 250}.{number % 250}"
            tagged = f"{local}+{number}@{domain}" if mailbox != _ADDRESS and number % 2 else mailbox
            bill = _BILLS[number % len(_BILLS)].code
            token = world.choose(bill, tagged, source, now)
            _tried(lambda: world.resend(token, bill, source, now))  # noqa: B023 - called at once
            _tried(lambda: world.recover(mailbox, source, now))  # noqa: B023
            _tried(lambda: world.remind(MARIO.code, source, now))  # noqa: B023
    moments = [mail.at for mail in world.mails if email.mailbox(email.key(mail.to)) == email.mailbox(mailbox)]
    assert 3 <= _most(moments, _HOUR) <= 5
    assert 3 <= _most(moments, _DAY) <= 10


def test_a_mailbox_gets_no_more_from_recoveries_alone(world: World) -> None:
    for minute in range(0, 3 * 24 * 60, 7):
        _tried(lambda: world.recover(_ADDRESS, f"198.18.0.{minute % 250}", NOW + 60 * minute))  # noqa: B023
    moments = [mail.at for mail in world.mails]
    assert _most(moments, _HOUR) == 5
    assert 9 <= _most(moments, _DAY) <= 10


def test_a_customer_has_ten_mails_a_day_to_whichever_addresses(world: World) -> None:
    bill = _BILLS[0].code
    for number in range(2 * 24 * 12):
        now = NOW + number * 300
        _tried(lambda: world.choose(bill, f"x{number}@example.org", f"198.18.0.{number % 250}", now))  # noqa: B023
    moments = [mail.at for mail in world.mails]
    assert 9 <= _most(moments, _DAY) <= 10


def test_a_source_causes_thirty_mails_an_hour_with_twelve_bills(world: World) -> None:
    for number in range(4 * 360):
        now, bill = NOW + 10 * number, _BILLS[number % 12].code
        _tried(lambda: world.choose(bill, f"x{number}@example.org", "192.0.2.66", now))  # noqa: B023
        _tried(lambda: world.recover(f"y{number}@example.org", "192.0.2.66", now))  # noqa: B023
    counted = world.flows.attempts.used("mails-source", Limit(15, 240), NOW + 4 * 3600)
    assert counted <= 15
    assert _most([mail.at for mail in world.mails], _HOUR) <= 30


def test_a_source_that_has_to_wait_takes_nothing_from_a_mailbox(world: World) -> None:
    world.flows = world.flows._replace(recovery=world.flows.recovery._replace(per_source=Limit(1, 3600)))
    world.recover("nobody@example.org", "192.0.2.66", NOW)
    for _ in range(100):
        _tried(lambda: world.recover(_ADDRESS, "192.0.2.66", NOW))
    assert world.mails == []
    world.recover(_ADDRESS, "192.0.2.7", NOW)
    assert [mail.to for mail in world.mails] == [_ADDRESS]


def test_who_has_the_code_sent_three_times_more_can_confirm_and_recover(world: World) -> None:
    bill, address = _BILLS[0].code, "anna@example.org"
    token = world.choose(bill, address, "192.0.2.7", NOW)
    for minute in (1, 2, 3):
        world.resend(token, bill, "192.0.2.7", NOW + 60 * minute)
    dependencies = world.flows.credentials
    confirmation.confirm(confirmed(token, mailed_code(world.flows, bill)), dependencies, now=NOW + 300)
    world.recover(address, "192.0.2.7", NOW + 600)
    assert world.kinds == ["confirmation_code"] * 4 + ["recovery_code"]
    assert {mail.to for mail in world.mails} == {address}


def test_what_is_refused_for_its_fields_costs_no_mail(world: World) -> None:
    bill = _BILLS[0].code
    for _ in range(8):
        with pytest.raises(InvalidRequest):
            world.choose(bill, "anna@example.org", "192.0.2.7", NOW, password="rossi-e-bianchi")
    world.choose(bill, "anna@example.org", "192.0.2.7", NOW)
    assert [mail.to for mail in world.mails] == ["anna@example.org"]


def test_over_the_budget_the_answer_is_the_same_and_a_mail_can_be_asked_for_later(world: World) -> None:
    first, bills = _BILLS[0].code, [bill.code for bill in _BILLS[1:7]]
    tokens = [world.choose(bill, "anna@example.org", f"192.0.2.{bill[-2:]}", NOW) for bill in [first, *bills]]
    assert len(world.mails) == 4
    assert [world.flows.pending.waiting["gas", bill].mails for bill in bills[-3:]] == [0, 0, 0]
    world.resend(tokens[-1], bills[-1], "192.0.2.9", NOW + 60)
    assert len(world.mails) == 4
    world.resend(tokens[-1], bills[-1], "192.0.2.9", NOW + 17_280)
    assert len(world.mails) == 5


def test_the_owner_of_a_taken_address_is_told_once_in_a_quarter_of_an_hour(world: World) -> None:
    for number, seconds in enumerate((0, 60, 899, 900)):
        world.choose(_BILLS[number].code, _ADDRESS, "192.0.2.66", NOW + seconds)
    assert [mail.at - NOW for mail in world.mails] == [0, 900]


def test_reminders_within_a_quarter_of_an_hour_are_one(world: World) -> None:
    for seconds in (0, 1, 899, 900):
        world.remind(MARIO.code, "192.0.2.66", NOW + seconds)
    assert [mail.at - NOW for mail in world.mails] == [0, 900]


def test_no_codes_keep_the_notice_of_a_new_account_from_the_address_of_the_crm(world: World) -> None:
    [account_id] = [account.account_id for account in world.flows.accounts.accounts.values()]
    crm = "crm@example.org"
    world.flows.customers.add(MARIO._replace(email=crm))
    for number in range(10):
        world.choose(_BILLS[number].code, crm, f"192.0.2.{number}", NOW)
    world.mails.clear()
    for _ in range(3):
        world.deliver("registered_elsewhere", {"account_id": account_id}, NOW)
    assert world.mails == [Mail(crm, NOW)]


def test_a_reclaim_over_its_budget_has_a_code_that_nothing_fits(world: World) -> None:
    world.flows.customers.add(MARIO._replace(email="crm@example.org"))
    dependencies = world.flows.reclaim._replace(sends_mail=True, per_code=Limit(100, 1))
    for number in range(7):
        reclaim.start(reclaimed(), dependencies, source=f"192.0.2.{number}", language="it", now=NOW)
        claims, begun = [*world.flows.reclaims.open.items()][-1]
        if begun.reclaim.account_id:
            world.deliver("reclaim_code", {"id": claims.reclaim_id}, NOW)
    assert world.mails == [Mail("crm@example.org", NOW)] * 5
    assert [begun.reclaim.account_id != "" for begun in world.flows.reclaims.open.values()] == [True] * 5 + [False] * 2


def test_a_deployment_sends_strangers_so_many_mails_an_hour_and_everybody_else_all() -> None:
    world = World(register_mario(new_flows(MARIO, *_BILLS, free=10**6)), per_hour=7)
    for number in range(12):
        world.choose(_BILLS[number].code, f"x{number}@example.org", f"192.0.2.{number}", NOW + number)
    assert len(world.mails) == 7
    [account_id] = [account.account_id for account in world.flows.accounts.accounts.values()]
    world.deliver("password_changed", {"account_id": account_id}, NOW + 60)
    assert len(world.mails) == 8
    world.choose(_BILLS[0].code, "y@example.org", "192.0.2.7", NOW + _HOUR)
    assert len(world.mails) == 9


def test_a_stranger_who_causes_every_mail_leaves_the_owner_a_code_at_any_time(world: World) -> None:
    """Two days of a stranger's recoveries and registrations; once an hour the owner asks with the last mail at hand."""
    for minute in range(0, 2 * 24 * 60, 20):
        now = NOW + 60 * minute
        source = f"198.18.0.{minute % 250}"
        world.choose(_BILLS[minute % 12].code, _ADDRESS, source, now)
        world.recover(_ADDRESS, source, now + 1)
        last_mail = world.flows.recoveries.mailed["gas", address_of(_ADDRESS)]
        assert now - last_mail.mailed_at < _DAY
        token = world.recover(_ADDRESS, "192.0.2.7", now + 2).recovery_token
        claims = world.flows.recovery.recovery_tokens.read(token, "code", now=now + 2)
        assert world.flows.recoveries.open[claims].recovery.code_id == last_mail.code_id
        assert mailed_recovery_code(world.flows, claims)
    assert len(world.mails) < 25
