from collections.abc import Callable
from threading import Barrier
from typing import Any, NamedTuple

import pytest

from notifications.changes import Change, notifications_of
from tests.contract.test_accounts import FIRST, NOW, another
from tests.fakes.accounts import FakeAccounts
from tests.fakes.reclaims import FakeReclaims
from tests.threads import in_threads
from utenza.dynamodb import DynamoDb
from utenza.errors import ReclaimTokenInvalid, Unavailable, UtenzaError
from utenza.tables.accounts import Account, Accounts
from utenza.tables.reclaims import Reclaim, Reclaims
from utenza.tokens.claims import ReclaimClaims

CODE, ADDRESS = FIRST.customer_code, FIRST.email_key
RECLAIM = Reclaim(CODE, FIRST.account_id, ("h1",), "+390612345678", "de", "key-1")
DECOY = Reclaim("0099999", "", ("h9",), "", "it", "key-1")


class Tables(NamedTuple):
    """Reclaims, and the accounts that they lie beside; one of them has the customer."""

    reclaims: Reclaims
    accounts: Accounts

    def account(self) -> Account:
        account = self.accounts.get("uno", FIRST.account_id)
        assert account is not None
        return account

    def is_alive(self, claims: ReclaimClaims, now: int = NOW) -> bool:
        try:
            self.reclaims.count_try(claims, now=now)
        except ReclaimTokenInvalid:
            return False
        return True

    def finish(self, claims: ReclaimClaims, account: Account | None = None) -> None:
        self.reclaims.finish(claims, account or self.account(), CODE, ADDRESS)


@pytest.fixture
def tables(kind: str, request: pytest.FixtureRequest) -> Tables:
    if kind == "fake":
        accounts: Accounts = FakeAccounts()
        reclaims: Reclaims = FakeReclaims(accounts)
    else:
        new_table: Callable[[], str] = request.getfixturevalue("new_table")
        db, table = request.getfixturevalue("db"), new_table()
        accounts, reclaims = Accounts(db, table), Reclaims(db, table)
    accounts.register(FIRST, now=NOW)
    return Tables(reclaims, accounts)


@pytest.mark.parametrize("reclaim", [RECLAIM, DECOY])
def test_a_reclaim_is_kept_as_it_began_whatever_matched(tables: Tables, reclaim: Reclaim) -> None:
    claims = tables.reclaims.begin("uno", reclaim, now=NOW)
    assert tables.reclaims.waiting_for("uno", claims.reclaim_id, now=NOW) == reclaim
    counted = tables.reclaims.count_try(claims, now=NOW)
    assert counted.mark
    assert counted._replace(mark="") == reclaim
    assert tables.reclaims.waiting_for("due", claims.reclaim_id, now=NOW) is None


@pytest.mark.parametrize("reclaim", [RECLAIM, DECOY])
def test_five_tries_and_no_more_whatever_matched(tables: Tables, reclaim: Reclaim) -> None:
    claims = tables.reclaims.begin("uno", reclaim, now=NOW)
    assert [tables.is_alive(claims) for _ in range(7)] == [True] * 5 + [False] * 2


def test_of_twenty_parallel_tries_five_count(tables: Tables) -> None:
    claims, start = tables.reclaims.begin("uno", RECLAIM, now=NOW), Barrier(20)

    def attempt() -> bool:
        start.wait()
        return tables.is_alive(claims)

    assert sum(in_threads(*[attempt] * 20)) == 5


def test_a_try_that_was_no_guess_is_taken_back_and_none_that_was_not_counted(tables: Tables) -> None:
    claims = tables.reclaims.begin("uno", RECLAIM, now=NOW)
    tables.reclaims.refund_try(claims, RECLAIM._replace(mark="of no try"))
    counted = [tables.reclaims.count_try(claims, now=NOW) for _ in range(5)]
    for _ in range(2):
        tables.reclaims.refund_try(claims, counted[-1])
    tables.reclaims.refund_try(claims, counted[0])
    assert [tables.is_alive(claims) for _ in range(2)] == [True, False]
    tables.reclaims.refund_try(ReclaimClaims("uno", "nothing"), counted[0])
    assert not tables.is_alive(ReclaimClaims("uno", "nothing"))


def test_a_reclaim_lasts_an_hour(tables: Tables) -> None:
    claims = tables.reclaims.begin("uno", RECLAIM, now=NOW)
    assert tables.is_alive(claims, NOW + 3599)
    assert not tables.is_alive(claims, NOW + 3600)
    assert tables.reclaims.waiting_for("uno", claims.reclaim_id, now=NOW + 3599)
    assert tables.reclaims.waiting_for("uno", claims.reclaim_id, now=NOW + 3600) is None


def test_a_reclaim_that_is_done_has_the_tries_that_were_left_and_is_done_once(tables: Tables) -> None:
    claims, account = tables.reclaims.begin("uno", RECLAIM, now=NOW), tables.account()
    assert [tables.is_alive(claims) for _ in range(5)] == [True] * 5
    tables.finish(claims, account)
    tables.finish(claims, account)
    assert tables.account().generation == 1
    counted = tables.reclaims.count_try(claims, now=NOW)  # the fifth was right: it can be repeated
    assert (counted.step, counted.customer_code, counted.account_id) == ("done", CODE, FIRST.account_id)
    assert not tables.is_alive(claims)
    tables.reclaims.refund_try(claims, counted)
    assert [tables.is_alive(claims) for _ in range(2)] == [True, False]
    assert not tables.is_alive(claims, NOW + 3600)


def test_a_reclaim_takes_the_customer_ends_the_sessions_and_is_spent(tables: Tables) -> None:
    claims, other = (tables.reclaims.begin("uno", RECLAIM, now=NOW) for _ in range(2))
    before = tables.account()
    tables.finish(claims)
    account, login = tables.account(), tables.accounts.login_of("uno", ADDRESS)
    assert (account.customers, account.summaries, account.generation, account.status) == ((), (), 1, "active")
    assert login is not None
    assert login.generation == 1
    assert tables.accounts.account_of("uno", CODE) is None
    assert tables.reclaims.waiting_for("uno", claims.reclaim_id, now=NOW) is None
    with pytest.raises(ReclaimTokenInvalid):
        tables.finish(other, before)
    tables.accounts.register(another(2)._replace(customer_code=CODE), now=NOW)
    with pytest.raises(ReclaimTokenInvalid):
        tables.finish(other, before)
    assert tables.accounts.account_of("uno", CODE) == "account-2"
    assert tables.account().generation == 1


def test_a_reclaim_that_nobody_began_takes_nothing(tables: Tables) -> None:
    with pytest.raises(ReclaimTokenInvalid):
        tables.finish(ReclaimClaims("uno", "nothing"))
    assert tables.accounts.account_of("uno", CODE) == FIRST.account_id
    assert tables.account().generation == 0


def test_an_account_that_changed_since_it_was_read_is_no_end_of_the_reclaim(tables: Tables) -> None:
    claims, before = tables.reclaims.begin("uno", RECLAIM, now=NOW), tables.account()
    tables.accounts.replace_summary(before, before.summaries[0]._replace(name="Rossi e figli srl"))
    with pytest.raises(Unavailable):
        tables.finish(claims, before)
    assert tables.accounts.account_of("uno", CODE) == FIRST.account_id
    tables.finish(claims)
    assert tables.accounts.account_of("uno", CODE) is None


def test_of_ten_parallel_ends_one_takes_the_customer_and_all_are_alike(tables: Tables) -> None:
    claims, account, start = tables.reclaims.begin("uno", RECLAIM, now=NOW), tables.account(), Barrier(10)

    def finish() -> str:
        start.wait()
        try:
            tables.finish(claims, account)
        except UtenzaError as refused:
            return refused.code
        return "free"

    assert in_threads(*[finish] * 10) == ("free",) * 10
    assert tables.account().generation == 1


def test_the_items_call_for_the_mails_and_are_alike_whatever_matched(
    dynamodb: Any, db: DynamoDb, new_table: Callable[[], str]
) -> None:
    table = new_table()
    accounts, reclaims, pk = Accounts(db, table), Reclaims(db, table), f"uno#email#{ADDRESS}"
    accounts.register(FIRST, now=NOW)
    kinds, names = [], set()
    for reclaim in (RECLAIM, DECOY):
        claims = reclaims.begin("uno", reclaim, now=NOW)
        item = db.get(table, f"uno#reclaim#{claims.reclaim_id}")
        assert item is not None
        assert item["expires_at"] == NOW + 3600
        names.add(frozenset(item))
        kinds.append([each.kind for each in notifications_of(Change("event-1", NOW, None, item))])
    assert kinds == [["reclaim_code"], []]
    assert len(names) == 1
    old, account = db.get(table, pk), accounts.get("uno", FIRST.account_id)
    assert account is not None
    reclaims.finish(reclaims.begin("uno", RECLAIM, now=NOW), account, CODE, ADDRESS)
    found = notifications_of(Change("event-1", NOW, old, db.get(table, pk)))
    assert [(each.kind, each.subject["customer_code"]) for each in found] == [
        ("customer_reclaimed", CODE),
        ("CustomerUnlinked", CODE),
    ]
    assert dynamodb.scan(TableName=table)["Count"] == 5  # account, login, and three reclaims
