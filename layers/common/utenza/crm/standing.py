"""How a customer code stands now: whether it is registered, whose account it is in, and how that account is reached.

Changes name accounts and codes; this is what is read of them at the moment of reading, never older than the change.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from typing import Literal, NamedTuple

from utenza.customers.record import Role
from utenza.tables.accounts import Account, EmailStatus
from utenza.tables.agreements import Acceptance
from utenza.tables.changes import AccountChange, Changes
from utenza.tables.registrations import Owner, Registrations

type Status = Literal["registered", "frozen", "not_registered"]

_AT_ONCE = 1000  # codes


class Standing(NamedTuple):
    """One customer code; times in seconds since 1970, 0 where there is none.

    Of a code that is not registered nothing else is known. A frozen account is disputed: nothing is said of whoever
    opened it. `role` "delegate" means that user id and phone are those of somebody who looks after the supply.
    """

    customer_code: str
    status: Status = "not_registered"
    account_id: str = ""
    role: Role = "holder"
    registered_at: int = 0
    user_id: str = ""
    phone: str = ""
    language: str = ""
    last_login_at: int = 0
    email_status: EmailStatus = "ok"
    documents: tuple[Acceptance, ...] = ()


def codes_of(
    changes: Sequence[AccountChange], supplier: str, registrations: Registrations
) -> Iterator[tuple[AccountChange, tuple[str, ...]]]:
    """Yield each change with the customer codes that it is about: one of its own, or all that its account has now."""
    whole = {change.account_id for change in changes if not change.customer_code}
    accounts = registrations.accounts(supplier, whole) if whole else {}
    for change in changes:
        account = accounts.get(change.account_id)
        of_account = account.customers if account else ()
        yield change, (change.customer_code,) if change.customer_code else of_account


def changed_codes(
    changes: Changes,
    registrations: Registrations,
    supplier: str,
    after: int,
    *,
    until: int | None = None,
    now: int,
) -> list[str]:
    """Return the customer codes of all changes behind a number, each once, sorted; only of those recorded `until` then.

    `until` is a moment that is not meant itself.
    """
    found: set[str] = set()
    behind = changes.behind(supplier, after, now=now)
    for part in batched(_recorded(behind, until), _AT_ONCE, strict=False):
        found.update(code for _, codes in codes_of(part, supplier, registrations) for code in codes)
    return sorted(found)


def standings(codes: Iterable[str], supplier: str, registrations: Registrations) -> Iterator[Standing]:
    """Yield how each code stands, in the order of the codes."""
    for part in batched(codes, _AT_ONCE, strict=False):
        owners = registrations.owners(supplier, part)
        accounts = registrations.accounts(supplier, {owner.account_id for owner in owners.values()})
        yield from _with_documents(part, owners, accounts, supplier, registrations)


def all_standings(supplier: str, registrations: Registrations) -> Iterator[Standing]:
    """Yield how every registered code stands, in no order."""
    after, is_first = "", True
    while after or is_first:
        page, after = registrations.page(supplier, after)
        codes = [code for account in page for code in account.customers]
        owners = registrations.owners(supplier, codes)
        accounts = {account.account_id: account for account in page}
        yield from (
            standing
            for standing in _with_documents(codes, owners, accounts, supplier, registrations)
            if standing.status != "not_registered"  # it left its account in this moment
        )
        is_first = False


def _recorded(changes: Iterable[AccountChange], until: int | None) -> Iterator[AccountChange]:
    for change in changes:
        if until is not None and change.recorded_at >= until:
            return
        yield change


def _with_documents(
    codes: Sequence[str],
    owners: dict[str, Owner],
    accounts: dict[str, Account],
    supplier: str,
    registrations: Registrations,
) -> Iterator[Standing]:
    active = {each for each, account in accounts.items() if account.status == "active"}
    accepted = registrations.accepted(supplier, active)
    for code in codes:
        owner = owners.get(code)
        account = accounts.get(owner.account_id) if owner else None
        if owner is None or account is None:
            yield Standing(code)
        else:
            yield _standing(code, owner, account, accepted.get(account.account_id, ()))


def _standing(code: str, owner: Owner, account: Account, accepted: Sequence[Acceptance]) -> Standing:
    if account.status == "closed":
        return Standing(code)
    if account.status == "frozen":
        return Standing(code, "frozen", account.account_id, owner.role, account.created_at)
    latest = {each.document: each for each in accepted}  # the history is in order
    return Standing(
        code,
        "registered",
        account.account_id,
        owner.role,
        account.created_at,
        account.user_id,
        account.phone,
        account.language,
        account.last_login_at,
        account.email_status,
        tuple(latest.values()),
    )
