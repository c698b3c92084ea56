"""A customer's record has changed in the CRM: the account that has it follows, or loses it to a new holder.

What counts is how record and account are now, not what the change said. So it does not matter how often, how late or in
which order changes arrive: who is told of the last one puts right what was missed before. So an account that came back
from a restored table is brought up to date like a new one: it may have missed a change of holder.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from utenza.customers.record import Customer, CustomerSummary, summary_of
from utenza.errors import Unavailable
from utenza.identifiers import email
from utenza.tables.accounts import Account, Accounts
from utenza.tables.activation_codes import ActivationCodes
from utenza.tables.activity import Activity
from utenza.tables.closures import Closures
from utenza.tables.customers import Customers
from utenza.tables.offers import Offers
from utenza.tokens.holder import has_changed_hands, holder_of
from utenza.tokens.key_ring import KeyRing, RingKey

TRIES = 20  # of what finds an account changed since it was read
_CLOCKS = 300  # seconds by which the clock of an operator's machine may be ahead


class Dependencies(NamedTuple):
    customers: Customers
    accounts: Accounts
    keys: KeyRing
    closures: Closures
    activity: Activity
    offers: Offers
    activation_codes: ActivationCodes


class Synchronised(NamedTuple):
    """The account that had the record, and whether it still has it."""

    account_id: str
    outcome: Literal["followed", "unlinked"]


def synchronise(
    supplier: str, code: str, dependencies: Dependencies, *, before: Customer | None, now: int
) -> Synchronised | None:
    """Bring the account of a customer up to date; return None for a customer without an account.

    `before` is the record before the change. It counts only for accounts of earlier versions, which do not remember
    whose record they have. Unavailable when the account is never as it was read.
    """
    accounts, key = dependencies.accounts, dependencies.keys.lasting(now=now)
    # The account is read before the record: whatever the record says was so after the account got it.
    for _ in range(TRIES):
        account = _account_of(supplier, code, accounts)
        if account is None:
            return None
        record = dependencies.customers.find(supplier, code, consistent=True)
        known = _known(account, code, before, key)
        if record is not None and known is not None and has_changed_hands(known, record, key):
            if accounts.unlink(account, code, email.key(account.user_id)):
                return Synchronised(account.account_id, "unlinked")
        elif accounts.replace_summary(account, _summary(code, record, key, account, now=now)):
            return Synchronised(account.account_id, "followed")
    raise Unavailable


def withdraw_activation_code(
    supplier: str,
    code: str,
    dependencies: Dependencies,
    *,
    before: Customer | None,
    record: Customer | None,
    changed_at: int,
    now: int,
) -> None:
    """Make an activation code of the former holder no longer good, when a record has changed hands or is gone.

    One that was issued later is the new holder's: the change may arrive late, or again. Where nobody can tell, because
    the record as it was or is cannot be read, it counts as changed.
    """
    key = dependencies.keys.lasting(now=now)
    if before is None or record is None or has_changed_hands(summary_of(before, holder_of(before, key)), record, key):
        dependencies.activation_codes.withdraw(supplier, code, until=changed_at + _CLOCKS)


def clean_up(supplier: str, account_id: str, customers: Sequence[str], dependencies: Dependencies) -> None:
    """Erase what a closed account did, and free those of its customers that its closing had no room for."""
    dependencies.closures.free(supplier, account_id, customers)
    dependencies.activity.forget(supplier, account_id)


def _account_of(supplier: str, code: str, accounts: Accounts) -> Account | None:
    account_id = accounts.account_of(supplier, code)
    return None if account_id is None else accounts.get(supplier, account_id)


def _known(account: Account, code: str, before: Customer | None, key: RingKey) -> CustomerSummary | None:
    """Return what the account knows of the holder, for an account of an earlier version what the record said."""
    known = account.summary_of(code)
    if before is None or (known is not None and known.holder):
        return known
    return summary_of(before, holder_of(before, key))


def _summary(code: str, record: Customer | None, key: RingKey, account: Account, *, now: int) -> CustomerSummary | None:
    """Return what the account shows from now on, None if it shows nothing of this customer.

    A record that the CRM no longer has is closed. When it was closed is what the account heard first.
    """
    known = account.summary_of(code)
    if known is None:
        return None
    new = known._replace(status="closed")
    if record is not None:
        new = summary_of(record, holder_of(record, key))._replace(role=known.role)
    return new._replace(closed_at=known.closed_at or now if new.status == "closed" else 0)
