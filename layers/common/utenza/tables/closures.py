"""The end of an account: its address and its customers are free again at once, and a stub without personal data stays.

The address is kept apart for as long as it takes to tell its owner.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import batched
from typing import Literal, NamedTuple

from utenza.dynamodb import DynamoDb, Item, TransactionCancelled, Value, Write, delete, put
from utenza.limits.outages import OUTAGES
from utenza.tables import keys
from utenza.tables.accounts import Account
from utenza.tables.reading import reader
from utenza.tables.seen import AS_SEEN, as_seen

STUB_LIFETIME = 730 * 86_400  # seconds
FAREWELL_LIFETIME = 3 * 86_400  # seconds: five tries of a mail, at most twelve hours apart
AT_ONCE = 90  # customers: a transaction has at most 100 writes


type Cause = Literal["no_supply", "unused"]


class Farewell(NamedTuple):
    """Whom to tell that an account was closed, and why if nobody closed it."""

    user_id: str
    language: str
    cause: Cause | None = None


class Closures:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def close(
        self, account: Account, email_key: str, *, now: int, cause: Cause | None = None, also: Sequence[Write] = ()
    ) -> bool:
        """Close the account and end its sessions, all or nothing; False if it is not as it was read.

        With a `cause`, for what closes by itself, also if there was a login since, or a supply is not as it was.

        `also` are writes of the same transaction. With it the account has gone; of its customers as many are free
        at once as a transaction has room for, and the rest a moment later (`free`).
        """
        try:
            self._db.transact(*self._writes(account, email_key, cause, now), *also)
        except TransactionCancelled as cancelled:
            if cancelled.reasons[0].is_condition:
                return False
            raise
        with suppress(*OUTAGES):  # who is told of the closing does the same
            self.free(account.supplier, account.account_id, account.customers[AT_ONCE:])
        return True

    def free(self, supplier: str, account_id: str, customers: Sequence[str]) -> None:
        """Let customers register again whom a closed account still has; those that are another's by now stay.

        It may be done again at any time: who is told of the closing does so (functions/customer_sync).
        """
        mine = {"account": account_id}
        for part in batched(customers, AT_ONCE, strict=False):
            codes: Sequence[str] = part
            while codes:
                markers = [keys.customer(supplier, code) for code in codes]
                condition = "#account_id = :account"
                try:
                    self._db.transact(*(delete(self._table, key, condition=condition, values=mine) for key in markers))
                    break
                except TransactionCancelled as cancelled:
                    gone = [reason.is_condition for reason in cancelled.reasons]
                    if not any(gone):
                        raise
                    codes = [code for code, is_gone in zip(codes, gone, strict=True) if not is_gone]

    def farewell_to(self, supplier: str, account_id: str, *, now: int) -> Farewell | None:
        """Return whom to tell that this account was closed, None when it was not, or long ago."""
        item = self._db.get(self._table, _key(supplier, account_id))
        return None if item is None or item["expires_at"] <= now else _farewell(item)

    def _writes(self, account: Account, email_key: str, cause: Cause | None, now: int) -> Iterator[Write]:
        supplier, account_id = account.supplier, account.account_id
        mine = {"account": account_id}
        condition = "#status = :status AND #generation = :generation AND #customers = :customers"
        values: dict[str, Value] = {
            "status": account.status,
            "generation": account.generation,
            "customers": account.customers,
        }
        if cause:
            condition, values = f"{condition} AND {AS_SEEN}", values | as_seen(account)
        # A new item in its place: whatever an account may hold by then, nothing else stays.
        yield put(self._table, _stub(account, now), condition=condition, values=values)
        yield delete(self._table, keys.email(supplier, email_key), condition="#account_id = :account", values=mine)
        for code in account.customers[:AT_ONCE]:
            yield delete(self._table, keys.customer(supplier, code), condition="#account_id = :account", values=mine)
        for beside in (keys.new_user_id, keys.user_ids, keys.accepted):
            yield delete(self._table, beside(supplier, account_id))
        yield put(
            self._table,
            {
                "pk": _key(supplier, account_id),
                "user_id": account.user_id,
                "language": account.language,
                "cause": cause,
                "expires_at": now + FAREWELL_LIFETIME,
            },
        )


_farewell = reader(Farewell)


def _stub(account: Account, now: int) -> Item:
    """Return what stays: ids, so that events and audit entries can be traced, and no personal data."""
    return {
        "pk": keys.account(account.supplier, account.account_id),
        "account_id": account.account_id,
        "supplier": account.supplier,
        "status": "closed",
        "language": account.language,
        "customers": account.customers,
        "created_at": account.created_at,
        "closed_at": now,
        "generation": account.generation + 1,
        "expires_at": now + STUB_LIFETIME,
    }


def _key(supplier: str, account_id: str) -> str:
    return f"{supplier}#closed#{account_id}"
