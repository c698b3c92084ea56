"""Pending registrations wait for their address to be proven: one for each customer, without a claim on anything.

They lie in the Accounts table: the code from the mail creates the account and ends them in one transaction.
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Literal, NamedTuple

from utenza.dynamodb import ConditionFailed, DynamoDb, Item, TransactionCancelled, Write, delete, put, update
from utenza.errors import AlreadyRegistered, CodeInvalid, ConfirmationTokenInvalid
from utenza.tables.new_accounts import Registration, new_account
from utenza.tables.reading import reader
from utenza.tokens.claims import ConfirmationClaims

LIFETIME = 86_400  # seconds, of the registration and of its token
TRIES = 5
MAILS = 4  # the first among them

type Claim = Literal["code", "activation_code"]
"""What proves the right to a customer record, beside what is on the bill: `ClaimProof` of the template."""

_IS_OPEN = "#pending_id = :id AND #expires_at > :now"


class Pending(NamedTuple):
    """`address_taken`: somebody has this address already, and no code fits. `claim` is what has to be proven too."""

    registration: Registration
    address_taken: bool
    claim: Claim | None = None


class PendingRegistrations:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def begin(
        self, registration: Registration, *, address_taken: bool, claim: Claim | None = None, mailed: bool, now: int
    ) -> ConfirmationClaims:
        """Store a registration until its address is proven; it replaces an older one of this customer.

        A mail goes out if it is `mailed`; if not, one can be asked for later.
        """
        pending = ConfirmationClaims(registration.supplier, registration.customer_code, secrets.token_hex(16))
        item: Item = {
            "pk": _key(pending),
            "pending_id": pending.pending_id,
            "address_taken": address_taken,
            "claim": claim,
            "tries": 0,
            "mails": int(mailed),
            "expires_at": now + LIFETIME,
            **registration._asdict(),
        }
        # Whatever is there is an older registration, or must not be written over.
        self._db.write(put(self._table, item, condition="attribute_not_exists(#pk) OR attribute_exists(#pending_id)"))
        return pending

    def count_try(self, pending: ConfirmationClaims, *, now: int) -> Pending:
        """Count one try, by one atomic update, and return what waits.

        ConfirmationTokenInvalid when it was confirmed, replaced or has expired, or has had five tries.
        """
        change = update(
            self._table,
            _key(pending),
            "ADD #tries :one",
            condition=f"{_IS_OPEN} AND #tries < :most",
            values={"one": 1, "id": pending.pending_id, "most": TRIES, "now": now},
        )
        try:
            item = self._db.update(change)
        except ConditionFailed:
            raise ConfirmationTokenInvalid from None
        return Pending(_registration(item), item["address_taken"], item.get("claim"))

    def refund_try(self, pending: ConfirmationClaims) -> None:
        """Take one try back, which turned out to be no guess."""
        change = update(
            self._table,
            _key(pending),
            "ADD #tries :less",
            condition="#pending_id = :id AND #tries > :zero",
            values={"less": -1, "id": pending.pending_id, "zero": 0},
        )
        with suppress(ConditionFailed):
            self._db.write(change)

    def waiting_for(self, supplier: str, customer_code: str, pending_id: str, *, now: int) -> Registration | None:
        """Return the registration that waits under this id, None when it does not any more."""
        pending = ConfirmationClaims(supplier, customer_code, pending_id)
        item = self._db.get(self._table, _key(pending))
        if item is None or item["pending_id"] != pending_id or item["expires_at"] <= now:
            return None
        return _registration(item)

    def count_mail(self, pending: ConfirmationClaims, *, now: int) -> None:
        """Ask for one more mail, which the change of the item brings about; nothing when it had four, or is gone."""
        change = update(
            self._table,
            _key(pending),
            "ADD #mails :one",
            condition=f"{_IS_OPEN} AND #mails < :most",
            values={"one": 1, "id": pending.pending_id, "most": MAILS, "now": now},
        )
        with suppress(ConditionFailed):
            self._db.write(change)

    def finish(
        self, pending: ConfirmationClaims, registration: Registration, *, now: int, also: Sequence[Write] = ()
    ) -> None:
        """Create the account and end the pending registration, all or nothing, with `also` in the same transaction.

        AlreadyRegistered when another registration of this customer was first; ConfirmationTokenInvalid when this one
        has made its account or has been replaced, or the address belongs to somebody by now; CodeInvalid when a
        condition of `also` does not hold: a code was spent in this moment.
        """
        spent = delete(self._table, _key(pending), condition="#pending_id = :id", values={"id": pending.pending_id})
        try:
            self._db.transact(*new_account(self._table, registration, now=now), spent, *also)
        except TransactionCancelled as cancelled:
            _, login, marker, waiting, *codes = cancelled.reasons
            if marker.is_condition and (marker.old or {}).get("account_id") != registration.account_id:
                raise AlreadyRegistered from None
            if login.is_condition or marker.is_condition or waiting.is_condition:
                raise ConfirmationTokenInvalid from None
            if any(code.is_condition for code in codes):
                raise CodeInvalid("two_codes") from None
            raise


_registration = reader(Registration)


def _key(pending: ConfirmationClaims) -> str:
    return f"{pending.supplier}#pending#{pending.customer_code}"
