"""Another security question and answer. Sessions stay; open recoveries ask the new one."""

from collections.abc import Iterator, Sequence

from account.flow import Dependencies, identify_again
from account.schemas import NewQuestionRequest
from utenza.customers.record import Customer
from utenza.errors import FieldError, InvalidRequest, Unavailable
from utenza.http.chosen import answer_faults, answer_repeat_faults
from utenza.http.requests import Submitted
from utenza.identifiers import email
from utenza.parallel import gather
from utenza.passwords import answers
from utenza.tables.accounts import Account
from utenza.tables.personal_data import lookups, of_account


def change(
    submitted: Submitted[NewQuestionRequest],
    access_token: str,
    dependencies: Dependencies,
    *,
    issuer: str,
    now: int,
    network: str = "",
) -> str:
    """Store question and answer, and return the account's id.

    Raises InvalidRequest, or as `identify_again`. Unavailable when the account changed in this moment.
    """
    if submitted.is_wrong("reauth_token"):
        submitted.valid()  # raises
    caller = identify_again(access_token, submitted.typed("reauth_token"), dependencies, issuer=issuer, now=now)
    account, hasher = caller.account, dependencies.hasher
    records = gather(*lookups(account, dependencies.customers))
    request = submitted.valid(_wrong_answer(submitted, dependencies, account, records))
    address = email.key(account.user_id)
    login, answer_hash = gather(
        lambda: dependencies.accounts.login_of(account.supplier, address),
        lambda: hasher.hash(answers.fold(request.answer)),
    )
    if login is None or (login.account_id, login.generation) != (account.account_id, account.generation):
        raise Unavailable
    if hasher.verify(login.password_hash, request.answer):  # the password is not at hand to be folded
        raise InvalidRequest([FieldError("answer", "answer_is_password")])
    noted = dependencies.activity.noted(
        account.supplier, account.account_id, "question_changed", caller.origin(network), now=now
    )
    if not dependencies.own_changes.change_question(
        account.supplier, address, login, request.question, answer_hash, also=[noted]
    ):
        raise Unavailable
    return account.account_id


def _wrong_answer(
    submitted: Submitted[NewQuestionRequest],
    dependencies: Dependencies,
    account: Account,
    records: Sequence[Customer | None],
) -> Iterator[FieldError]:
    personal_data = of_account(account, records, dependencies.suppliers.named(account.supplier))
    yield from answer_faults(submitted, "", personal_data=personal_data)
    yield from answer_repeat_faults(submitted)
