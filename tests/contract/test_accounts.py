from collections.abc import Callable
from itertools import pairwise
from threading import Barrier

import pytest

from notifications.changes import Change, notifications_of
from tests.fakes.accounts import FakeAccounts
from tests.threads import in_threads
from utenza.customers.record import CustomerSummary
from utenza.dynamodb import DynamoDb, TransactionCancelled
from utenza.errors import AlreadyRegistered, InvalidCredentials, StepTokenInvalid, UserIdTaken, UtenzaError
from utenza.tables.accounts import Account, Accounts, Login
from utenza.tables.new_accounts import Registration

NOW = 1_800_000_000
FIRST = Registration(
    supplier="uno",
    account_id="account-1",
    customer_code="0012345",
    step_token_id="token-1",
    user_id="Mario@Example.it",
    email_key="mario@example.it",
    password_hash="$argon2id$password",
    question="Chi è il gatto?",
    answer_hash="$argon2id$answer",
    language="it",
    phone="+390612345678",
    kind="company",
    name="Rossi srl",
    holder=("h1", "h2"),
)


def another(number: int) -> Registration:
    """Return the registration of another customer with another address."""
    return FIRST._replace(
        account_id=f"account-{number}",
        customer_code=f"customer-{number}",
        step_token_id=f"token-{number}",
        email_key=f"mario{number}@example.it",
    )


@pytest.fixture
def accounts(kind: str, request: pytest.FixtureRequest) -> Accounts:
    if kind == "fake":
        return FakeAccounts()
    new_table: Callable[[], str] = request.getfixturevalue("new_table")
    return Accounts(request.getfixturevalue("db"), new_table())


def outcomes(accounts: Accounts, registrations: list[Registration]) -> list[str]:
    """Register all at once and return what became of each, sorted."""
    start = Barrier(len(registrations))

    def post(registration: Registration) -> str:
        start.wait()
        try:
            accounts.register(registration, now=NOW)
        except UtenzaError as error:
            return error.code
        return "registered"

    return sorted(str(outcome) for outcome in in_threads(*[lambda r=r: post(r) for r in registrations]))


def test_a_registration_makes_account_login_and_marker(accounts: Accounts) -> None:
    accounts.register(FIRST, now=NOW)
    assert accounts.get("uno", "account-1") == Account(
        account_id="account-1",
        supplier="uno",
        user_id="Mario@Example.it",
        status="active",
        language="it",
        customers=("0012345",),
        phone="+390612345678",
        created_at=NOW,
        last_login_at=0,
        generation=0,
        summaries=(CustomerSummary("0012345", "company", "Rossi srl", "active", ("h1", "h2")),),
    )
    assert accounts.login_of("uno", "mario@example.it") == Login(
        account_id="account-1",
        status="active",
        password_hash="$argon2id$password",
        question="Chi è il gatto?",
        answer_hash="$argon2id$answer",
        generation=0,
    )
    assert accounts.registered_by("uno", "0012345") == "token-1"


def test_an_account_without_a_phone_has_an_empty_one(accounts: Accounts) -> None:
    accounts.register(FIRST._replace(phone=""), now=NOW)
    account = accounts.get("uno", "account-1")
    assert account is not None
    assert account.phone == ""


def test_what_nobody_registered_is_not_there(accounts: Accounts) -> None:
    assert accounts.get("uno", "account-1") is None
    assert accounts.login_of("uno", "mario@example.it") is None
    assert accounts.registered_by("uno", "0012345") is None


def test_each_supplier_has_accounts_of_its_own(accounts: Accounts) -> None:
    accounts.register(FIRST, now=NOW)
    assert accounts.get("due", "account-1") is None
    assert accounts.login_of("due", "mario@example.it") is None
    assert accounts.registered_by("due", "0012345") is None
    accounts.register(FIRST._replace(supplier="due"), now=NOW)


@pytest.mark.parametrize(
    ("second", "error"),
    [
        (FIRST, StepTokenInvalid),
        (another(2)._replace(step_token_id="token-1", customer_code="0012345"), StepTokenInvalid),
        (another(2)._replace(customer_code="0012345"), AlreadyRegistered),
        (FIRST._replace(account_id="account-2", step_token_id="token-2"), AlreadyRegistered),
        (another(2)._replace(email_key="mario@example.it"), UserIdTaken),
    ],
)
def test_what_must_be_unique_is_refused_and_nothing_is_half_done(
    accounts: Accounts, second: Registration, error: type[UtenzaError]
) -> None:
    accounts.register(FIRST, now=NOW)
    with pytest.raises(error):
        accounts.register(second, now=NOW + 1)
    assert accounts.get("uno", "account-2") is None
    assert accounts.registered_by("uno", "customer-2") is None
    assert accounts.login_of("uno", "mario2@example.it") is None
    login = accounts.login_of("uno", "mario@example.it")
    assert login is not None
    assert login.account_id == "account-1"


def test_twenty_posts_of_one_step_token_make_one_account(accounts: Accounts) -> None:
    twenty = [FIRST._replace(account_id=f"account-{number}") for number in range(20)]
    assert outcomes(accounts, twenty) == ["registered"] + ["step_token_invalid"] * 19
    assert sum(accounts.get("uno", registration.account_id) is not None for registration in twenty) == 1


def test_two_step_tokens_of_one_customer_make_one_account(accounts: Accounts) -> None:
    two = [another(number)._replace(customer_code="0012345") for number in (1, 2)]
    assert outcomes(accounts, two) == ["already_registered", "registered"]


def test_two_customers_with_one_address_make_one_account(accounts: Accounts) -> None:
    two = [another(number)._replace(email_key="mario@example.it") for number in (1, 2)]
    assert outcomes(accounts, two) == ["registered", "user_id_taken"]


@pytest.mark.parametrize(
    ("old", "kept"), [("$argon2id$password", "$argon2id$dearer"), ("$argon2id$before", "$argon2id$password")]
)
def test_a_password_hash_is_replaced_only_while_it_is_the_old_one(accounts: Accounts, old: str, kept: str) -> None:
    accounts.register(FIRST, now=NOW)
    accounts.replace_password_hash("uno", "mario@example.it", old, "$argon2id$dearer")
    login = accounts.login_of("uno", "mario@example.it")
    assert login is not None
    assert login.password_hash == kept


def test_a_password_hash_without_a_login_makes_none(accounts: Accounts) -> None:
    accounts.replace_password_hash("uno", "mario@example.it", "$argon2id$password", "$argon2id$dearer")
    assert accounts.login_of("uno", "mario@example.it") is None


def test_what_became_of_the_mails_is_remembered_of_accounts_that_are_there(accounts: Accounts) -> None:
    accounts.register(FIRST, now=NOW)
    assert _account(accounts).email_status == "ok"
    accounts.note_email_status(_account(accounts), "bounced")
    accounts.note_email_status(_account(accounts)._replace(account_id="gone"), "bounced")
    accounts.note_email_status(_account(accounts)._replace(user_id="before@example.it"), "complained")
    assert _account(accounts).email_status == "bounced"
    assert accounts.get("uno", "gone") is None


def test_what_an_account_shows_follows_the_record_of_its_customer(accounts: Accounts) -> None:
    accounts.register(FIRST, now=NOW)
    closed = CustomerSummary(FIRST.customer_code, "company", "Rossi e figli srl", "closed")
    for _ in range(2):
        assert accounts.replace_summary(_account(accounts), closed)
    assert _account(accounts).summaries == (closed,)
    assert accounts.replace_summary(_account(accounts), closed._replace(code="0099999"))
    assert accounts.replace_summary(_account(accounts), None)
    assert _account(accounts).summaries == (closed,)


def test_a_summary_is_not_replaced_in_an_account_that_was_read_before_another_change(accounts: Accounts) -> None:
    accounts.register(FIRST, now=NOW)
    before = _account(accounts)
    closed = before.summaries[0]._replace(status="closed")
    assert accounts.replace_summary(before, closed)
    assert not accounts.replace_summary(before, closed._replace(name="Verdi srl"))
    assert _account(accounts).summaries == (closed,)


def test_a_customer_leaves_the_account_and_can_be_registered_again(accounts: Accounts) -> None:
    accounts.register(FIRST, now=NOW)
    assert accounts.unlink(_account(accounts), FIRST.customer_code, FIRST.email_key)
    account, login = _account(accounts), accounts.login_of("uno", "mario@example.it")
    assert (account.customers, account.summaries, account.generation, account.status) == ((), (), 1, "active")
    assert login is not None
    assert (login.generation, login.password_hash) == (1, FIRST.password_hash)
    assert accounts.account_of("uno", FIRST.customer_code) is None
    assert accounts.registered_by("uno", FIRST.customer_code) is None
    accounts.register(another(2)._replace(customer_code=FIRST.customer_code), now=NOW)
    assert accounts.account_of("uno", FIRST.customer_code) == "account-2"


def test_a_customer_leaves_an_account_once_and_never_a_later_one(accounts: Accounts) -> None:
    accounts.register(FIRST, now=NOW)
    before = _account(accounts)
    assert accounts.unlink(before, FIRST.customer_code, FIRST.email_key)
    assert not accounts.unlink(before, FIRST.customer_code, FIRST.email_key)
    accounts.register(another(2)._replace(customer_code=FIRST.customer_code), now=NOW)
    assert not accounts.unlink(before, FIRST.customer_code, FIRST.email_key)
    assert accounts.account_of("uno", FIRST.customer_code) == "account-2"
    assert _account(accounts).generation == 1


def test_a_customer_does_not_leave_an_account_that_changed_since_it_was_read(accounts: Accounts) -> None:
    accounts.register(FIRST, now=NOW)
    before = _account(accounts)
    accounts.replace_summary(before, before.summaries[0]._replace(name="Rossi e figli srl"))
    assert not accounts.unlink(before, FIRST.customer_code, FIRST.email_key)
    assert accounts.account_of("uno", FIRST.customer_code) == "account-1"
    assert _account(accounts).generation == 0


def test_what_does_not_fit_together_loses_no_customer_and_is_no_matter_of_trying_again(
    db: DynamoDb, new_table: Callable[[], str]
) -> None:
    accounts = Accounts(db, new_table())
    accounts.register(FIRST, now=NOW)
    with pytest.raises(TransactionCancelled):
        accounts.unlink(_account(accounts), FIRST.customer_code, "else@example.it")
    assert _account(accounts).customers == (FIRST.customer_code,)


def test_a_frozen_account_keeps_everything_but_its_sessions(accounts: Accounts) -> None:
    accounts.register(FIRST, now=NOW)
    before, login = _account(accounts), _login(accounts)
    assert accounts.freeze(before, FIRST.email_key, now=NOW + 5)
    assert _account(accounts) == before._replace(status="frozen", generation=1, frozen_at=NOW + 5)
    assert _login(accounts) == login._replace(status="frozen", generation=1)
    assert accounts.account_of("uno", FIRST.customer_code) == "account-1"
    assert accounts.unfreeze(_account(accounts), FIRST.email_key)
    assert _account(accounts) == before._replace(generation=1, frozen_at=NOW + 5)
    assert _login(accounts) == login._replace(generation=1)


def test_an_account_is_frozen_and_freed_once(accounts: Accounts) -> None:
    accounts.register(FIRST, now=NOW)
    before = _account(accounts)
    assert not accounts.unfreeze(before, FIRST.email_key)
    start = Barrier(10)

    def freeze() -> bool:
        start.wait()
        return accounts.freeze(before, FIRST.email_key, now=NOW)

    assert sum(in_threads(*[freeze] * 10)) == 1
    assert (_account(accounts).generation, _login(accounts).generation) == (1, 1)
    assert [accounts.unfreeze(before, FIRST.email_key) for _ in range(2)] == [True, False]
    assert _login(accounts).status == "active"


@pytest.mark.parametrize("email_key", ["mario2@example.it", "nobody@example.it"])
def test_freezing_takes_the_address_of_the_account(accounts: Accounts, email_key: str) -> None:
    accounts.register(FIRST, now=NOW)
    accounts.register(another(2), now=NOW)
    assert not accounts.freeze(_account(accounts), email_key, now=NOW)
    assert not accounts.freeze(_account(accounts)._replace(account_id="gone"), FIRST.email_key, now=NOW)
    assert (_account(accounts).status, _login(accounts).status) == ("active", "active")
    other = accounts.login_of("uno", "mario2@example.it")
    assert other is not None
    assert other.status == "active"


def test_what_is_written_together_with_freezing_is_written_or_nothing_is(accounts: Accounts) -> None:
    accounts.register(FIRST, now=NOW)
    account = _account(accounts)
    accounts.register(another(2), now=NOW)
    fails = accounts.login_noted("uno", "nobody", now=NOW)
    with pytest.raises((TransactionCancelled, InvalidCredentials)):
        accounts.freeze(account, FIRST.email_key, now=NOW, also=[fails])
    assert _account(accounts).status == "active"
    assert accounts.freeze(
        account, FIRST.email_key, now=NOW, also=[accounts.login_noted("uno", "account-2", now=NOW + 7)]
    )
    noted = accounts.get("uno", "account-2")
    assert noted is not None
    assert noted.last_login_at == NOW + 7
    with pytest.raises((TransactionCancelled, InvalidCredentials)):
        accounts.unfreeze(account, FIRST.email_key, also=[fails])
    assert _account(accounts).status == "frozen"


def test_a_customer_leads_to_its_account(accounts: Accounts) -> None:
    accounts.register(FIRST, now=NOW)
    assert accounts.account_of("uno", FIRST.customer_code) == "account-1"
    assert accounts.account_of("uno", "0099999") is None
    assert accounts.account_of("due", FIRST.customer_code) is None


def _account(accounts: Accounts) -> Account:
    account = accounts.get("uno", "account-1")
    assert account is not None
    return account


def _login(accounts: Accounts) -> Login:
    login = accounts.login_of("uno", FIRST.email_key)
    assert login is not None
    return login


def test_the_change_that_a_lost_customer_makes_is_the_one_that_its_owner_is_told_by(
    db: DynamoDb, new_table: Callable[[], str]
) -> None:
    table = new_table()
    accounts, pk = Accounts(db, table), "uno#email#mario@example.it"
    accounts.register(FIRST, now=NOW)
    old = db.get(table, pk)
    assert accounts.unlink(_account(accounts), FIRST.customer_code, FIRST.email_key)
    found = notifications_of(Change("event-1", NOW, old, db.get(table, pk)))
    assert [(each.kind, each.subject["customer_code"]) for each in found] == [
        ("customer_unlinked", FIRST.customer_code),
        ("CustomerUnlinked", FIRST.customer_code),
    ]


def test_the_changes_of_freezing_are_those_that_owner_and_crm_are_told_by(
    db: DynamoDb, new_table: Callable[[], str]
) -> None:
    table = new_table()
    accounts, pk = Accounts(db, table), "uno#email#mario@example.it"
    accounts.register(FIRST, now=NOW)
    images = [db.get(table, pk)]
    assert accounts.freeze(_account(accounts), FIRST.email_key, now=NOW)
    images.append(db.get(table, pk))
    assert accounts.unfreeze(_account(accounts), FIRST.email_key)
    images.append(db.get(table, pk))
    kinds = [
        [each.kind for each in notifications_of(Change("event-1", NOW, old, new))] for old, new in pairwise(images)
    ]
    assert kinds == [
        ["account_frozen", "account_frozen_elsewhere", "AccountFrozen"],
        ["account_unfrozen", "AccountUnfrozen"],
    ]
