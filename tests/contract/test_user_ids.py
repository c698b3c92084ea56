"""Changes of user ids: what waits, what is changed in one transaction, and the way back."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from notifications.changes import Change, notifications_of
from tests.contract.test_accounts import FIRST, NOW
from tests.fakes.accounts import FakeAccounts
from tests.fakes.sessions import FakeSessions
from tests.fakes.user_ids import FakePendingUserIds, FakeUserIds
from utenza.dynamodb import DynamoDb, unmarshal
from utenza.errors import NewUserIdInvalid, UserIdTaken
from utenza.identifiers import email
from utenza.tables.accounts import Account, Accounts, Login
from utenza.tables.pending_user_ids import LIFETIME, PendingUserId, PendingUserIds
from utenza.tables.sessions import Sessions, id_of, new_family
from utenza.tables.user_ids import LIFETIME as UNDO_LIFETIME
from utenza.tables.user_ids import FormerUserId, History, Undo, UserIds

NEW, WHO = "Nuovo@example.it", ("uno", FIRST.account_id)


class Tables(NamedTuple):
    """Mario has registered, and has a session."""

    pending: PendingUserIds
    user_ids: UserIds
    accounts: Accounts
    sessions: Sessions
    session_id: str

    def account(self) -> Account:
        account = self.accounts.get(*WHO)
        assert account is not None
        return account

    def login(self) -> Login:
        login = self.accounts.login_of("uno", email.key(self.account().user_id))
        assert login is not None
        return login

    def wait(self, user_id: str = NEW, *, replaces: PendingUserId | None = None, **more: Any) -> PendingUserId | None:
        typed: dict[str, Any] = {"address_taken": False, "code_key": "k1", "mailed": True, "now": NOW} | more
        return self.pending.begin(self.account(), user_id, replaces=replaces, **typed)

    def change(self, user_id: str = NEW, *, now: int = NOW, **as_read: Any) -> Account | None:
        account = as_read.get("account", self.account())
        also = self.sessions.carried("uno", self.session_id, account.account_id, account.generation)
        return self.user_ids.change(
            account,
            as_read.get("login", self.login()),
            user_id,
            self.user_ids.history_of(*WHO, now=now),
            carried="0-s1-1",
            change_id="c1",
            code_key="k1",
            now=now,
            also=(also,),
        )

    def restore(self, generation: int = 1, *, also: Any = (), now: int = NOW) -> bool:
        former = self.user_ids.history_of(*WHO, now=now).of(generation)
        assert former
        undo = Undo(FIRST.account_id, generation)
        return self.user_ids.restore(self.account(), self.login(), undo, former, "$hash$", now=now, also=also)

    def state(self) -> tuple[Any, ...]:
        history = self.user_ids.history_of(*WHO, now=NOW)
        return self.account(), self.login(), history, self.sessions.of_account(*WHO, now=NOW)


def _tables(kind: str, request: pytest.FixtureRequest) -> Tables:
    family = new_family()
    if kind == "fake":
        accounts: Accounts = FakeAccounts()
        tables = Tables(FakePendingUserIds(), FakeUserIds(accounts), accounts, FakeSessions(), id_of(family))
    else:
        new_table: Callable[..., str] = request.getfixturevalue("new_table")
        db, table = request.getfixturevalue("db"), new_table()
        sessions = Sessions(db, new_table("Sessions"))
        tables = Tables(PendingUserIds(db, table), UserIds(db, table), Accounts(db, table), sessions, id_of(family))
    tables.accounts.register(FIRST, now=NOW)
    tables.sessions.open(*WHO, generation=0, now=NOW, lifetime=600, family=family)
    return tables


@pytest.fixture
def tables(kind: str, request: pytest.FixtureRequest) -> Tables:
    return _tables(kind, request)


class TestWaiting:
    def test_what_waits_is_found_until_it_expires(self, tables: Tables) -> None:
        assert tables.pending.waiting_for(*WHO, now=NOW) is None
        begun = tables.wait()
        assert begun
        assert (begun.user_id, begun.generation, begun.mails, begun.tries) == (NEW, 0, 1, 0)
        assert tables.pending.waiting_for(*WHO, now=NOW + LIFETIME - 1) == begun
        assert tables.pending.waiting_for(*WHO, now=NOW + LIFETIME) is None

    def test_a_newer_one_replaces_what_was_read_and_nothing_else(self, tables: Tables) -> None:
        first = tables.wait()
        assert tables.wait("terzo@example.it") is None
        assert tables.pending.waiting_for(*WHO, now=NOW) == first
        second = tables.wait("terzo@example.it", replaces=first)
        assert tables.wait(replaces=first) is None
        assert second
        assert tables.pending.waiting_for(*WHO, now=NOW) == second
        assert tables.wait(now=NOW + LIFETIME)  # what has expired is nothing

    def test_five_tries_and_one_given_back(self, tables: Tables) -> None:
        begun = tables.wait()
        assert begun
        counted = [tables.pending.count_try(*WHO, begun.change_id, now=NOW) for _ in range(5)]
        assert [each.tries for each in counted] == [1, 2, 3, 4, 5]
        with pytest.raises(NewUserIdInvalid):
            tables.pending.count_try(*WHO, begun.change_id, now=NOW)
        for _ in range(2):  # the second time nothing is left to give back
            tables.pending.refund_try(*WHO, counted[-1])
        assert tables.pending.count_try(*WHO, begun.change_id, now=NOW).tries == 5

    def test_no_try_is_counted_of_another_change_or_too_late(self, tables: Tables) -> None:
        begun = tables.wait()
        assert begun
        for change_id, now in (("other", NOW), (begun.change_id, NOW + LIFETIME)):
            with pytest.raises(NewUserIdInvalid):
                tables.pending.count_try(*WHO, change_id, now=now)

    def test_four_mails_with_the_latest_key(self, tables: Tables) -> None:
        begun = tables.wait()
        assert begun
        for number in range(2, 6):
            tables.pending.mail_again(tables.account(), begun, code_key=f"k{number}", now=NOW + number)
        found = tables.pending.waiting_for(*WHO, now=NOW + 5)
        assert found
        assert (found.mails, found.code_key, found.asked_at) == (4, "k4", NOW + 4)


class TestChanging:
    def test_account_login_session_and_history_change_together(self, tables: Tables) -> None:
        before, login = tables.account(), tables.login()
        changed = tables.change()
        assert changed == tables.account()
        assert changed == before._replace(user_id=NEW, generation=1, carried="0-s1-1")
        assert tables.login() == login._replace(generation=1)
        assert tables.accounts.login_of("uno", FIRST.email_key) is None
        assert [each.generation for each in tables.sessions.of_account(*WHO, now=NOW)] == [1]
        history = tables.user_ids.history_of(*WHO, now=NOW)
        assert history == History((FormerUserId(FIRST.user_id, 1, NOW),), "c1", "k1")

    def test_the_address_before_is_free_and_the_new_one_is_not(self, tables: Tables) -> None:
        tables.change()
        other = FIRST._replace(account_id="account-2", step_token_id="t2", customer_code="0000000002")
        with pytest.raises(UserIdTaken):
            tables.accounts.register(other._replace(user_id=NEW, email_key=email.key(NEW)), now=NOW)
        tables.accounts.register(other, now=NOW)

    def test_an_address_that_somebody_has_is_not_taken(self, tables: Tables) -> None:
        other = FIRST._replace(account_id="account-2", step_token_id="t2", customer_code="0000000002")
        tables.accounts.register(other._replace(user_id=NEW, email_key=email.key(NEW)), now=NOW)
        before = tables.state()
        with pytest.raises(UserIdTaken):
            tables.change()
        assert tables.state() == before

    @pytest.mark.parametrize(
        "stale",
        [
            lambda tables: {"account": tables.account()._replace(generation=4)},
            lambda tables: {"login": tables.login()._replace(password_hash="$other")},
            lambda tables: {"login": tables.login()._replace(question="Altro?")},
            lambda tables: {"login": tables.login()._replace(answer_hash="$other")},
        ],
    )
    def test_of_an_account_that_changed_meanwhile_nothing_is_changed(self, tables: Tables, stale: Any) -> None:
        before = tables.state()
        assert tables.change(**stale(tables)) is None
        assert tables.state() == before

    def test_a_frozen_account_keeps_its_address(self, tables: Tables) -> None:
        assert tables.accounts.freeze(tables.account(), FIRST.email_key, now=NOW)
        before = tables.state()
        assert tables.change() is None
        assert tables.state() == before

    def test_a_session_that_has_ended_changes_nothing(self, tables: Tables) -> None:
        tables.sessions.end("uno", tables.session_id)
        before = tables.state()
        assert tables.change() is None
        assert tables.state() == before

    def test_what_waits_ends_with_the_change_or_stops_it(self, tables: Tables) -> None:
        begun = tables.wait()
        assert begun
        account, login = tables.account(), tables.login()
        for change_id, changed in (("other", False), (begun.change_id, True)):
            done = tables.user_ids.change(
                account,
                login,
                NEW,
                History(),
                carried="x",
                now=NOW,
                also=(tables.pending.ended(*WHO, change_id),),
            )
            assert (done is not None) == changed
        assert tables.pending.waiting_for(*WHO, now=NOW) is None

    def test_what_the_mails_became_is_forgotten(self, tables: Tables) -> None:
        tables.accounts.note_email_status(tables.account(), "bounced")
        tables.change()
        assert tables.account().email_status == "ok"


class TestRestoring:
    def test_the_address_before_comes_back_with_another_password(self, tables: Tables) -> None:
        before, login = tables.account(), tables.login()
        tables.change()
        tables.wait("terzo@example.it")
        assert tables.restore(also=(tables.pending.ended(*WHO),))
        assert tables.account() == before._replace(generation=2)
        assert tables.login() == login._replace(generation=2, password_hash="$hash$")
        assert tables.accounts.login_of("uno", email.key(NEW)) is None
        history = tables.user_ids.history_of(*WHO, now=NOW)
        assert history == History(restored=2, undone=1, withdrawn=NEW)
        assert tables.pending.waiting_for(*WHO, now=NOW) is None

    def test_a_change_that_was_changed_back_is_undone_all_the_same(self, tables: Tables) -> None:
        tables.change()
        tables.change(FIRST.user_id)
        login = tables.login()
        assert tables.restore(1)
        assert tables.account().user_id == FIRST.user_id
        assert tables.login() == login._replace(password_hash="$hash$", generation=3)

    def test_the_history_has_seven_days_and_its_order(self, tables: Tables) -> None:
        tables.change()
        tables.change("terzo@example.it", now=NOW + 10)
        later = tables.user_ids.history_of(*WHO, now=NOW + UNDO_LIFETIME)
        assert [former.user_id for former in later.former] == [NEW]
        assert tables.restore(1)
        assert tables.account().user_id == FIRST.user_id

    def test_a_code_is_found_as_it_is_typed_until_it_expires(self, tables: Tables) -> None:
        undo = Undo(FIRST.account_id, 1)
        code = tables.user_ids.issue_undo("uno", undo, now=NOW)
        for typed in (code, code.lower(), code.replace("-", " ")):
            assert tables.user_ids.find_undo("uno", typed, now=NOW + UNDO_LIFETIME - 1) == undo
        assert tables.user_ids.find_undo("uno", code, now=NOW + UNDO_LIFETIME) is None
        assert tables.user_ids.find_undo("uno", "x", now=NOW) is None
        assert tables.user_ids.find_undo("due", code, now=NOW) is None


def test_no_code_is_stored(db: DynamoDb, dynamodb: Any, new_table: Callable[..., str]) -> None:
    table = new_table()
    code = UserIds(db, table).issue_undo("uno", Undo("a1", 1), now=NOW)
    stored = json.dumps(dynamodb.scan(TableName=table)["Items"])
    assert code not in stored
    assert code.replace("-", "") not in stored


def test_items_stay_within_one_write_unit(request: pytest.FixtureRequest, dynamodb: Any) -> None:
    tables = _tables("dynamodb", request)
    longest = [f"{letter * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.it" for letter in "xyzw"]
    tables.wait(longest[0], replaces=None)
    for number, address in enumerate(longest[:3]):
        tables.change(address, now=NOW + number)
    accounts: Any = tables.accounts
    items = dynamodb.scan(TableName=accounts._table)["Items"]  # noqa: SLF001 - what is stored
    sizes = {item["pk"]["S"].split("#")[1]: _bytes(item) for item in items}
    assert {"new-user-id", "user-ids", "account", "email"} <= set(sizes)
    assert max(sizes.values()) <= 1024, sizes


def _bytes(item: Any) -> int:
    """Return the size of an item as DynamoDB counts it: names and values, three bytes for each container."""

    def of(value: Any) -> int:
        if isinstance(value, dict):
            return 3 + sum(len(name) + 1 + of(each) for name, each in value.items())
        if isinstance(value, list):
            return 3 + sum(1 + of(each) for each in value)
        return len(str(value).encode())

    return sum(len(name) + of(value) for name, value in unmarshal(item).items())


def test_both_addresses_are_told_of_a_change_and_of_its_undo(request: pytest.FixtureRequest, dynamodb: Any) -> None:
    tables = _tables("dynamodb", request)
    accounts: Any = tables.accounts

    def images() -> dict[str, Any]:
        scanned = dynamodb.scan(TableName=accounts._table)["Items"]  # noqa: SLF001 - what is stored
        return {item["pk"]: item for item in map(unmarshal, scanned)}

    told = []
    for act in (tables.wait, tables.change, tables.restore):
        before = images()
        act()
        after = images()
        changes = [Change("1", NOW, before.get(key), after[key]) for key in sorted(after)]
        told.append([each.kind for change in changes if change.old != change.new for each in notifications_of(change)])
    assert told == [
        ["user_id_code"],
        ["user_id_changed", "user_id_left", "UserIdChanged"],
        ["user_id_restored", "user_id_withdrawn", "UserIdRestored"],
    ]
