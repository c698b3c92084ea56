"""What accounts have accepted: with the account, and later."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from notifications.changes import Change, notifications_of
from tests.contract.test_accounts import FIRST, NOW
from tests.fakes.accounts import FakeAccounts
from tests.fakes.agreements import FakeAgreements
from utenza.dynamodb import DynamoDb, unmarshal
from utenza.tables.accounts import Accounts
from utenza.tables.agreements import Acceptance, Agreements
from utenza.tables.closures import Closures
from utenza.tables.pending import PendingRegistrations

WHO = ("uno", FIRST.account_id)
TERMS, NEWER = Acceptance("terms", "1", NOW), Acceptance("terms", "2", NOW + 60)


class Tables(NamedTuple):
    agreements: Agreements
    accounts: Accounts


@pytest.fixture
def tables(kind: str, request: pytest.FixtureRequest) -> Tables:
    if kind == "fake":
        accounts: Accounts = FakeAccounts()
        return Tables(FakeAgreements(accounts), accounts)
    new_table: Callable[[], str] = request.getfixturevalue("new_table")
    db, table = request.getfixturevalue("db"), new_table()
    return Tables(Agreements(db, table), Accounts(db, table))


def test_an_account_begins_with_what_was_accepted(tables: Tables) -> None:
    assert tables.agreements.history_of(*WHO) == ()
    tables.accounts.register(FIRST._replace(accepted=(TERMS,)), now=NOW)
    assert tables.agreements.history_of(*WHO) == (TERMS,)


def test_a_history_grows_and_loses_nothing(tables: Tables) -> None:
    tables.accounts.register(FIRST, now=NOW)
    assert tables.agreements.accept(*WHO, (), (TERMS,), now=NOW)
    assert tables.agreements.accept(*WHO, (TERMS,), (NEWER,), now=NOW)
    assert tables.agreements.history_of(*WHO) == (TERMS, NEWER)


def test_what_has_grown_meanwhile_is_not_overwritten(tables: Tables) -> None:
    tables.accounts.register(FIRST, now=NOW)
    assert tables.agreements.accept(*WHO, (), (TERMS,), now=NOW)
    for stale in ((), (TERMS, TERMS)):
        assert not tables.agreements.accept(*WHO, stale, (NEWER,), now=NOW)
    assert tables.agreements.history_of(*WHO) == (TERMS,)


def test_each_document_is_an_event_and_closing_leaves_nothing(
    db: DynamoDb, dynamodb: Any, new_table: Callable[[], str]
) -> None:
    table = new_table()
    accounts, pending = Accounts(db, table), PendingRegistrations(db, table)

    def kinds(name: str) -> list[str]:
        items = [unmarshal(item) for item in dynamodb.scan(TableName=table)["Items"]]
        notes = [notifications_of(Change("1", NOW, None, item)) for item in items if f"#{name}#" in item["pk"]]
        return [f"{note.kind} {note.subject['version']}" for found in notes for note in found]

    registration = FIRST._replace(accepted=(TERMS,))
    claims = pending.begin(registration, address_taken=False, code_key="k", mailed=True, now=NOW).claims
    waiting = pending.waiting_for(*claims[:2], claims.pending_id, now=NOW)
    assert waiting
    assert waiting.registration == registration
    pending.finish(claims, waiting.registration, now=NOW)
    assert kinds("noted") == ["DocumentAccepted 1"]
    Agreements(db, table).accept(*WHO, (TERMS,), (NEWER,), now=NOW)
    assert sorted(kinds("noted")) == ["DocumentAccepted 1", "DocumentAccepted 2"]
    account = accounts.get(*WHO)
    assert account
    assert Closures(db, table).close(account, FIRST.email_key, now=NOW)
    assert Agreements(db, table).history_of(*WHO) == ()
