"""Further supplies of an account: linked and removed by its owner, or removed by the holder of the supply.

Closed ones leave it when their time is over (functions/housekeeping).

A customer is in one account at most, whose marker it has, be it as holder or as delegate. Sessions stay: who asks is
logged in. What the stream tells people of is the new marker, and the note of one that was removed.
"""

import secrets
from collections.abc import Sequence
from typing import Literal, NamedTuple

from utenza.customers.record import CustomerSummary, Role
from utenza.dynamodb import DynamoDb, Item, TransactionCancelled, Value, Write, delete, put, update
from utenza.errors import AlreadyRegistered
from utenza.tables import keys
from utenza.tables.accounts import Account
from utenza.tables.new_accounts import listed
from utenza.tables.offers import without

MOST = 200  # of an account
_NOTE_KEPT = 86_400  # seconds; what is told of it comes from its stream record, which needs no item

type RemovedBy = Literal["owner", "holder", "time"]


class Removed(NamedTuple):
    """What the note of a removal says."""

    account_id: str
    customer_code: str
    role: Role
    by: RemovedBy


class Supplies:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def link(self, account: Account, summary: CustomerSummary, *, also: Sequence[Write] = ()) -> Account | None:
        """Link a customer to an active account, with `also` in the same transaction; return the account as it is then.

        None if the account is not as it was read. AlreadyRegistered if the customer is in an account by now.
        """
        code, account = summary.code, account._replace(status="active")
        marker: Item = {
            "pk": keys.customer(account.supplier, code),
            "account_id": account.account_id,
            "step_token_id": secrets.token_hex(16),  # none made it; registrations compare theirs with it
            "customer_code": code,
            "role": summary.role,
        }
        linked = account._replace(
            customers=(*account.customers, code),
            summaries=(*account.summaries, summary),
            offered=without(account.offered, code),
        )
        writes = (put(self._table, marker, condition="attribute_not_exists(#pk)"), self._changed(account, linked))
        try:
            self._db.transact(*writes, *also)
        except TransactionCancelled as cancelled:
            marked, changed, *_ = cancelled.reasons
            if marked.is_condition:
                raise AlreadyRegistered from None
            if changed.is_condition:
                return None
            raise
        return linked

    def remove(
        self, account: Account, code: str, *, by: RemovedBy, now: int, also: Sequence[Write] = ()
    ) -> Account | None:
        """Take a customer from an account, with `also` in the same transaction; the customer is free to register.

        Return the account as it is then, None if it is not as it was read. One that is frozen loses it too.
        """
        known = account.summary_of(code)
        left = account._replace(
            customers=tuple(each for each in account.customers if each != code),
            summaries=tuple(each for each in account.summaries if each.code != code),
        )
        removed = Removed(account.account_id, code, known.role if known else "holder", by)
        mine = {"account": account.account_id}
        note = f"{account.supplier}#removed#{secrets.token_hex(16)}"
        writes = (
            delete(self._table, keys.customer(account.supplier, code), condition="#account_id = :account", values=mine),
            self._changed(account, left),
            put(self._table, {"pk": note, "expires_at": now + _NOTE_KEPT, **removed._asdict()}),
        )
        try:
            self._db.transact(*writes, *also)
        except TransactionCancelled as cancelled:
            if any(reason.is_condition for reason in cancelled.reasons[:2]):
                return None
            raise
        return left

    def _changed(self, account: Account, to: Account) -> Write:
        values: dict[str, Value] = {
            "status": account.status,
            "customers": to.customers,
            "summaries": listed(to.summaries),
            "had": account.customers,
            "knew": listed(account.summaries),
            "offered": to.offered,
        }
        return update(
            self._table,
            keys.account(account.supplier, account.account_id),
            "SET #customers = :customers, #summaries = :summaries, #offered = :offered REMOVE #without_supply_since",
            condition=(
                "#status = :status AND #customers = :had AND (attribute_not_exists(#summaries) OR #summaries = :knew)"
            ),
            values=values,
        )
