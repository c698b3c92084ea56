"""What is wrong with the password that somebody chooses in a recovery."""

from collections.abc import Iterator

from recovery.schemas import PasswordRequest
from utenza.errors import FieldError
from utenza.http.chosen import password_faults, password_repeat_faults
from utenza.http.requests import Submitted
from utenza.parallel import gather
from utenza.passwords import answers
from utenza.passwords.personal_data import PersonalData
from utenza.suppliers import Supplier
from utenza.tables.accounts import Account
from utenza.tables.customers import Customers
from utenza.tables.personal_data import lookups, of_account

_NOBODY = PersonalData((), (), ())


def wrong_password(submitted: Submitted[PasswordRequest], *, minimum: int) -> Iterator[FieldError]:
    """Yield what is wrong with answer and password, in view of one another."""
    answer = answers.fold(submitted.typed("answer"))
    if not answer and not submitted.is_wrong("answer"):
        yield FieldError("answer", "required")
    yield from password_faults(submitted, minimum=minimum, personal_data=[_NOBODY])
    if not submitted.is_wrong("password") and answer and answer == answers.fold(submitted.typed("password")):
        yield FieldError("password", "password_is_answer")
    yield from password_repeat_faults(submitted)


def traceable(
    submitted: Submitted[PasswordRequest], account: Account, customers: Customers, supplier: Supplier, *, minimum: int
) -> list[FieldError]:
    """Return what is wrong with a password in view of all customers of the account."""
    personal_data = of_account(account, gather(*lookups(account, customers)), supplier)
    return list(password_faults(submitted, minimum=minimum, personal_data=personal_data))
