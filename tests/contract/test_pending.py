from collections.abc import Callable
from threading import Barrier
from typing import Any, NamedTuple

import pytest

from tests.contract.losing import Losing
from tests.contract.test_accounts import FIRST, NOW, another
from tests.fakes.accounts import FakeAccounts
from tests.fakes.activation_codes import FakeActivationCodes
from tests.fakes.pending import FakePendingRegistrations
from tests.threads import in_threads
from utenza.dynamodb import ConditionFailed, DynamoDb, put, update
from utenza.errors import AlreadyRegistered, CodeInvalid, ConfirmationTokenInvalid, UtenzaError
from utenza.tables.accounts import Accounts
from utenza.tables.activation_codes import ActivationCodes
from utenza.tables.new_accounts import Registration
from utenza.tables.pending import Begun, Claim, Pending, PendingRegistrations
from utenza.tokens.claims import ConfirmationClaims


class Tables(NamedTuple):
    """Pending registrations, and the accounts that they become."""

    pending: PendingRegistrations
    accounts: Accounts
    codes: ActivationCodes

    def begin(
        self,
        registration: Registration = FIRST,
        *,
        address_taken: bool = False,
        claim: Claim | None = None,
        mailed: bool = True,
        now: int = NOW,
    ) -> ConfirmationClaims:
        return self.pending.begin(
            registration, address_taken=address_taken, claim=claim, code_key="key-1", mailed=mailed, now=now
        ).claims

    def is_alive(self, pending: ConfirmationClaims, now: int = NOW) -> bool:
        try:
            self.pending.count_try(pending, now=now)
        except ConfirmationTokenInvalid:
            return False
        return True


@pytest.fixture
def tables(kind: str, request: pytest.FixtureRequest) -> Tables:
    if kind == "fake":
        accounts = FakeAccounts()
        return Tables(FakePendingRegistrations(accounts), accounts, FakeActivationCodes())
    new_table: Callable[[], str] = request.getfixturevalue("new_table")
    db, table = request.getfixturevalue("db"), new_table()
    return Tables(PendingRegistrations(db, table), Accounts(db, table), ActivationCodes(db, table))


@pytest.mark.parametrize("taken", [True, False])
def test_what_waits_is_the_whole_registration_and_claims_nothing(tables: Tables, taken: bool) -> None:  # noqa: FBT001
    pending = tables.begin(address_taken=taken)
    assert pending[:2] == (FIRST.supplier, FIRST.customer_code)
    counted = tables.pending.count_try(pending, now=NOW)
    assert counted._replace(mark="") == Pending(FIRST, taken, code_key="key-1")
    assert tables.accounts.registered_by(*pending[:2]) is None
    assert tables.accounts.login_of(FIRST.supplier, FIRST.email_key) is None
    assert tables.accounts.get(FIRST.supplier, FIRST.account_id) is None


@pytest.mark.parametrize("claim", ["code", "activation_code", None])
def test_what_is_to_be_proven_waits_too(tables: Tables, claim: Claim | None) -> None:
    pending = tables.begin(claim=claim)
    counted = tables.pending.count_try(pending, now=NOW)._replace(mark="")
    assert counted == Pending(FIRST, address_taken=False, claim=claim, code_key="key-1")
    waiting = tables.pending.waiting_for(*pending, now=NOW)
    assert waiting is not None
    assert waiting._replace(mark="") == counted


def test_the_account_is_made_together_with_what_its_code_is_spent_by_or_not_at_all(tables: Tables) -> None:
    pending, customer = tables.begin(), (FIRST.supplier, FIRST.customer_code)
    code = tables.codes.issue(*customer, now=NOW)
    with pytest.raises(CodeInvalid):
        tables.pending.finish(pending, FIRST, now=NOW, also=[tables.codes.spent(*customer, "CCCC", now=NOW)])
    assert tables.accounts.get(FIRST.supplier, FIRST.account_id) is None
    assert tables.is_alive(pending)
    assert tables.codes.fits(*customer, code, now=NOW)
    tables.pending.finish(pending, FIRST, now=NOW, also=[tables.codes.spent(*customer, code, now=NOW)])
    assert tables.accounts.get(FIRST.supplier, FIRST.account_id) is not None
    assert not tables.codes.fits(*customer, code, now=NOW)
    with pytest.raises(ConfirmationTokenInvalid):
        tables.pending.finish(pending, FIRST, now=NOW, also=[tables.codes.spent(*customer, code, now=NOW)])


def test_five_tries_and_no_more_also_side_by_side(tables: Tables) -> None:
    pending, start = tables.begin(), Barrier(20)

    def attempt() -> bool:
        start.wait()
        return tables.is_alive(pending)

    assert sum(in_threads(*[attempt] * 20)) == 5


def test_a_try_that_was_no_guess_is_taken_back(tables: Tables) -> None:
    pending = tables.begin()
    for _ in range(10):
        counted = tables.pending.count_try(pending, now=NOW)
        tables.pending.refund_try(pending, counted)
    for _ in range(3):
        tables.pending.refund_try(pending, counted)
    assert [tables.is_alive(pending) for _ in range(6)] == [True] * 5 + [False]


def test_it_waits_for_a_day(tables: Tables) -> None:
    pending = tables.begin()
    assert tables.is_alive(pending, NOW + 86_399)
    assert not tables.is_alive(pending, NOW + 86_400)


def test_a_newer_registration_of_the_customer_takes_its_place_with_all_tries(tables: Tables) -> None:
    older = tables.begin()
    assert all(tables.is_alive(older) for _ in range(5))
    newer = tables.begin(another(2)._replace(customer_code=FIRST.customer_code))
    assert not tables.is_alive(older)
    with pytest.raises(ConfirmationTokenInvalid):
        tables.pending.finish(older, FIRST, now=NOW)
    assert tables.pending.count_try(newer, now=NOW).registration.user_id == another(2).user_id


def test_the_end_makes_the_account_once(tables: Tables) -> None:
    pending = tables.begin()
    tables.pending.finish(pending, FIRST, now=NOW + 5)
    account = tables.accounts.get(FIRST.supplier, FIRST.account_id)
    assert account is not None
    assert (account.user_id, account.created_at) == (FIRST.user_id, NOW + 5)
    assert tables.accounts.registered_by(FIRST.supplier, FIRST.customer_code) == FIRST.step_token_id
    assert not tables.is_alive(pending)
    with pytest.raises(ConfirmationTokenInvalid):
        tables.pending.finish(pending, FIRST, now=NOW + 6)


def test_who_was_first_stays(tables: Tables) -> None:
    same_customer, same_address = tables.begin(), tables.begin(another(3)._replace(email_key="mario2@example.it"))
    tables.accounts.register(another(2)._replace(customer_code=FIRST.customer_code), now=NOW)
    with pytest.raises(AlreadyRegistered):
        tables.pending.finish(same_customer, FIRST, now=NOW)
    with pytest.raises(ConfirmationTokenInvalid):
        tables.pending.finish(same_address, another(3)._replace(email_key="mario2@example.it"), now=NOW)
    assert tables.accounts.registered_by(another(3).supplier, another(3).customer_code) is None
    assert tables.accounts.get(FIRST.supplier, FIRST.account_id) is None


def test_of_ten_parallel_ends_one_makes_the_account(tables: Tables) -> None:
    pending, start = tables.begin(), Barrier(10)

    def finish() -> str:
        start.wait()
        try:
            tables.pending.finish(pending, FIRST, now=NOW)
        except UtenzaError as refused:
            return refused.code
        return "made"

    outcomes = sorted(in_threads(*[finish] * 10))
    assert outcomes == ["confirmation_token_invalid"] * 9 + ["made"]


def test_what_waits_can_be_looked_at_while_it_waits(tables: Tables) -> None:
    pending = tables.begin()
    assert tables.pending.waiting_for(*pending, now=NOW) == Pending(FIRST, address_taken=False, code_key="key-1")
    assert tables.pending.waiting_for(*pending, now=NOW + 86_400) is None
    assert tables.pending.waiting_for(*pending._replace(pending_id="0" * 32), now=NOW) is None
    assert tables.pending.waiting_for(*pending._replace(customer_code="9999999999"), now=NOW) is None


def test_three_more_mails_can_be_asked_for_and_cost_no_try(tables: Tables) -> None:
    pending = tables.begin()
    for now in (NOW, NOW, NOW, NOW, NOW, NOW + 86_400):
        tables.pending.count_mail(pending, code_key="key-1", now=now)
    for other in (pending._replace(pending_id="0" * 32), pending._replace(customer_code="9999999999")):
        tables.pending.count_mail(other, code_key="key-1", now=NOW)
    assert _mails(tables, pending) == 4
    assert sum(tables.is_alive(pending) for _ in range(6)) == 5


def test_one_that_no_mail_went_out_for_can_have_four_later(tables: Tables) -> None:
    pending = tables.begin(mailed=False)
    assert _mails(tables, pending) == 0
    for _ in range(6):
        tables.pending.count_mail(pending, code_key="key-1", now=NOW)
    assert _mails(tables, pending) == 4
    assert tables.is_alive(pending)


def test_another_mail_has_a_code_of_the_key_that_is_current_by_then(tables: Tables) -> None:
    pending = tables.begin()
    for number in range(2, 7):
        tables.pending.count_mail(pending, code_key=f"key-{number}", now=NOW)
    waiting = tables.pending.waiting_for(*pending, now=NOW)
    assert waiting == Pending(FIRST, address_taken=False, code_key="key-4")
    assert tables.pending.count_try(pending, now=NOW)._replace(mark="") == waiting


def test_a_repeat_is_told_from_the_first(tables: Tables) -> None:
    first, *repeats = (_begin_again(tables.pending) for _ in range(3))
    assert [first, *repeats] == [(first.claims, False), (first.claims, True), (first.claims, True)]


def test_a_put_that_boto3_sends_again_is_no_repeat(dynamodb: Any, new_table: Callable[[], str]) -> None:
    client = Losing(dynamodb)
    client.break_at(1, "again", lasts=False)
    pending = PendingRegistrations(DynamoDb(client), new_table())
    first = _begin_again(pending)
    assert not first.is_repeat
    assert _begin_again(pending) == (first.claims, True)


def _begin_again(pending: PendingRegistrations) -> Begun:
    return pending.begin(
        FIRST, address_taken=False, code_key="key-1", mailed=True, now=NOW, is_same=lambda waiting: waiting == FIRST
    )


def test_what_an_earlier_version_stored_names_no_key(db: DynamoDb, new_table: Callable[[], str]) -> None:
    pending = PendingRegistrations(db, table := new_table())
    claims, _ = pending.begin(FIRST, address_taken=False, code_key="key-1", mailed=True, now=NOW)
    pk = f"{FIRST.supplier}#pending#{FIRST.customer_code}"
    db.write(update(table, pk, "REMOVE #code_key", values={}))
    assert pending.count_try(claims, now=NOW).code_key == ""


def test_nothing_but_a_pending_registration_is_ever_written_over(db: DynamoDb, new_table: Callable[[], str]) -> None:
    table = new_table()
    pk = f"{FIRST.supplier}#pending#{FIRST.customer_code}"
    db.write(put(table, {"pk": pk, "account_id": "account-1"}, condition="attribute_not_exists(#pk)"))
    with pytest.raises(ConditionFailed):
        PendingRegistrations(db, table).begin(FIRST, address_taken=False, code_key="key-1", mailed=True, now=NOW)


def _mails(tables: Tables, pending: ConfirmationClaims) -> int:
    if isinstance(tables.pending, FakePendingRegistrations):
        return tables.pending.waiting[pending[:2]].mails
    item = tables.pending._db.get(tables.pending._table, f"{pending.supplier}#pending#{pending.customer_code}")  # noqa: SLF001 - no function reads it back
    assert item is not None
    mails: int = item["mails"]
    return mails
