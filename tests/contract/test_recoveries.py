from collections.abc import Callable
from threading import Barrier
from typing import Any, NamedTuple

import pytest

from tests.contract.test_accounts import FIRST, NOW, another
from tests.fakes.accounts import FakeAccounts
from tests.fakes.closures import FakeClosures
from tests.fakes.recoveries import FakeRecoveries
from tests.threads import in_threads
from utenza.errors import RecoveryTokenInvalid
from utenza.tables.accounts import Accounts, Login
from utenza.tables.closures import Closures
from utenza.tables.recoveries import CODE_LIFETIME, MERGED, MailedCode, Recoveries, Recovery
from utenza.tokens.claims import RecoveryClaims, RecoveryStep

ADDRESS = "mario@example.it"
NOBODY = "nobody@example.it"
NEW_HASH = "$argon2id$new"


class Tables(NamedTuple):
    """Recoveries, and the accounts that they lie beside; Mario has registered."""

    recoveries: Recoveries
    accounts: Accounts

    def login(self) -> Login:
        login = self.accounts.login_of("uno", ADDRESS)
        assert login is not None
        return login

    def generation(self) -> int:
        account = self.accounts.get("uno", "account-1")
        assert account is not None
        return account.generation

    def count_try(self, recovery: RecoveryClaims, step: RecoveryStep = "answer", now: int = NOW) -> str:
        """Count one try and return the step that the recovery has come to, "" when it is refused."""
        try:
            return self.recoveries.count_try(recovery, step, now=now).step
        except RecoveryTokenInvalid:
            return ""

    def is_alive(self, recovery: RecoveryClaims, now: int = NOW, step: RecoveryStep = "answer") -> bool:
        return self.count_try(recovery, step, now) == step

    def finish(self, recovery: RecoveryClaims, login: Login | None = None, address: str = ADDRESS) -> None:
        self.recoveries.finish(recovery, address, login or self.login(), NEW_HASH)


@pytest.fixture
def tables(kind: str, request: pytest.FixtureRequest) -> Tables:
    if kind == "fake":
        accounts: Accounts = FakeAccounts()
        recoveries: Recoveries = FakeRecoveries(accounts)
    else:
        new_table: Callable[[], str] = request.getfixturevalue("new_table")
        db, table = request.getfixturevalue("db"), new_table()
        accounts, recoveries = Accounts(db, table), Recoveries(db, table)
    accounts.register(FIRST, now=NOW)
    return Tables(recoveries, accounts)


def begin(
    recoveries: Recoveries, supplier: str, email_key: str, step: RecoveryStep = "answer", *, now: int = NOW
) -> RecoveryClaims:
    return recoveries.begin(supplier, email_key, step, generation=7, code_key="key-1", language="it", now=now)


@pytest.mark.parametrize("address", [ADDRESS, NOBODY, " no address"])
def test_a_recovery_is_of_its_address_whoever_that_is(tables: Tables, address: str) -> None:
    recovery = begin(tables.recoveries, "uno", address, now=NOW)
    assert recovery.supplier == "uno"
    assert address not in recovery.address
    assert tables.recoveries.count_try(recovery, "answer", now=NOW)[:4] == (address, 7, "answer", "key-1")


def test_five_tries_and_no_more(tables: Tables) -> None:
    recovery = begin(tables.recoveries, "uno", ADDRESS, now=NOW)
    assert [tables.is_alive(recovery) for _ in range(7)] == [True] * 5 + [False] * 2


def test_of_twenty_parallel_tries_five_count(tables: Tables) -> None:
    recovery, start = begin(tables.recoveries, "uno", ADDRESS, now=NOW), Barrier(20)

    def attempt() -> bool:
        start.wait()
        return tables.is_alive(recovery)

    assert sum(in_threads(*[attempt] * 20)) == 5


def test_a_try_that_was_no_guess_is_taken_back(tables: Tables) -> None:
    recovery = begin(tables.recoveries, "uno", ADDRESS, now=NOW)
    for _ in range(10):
        counted = tables.recoveries.count_try(recovery, "answer", now=NOW)
        tables.recoveries.refund_try(recovery, counted)
    for _ in range(3):
        tables.recoveries.refund_try(recovery, counted)
    assert [tables.is_alive(recovery) for _ in range(6)] == [True] * 5 + [False]


def test_a_try_is_not_taken_back_from_another_recovery(tables: Tables) -> None:
    older = begin(tables.recoveries, "uno", ADDRESS, now=NOW)
    newer = begin(tables.recoveries, "uno", ADDRESS, now=NOW)
    counted = tables.recoveries.count_try(older, "answer", now=NOW)
    assert [tables.is_alive(newer) for _ in range(5)] == [True] * 5
    tables.recoveries.refund_try(newer, counted)
    assert not tables.is_alive(newer)


def test_a_recovery_ends_after_fifteen_minutes(tables: Tables) -> None:
    recovery = begin(tables.recoveries, "uno", ADDRESS, now=NOW)
    assert tables.is_alive(recovery, NOW + 899)
    assert not tables.is_alive(recovery, NOW + 900)


def test_recoveries_of_one_address_live_side_by_side_each_with_all_its_tries(tables: Tables) -> None:
    older, newer = (begin(tables.recoveries, "uno", ADDRESS, now=NOW + later) for later in (0, 1))
    for recovery in (older, newer):
        assert [tables.is_alive(recovery) for _ in range(6)] == [True] * 5 + [False]


@pytest.mark.parametrize("change", [{"supplier": "due"}, {"address": "0" * 32}, {"recovery_id": "0" * 32}])
def test_no_other_recovery_is_meant(tables: Tables, change: dict[str, Any]) -> None:
    recovery = begin(tables.recoveries, "uno", ADDRESS, now=NOW)
    assert not tables.is_alive(recovery._replace(**change))
    with pytest.raises(RecoveryTokenInvalid):
        tables.finish(recovery._replace(**change))
    assert tables.login().password_hash == FIRST.password_hash


def test_a_code_leads_to_the_answer_once_and_with_all_its_tries(tables: Tables) -> None:
    recovery = begin(tables.recoveries, "uno", ADDRESS, "code")
    assert not tables.is_alive(recovery)
    assert [tables.is_alive(recovery, step="code") for _ in range(6)] == [True] * 5 + [False]
    tables.recoveries.advance(recovery, now=NOW)
    assert [tables.is_alive(recovery) for _ in range(3)] == [True] * 3
    tables.recoveries.advance(recovery, now=NOW)
    assert [tables.is_alive(recovery) for _ in range(3)] == [True] * 2 + [False]


@pytest.mark.parametrize("wrong", range(5))
def test_codes_have_five_tries_in_all_before_and_after_the_right_one(tables: Tables, wrong: int) -> None:
    recovery = begin(tables.recoveries, "uno", ADDRESS, "code")
    assert all(tables.is_alive(recovery, step="code") for _ in range(wrong + 1))  # the last one was right
    tables.recoveries.advance(recovery, now=NOW)
    assert [tables.count_try(recovery, "code") for _ in range(6 - wrong)] == ["answer"] * (5 - wrong) + [""]
    assert [tables.is_alive(recovery) for _ in range(6)] == [True] * 5 + [False]
    with pytest.raises(RecoveryTokenInvalid):
        tables.recoveries.count_try(recovery, "code", now=NOW)


def test_a_repeat_that_was_right_is_no_guess_at_codes(tables: Tables) -> None:
    recovery = begin(tables.recoveries, "uno", ADDRESS, "code")
    assert tables.is_alive(recovery, step="code")
    tables.recoveries.advance(recovery, now=NOW)
    for _ in range(10):
        counted = tables.recoveries.count_try(recovery, "code", now=NOW)
        tables.recoveries.refund_try(recovery, counted)
    assert [tables.is_alive(recovery) for _ in range(6)] == [True] * 5 + [False]
    assert tables.count_try(recovery, "code", NOW + 900) == ""


def test_a_recovery_that_began_without_a_code_has_none_to_repeat(tables: Tables) -> None:
    recovery = begin(tables.recoveries, "uno", ADDRESS, "answer")
    assert tables.count_try(recovery, "code") == ""


def test_a_repeated_answer_has_the_tries_that_are_left(tables: Tables) -> None:
    recovery = begin(tables.recoveries, "uno", ADDRESS, now=NOW)
    assert all(tables.is_alive(recovery) for _ in range(3))
    tables.finish(recovery)
    repeated = [tables.recoveries.count_try(recovery, "answer", now=NOW) for _ in range(3)]
    assert {(each.step, each.generation, each.email_key) for each in repeated} == {("done", 1, ADDRESS)}
    assert tables.count_try(recovery) == ""
    tables.recoveries.refund_try(recovery, repeated[-1])
    assert tables.count_try(recovery, now=NOW + 900) == ""
    assert tables.count_try(recovery) == "done"
    assert tables.count_try(recovery, "code") == ""


def test_a_recovery_can_be_looked_at_while_it_waits_for_its_code(tables: Tables) -> None:
    recovery = begin(tables.recoveries, "uno", ADDRESS, "code")
    assert tables.recoveries.waiting_for(*recovery, now=NOW) == Recovery(ADDRESS, 7, "code", "key-1")
    assert tables.recoveries.waiting_for(*recovery, now=NOW + 900) is None
    assert tables.recoveries.waiting_for(*recovery._replace(recovery_id="0" * 32), now=NOW) is None
    tables.recoveries.advance(recovery, now=NOW)
    assert tables.recoveries.waiting_for(*recovery, now=NOW) is None


def test_a_recovery_that_has_expired_leads_nowhere(tables: Tables) -> None:
    recovery = begin(tables.recoveries, "uno", ADDRESS, "code")
    with pytest.raises(RecoveryTokenInvalid):
        tables.recoveries.advance(recovery, now=NOW + 900)
    tables.recoveries.advance(recovery, now=NOW + 899)


def test_another_address_and_another_supplier_have_recoveries_of_their_own(tables: Tables) -> None:
    first = begin(tables.recoveries, "uno", ADDRESS, now=NOW)
    others = [begin(tables.recoveries, *whose, now=NOW) for whose in (("uno", NOBODY), ("due", ADDRESS))]
    assert all(map(tables.is_alive, (first, *others)))


def test_the_end_changes_the_password_ends_the_sessions_and_spends_the_recovery(tables: Tables) -> None:
    recovery, before = begin(tables.recoveries, "uno", ADDRESS, now=NOW), tables.login()
    tables.finish(recovery)
    assert tables.login() == before._replace(password_hash=NEW_HASH, generation=1)
    assert tables.generation() == 1
    assert not tables.is_alive(recovery)
    with pytest.raises(RecoveryTokenInvalid):
        tables.finish(recovery)


def test_an_account_that_changed_meanwhile_stays_as_it_is(tables: Tables) -> None:
    recovery, login = begin(tables.recoveries, "uno", ADDRESS, now=NOW), tables.login()
    tables.accounts.replace_password_hash("uno", ADDRESS, login.password_hash, "$argon2id$other")
    with pytest.raises(RecoveryTokenInvalid):
        tables.finish(recovery, login)
    assert tables.login() == login._replace(password_hash="$argon2id$other")
    assert tables.generation() == 0
    assert tables.is_alive(recovery)


def test_an_account_that_was_closed_meanwhile_stays_closed(tables: Tables) -> None:
    recovery, login = begin(tables.recoveries, "uno", ADDRESS, now=NOW), tables.login()
    _close(tables)
    with pytest.raises(RecoveryTokenInvalid):
        tables.finish(recovery, login)
    assert tables.accounts.login_of("uno", ADDRESS) is None
    assert tables.generation() == 1


def test_a_recovery_changes_no_other_accounts_password(tables: Tables) -> None:
    tables.accounts.register(another(2), now=NOW)
    recovery = begin(tables.recoveries, "uno", ADDRESS, now=NOW)
    with pytest.raises(RecoveryTokenInvalid):
        tables.finish(recovery, address="mario2@example.it")
    with pytest.raises(RecoveryTokenInvalid):
        tables.finish(recovery, address=NOBODY)
    assert tables.accounts.login_of("uno", NOBODY) is None


def test_of_ten_parallel_ends_one_changes_the_password(tables: Tables) -> None:
    recovery, login, start = begin(tables.recoveries, "uno", ADDRESS, now=NOW), tables.login(), Barrier(10)

    def finish(number: int) -> int | None:
        start.wait()
        try:
            tables.recoveries.finish(recovery, ADDRESS, login, f"$argon2id${number}")
        except RecoveryTokenInvalid:
            return None
        return number

    [winner] = [number for number in in_threads(*[lambda n=n: finish(n) for n in range(10)]) if number is not None]
    assert tables.login().password_hash == f"$argon2id${winner}"


def _close(tables: Tables) -> None:
    account = tables.accounts.get("uno", "account-1")
    assert account is not None
    if isinstance(tables.accounts, FakeAccounts):
        closures: Closures = FakeClosures(tables.accounts)
    else:
        closures = Closures(tables.accounts._db, tables.accounts._table)  # noqa: SLF001 - the same table
    assert closures.close(account, ADDRESS, now=NOW)


def test_a_new_password_ends_also_the_sessions_since_a_customer_was_lost_in_this_moment(tables: Tables) -> None:
    login, recovery = tables.login(), begin(tables.recoveries, "uno", ADDRESS)
    account = tables.accounts.get("uno", "account-1")
    assert account is not None
    assert tables.accounts.unlink(account, FIRST.customer_code, FIRST.email_key)
    tables.finish(recovery, login)
    assert (tables.login().generation, tables.generation()) == (2, 2)


def by_mail(tables: Tables, *, may_mail: bool = True, now: int = NOW, generation: int = 7) -> RecoveryClaims:
    """Begin a recovery with what the address was mailed last, as the flow does."""
    last = tables.recoveries.last_code("uno", ADDRESS)
    return tables.recoveries.begin_by_mail(
        "uno", ADDRESS, last, generation=generation, code_key="key-1", language="it", may_mail=may_mail, now=now
    )


def code_of(tables: Tables, recovery: RecoveryClaims, now: int = NOW) -> str:
    return tables.recoveries.count_try(recovery, "code", now=now).code_id


def test_a_recovery_by_mail_has_a_code_of_its_own_which_is_remembered(tables: Tables) -> None:
    assert tables.recoveries.last_code("uno", ADDRESS) is None
    recovery = by_mail(tables)
    begun = tables.recoveries.count_try(recovery, "code", now=NOW)
    assert begun._replace(mark="") == Recovery(ADDRESS, 7, "code", "key-1", recovery.recovery_id)
    assert tables.recoveries.last_code("uno", ADDRESS) == MailedCode(recovery.recovery_id, 7, NOW, "key-1")
    for whose in (("due", ADDRESS), ("uno", NOBODY)):
        assert tables.recoveries.last_code(*whose) is None
    later = by_mail(tables, now=NOW + MERGED)
    assert code_of(tables, later, NOW + MERGED) == later.recovery_id
    assert tables.recoveries.last_code("uno", ADDRESS) == MailedCode(later.recovery_id, 7, NOW + MERGED, "key-1")


@pytest.mark.parametrize(("may_mail", "lifetime"), [(True, MERGED), (False, CODE_LIFETIME)])
def test_the_last_mails_code_fits_for_minutes_and_for_a_day_where_no_mail_may_go(
    tables: Tables,
    may_mail: bool,  # noqa: FBT001
    lifetime: int,
) -> None:
    mailed, soon = by_mail(tables), NOW + lifetime - 1
    assert code_of(tables, by_mail(tables, may_mail=may_mail, now=soon), soon) == mailed.recovery_id
    for changes in ({"now": NOW + lifetime}, {"now": soon, "generation": 8}):
        other = by_mail(tables, may_mail=may_mail, **changes)
        assert code_of(tables, other, changes["now"]) != mailed.recovery_id
        assert (code_of(tables, other, changes["now"]) == other.recovery_id) is may_mail


@pytest.mark.parametrize("may_mail", [True, False])
def test_a_crowded_recovery_says_so_at_every_step(tables: Tables, may_mail: bool) -> None:  # noqa: FBT001
    crowded = tables.recoveries.begin_by_mail(
        "uno",
        ADDRESS,
        None,
        generation=7,
        code_key="key-1",
        language="it",
        may_mail=may_mail,
        is_crowded=True,
        now=NOW,
    )
    assert tables.recoveries.count_try(crowded, "code", now=NOW).is_crowded
    tables.recoveries.advance(crowded, now=NOW)
    assert tables.recoveries.count_try(crowded, "answer", now=NOW).is_crowded
    assert not tables.recoveries.count_try(by_mail(tables), "code", now=NOW).is_crowded


def test_a_code_that_nobody_was_mailed_is_good_for_no_other_recovery(tables: Tables) -> None:
    recoveries = [by_mail(tables, may_mail=False) for _ in range(2)]
    assert tables.recoveries.last_code("uno", ADDRESS) is None
    assert all(code_of(tables, each) not in {"", each.recovery_id} for each in recoveries)


def test_a_code_that_was_used_is_good_for_no_later_recovery(tables: Tables) -> None:
    older = by_mail(tables)
    newer = by_mail(tables, now=NOW + MERGED)
    tables.recoveries.spend_code("uno", ADDRESS, older.recovery_id)
    assert tables.recoveries.last_code("uno", ADDRESS) == MailedCode(newer.recovery_id, 7, NOW + MERGED, "key-1")
    for _ in range(2):
        tables.recoveries.spend_code("uno", ADDRESS, newer.recovery_id)
    assert tables.recoveries.last_code("uno", ADDRESS) is None
    assert code_of(tables, newer) == newer.recovery_id
