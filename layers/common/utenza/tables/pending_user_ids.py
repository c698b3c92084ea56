"""User ids that wait for their address to be proven: one for each account, without a claim on anything.

They lie beside the accounts. A newer one replaces an older; a new password, or whatever else begins a new generation of
the account, ends it.
"""

import secrets
from contextlib import suppress
from typing import NamedTuple

from utenza.dynamodb import ConditionFailed, DynamoDb, Item, Value, Write, delete, put, update
from utenza.errors import NewUserIdInvalid
from utenza.limits import tries
from utenza.tables import keys
from utenza.tables.accounts import Account
from utenza.tables.reading import reader

LIFETIME = 86_400  # seconds, of the user id that waits and of its token
TRIES = 5
MAILS = 4  # the first among them
REPEATED = 60  # seconds in which the same call once more is its repeat, and not the wish for another mail

_IS_OPEN = "#change_id = :id AND #expires_at > :now"


class PendingUserId(NamedTuple):
    """`address_taken`: somebody has this address already, and no code fits. `generation` is that of the account.

    `code_key` is the id of the key of its code; `mark`: see `utenza.limits.tries`. Times are in seconds since 1970.
    """

    change_id: str
    user_id: str
    generation: int
    language: str
    address_taken: bool
    code_key: str
    asked_at: int
    mails: int
    tries: int = 0
    mark: str = ""

    def is_repeated_by(self, account: Account, user_id: str, *, address_taken: bool) -> bool:
        """Tell whether the wish for this user id is the same as the one that waits, and can still be confirmed."""
        same = (self.user_id, self.address_taken, self.generation) == (user_id, address_taken, account.generation)
        return same and self.tries < TRIES


class PendingUserIds:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def waiting_for(self, supplier: str, account_id: str, *, now: int) -> PendingUserId | None:
        """Return what waits for this account, None when nothing does; its generation is for the caller to compare."""
        item = self._db.get(self._table, keys.new_user_id(supplier, account_id))
        return None if item is None or item["expires_at"] <= now else _pending(item)

    def begin(
        self,
        account: Account,
        user_id: str,
        *,
        replaces: PendingUserId | None,
        address_taken: bool,
        code_key: str,
        mailed: bool,
        now: int,
    ) -> PendingUserId | None:
        """Have a user id wait in the place of what was read to wait; None when that is not so any more.

        A mail goes out if it is `mailed`.
        """
        pending = PendingUserId(
            change_id=secrets.token_hex(16),
            user_id=user_id,
            generation=account.generation,
            language=account.language,
            address_taken=address_taken,
            code_key=code_key,
            asked_at=now,
            mails=int(mailed),
        )
        key = keys.new_user_id(account.supplier, account.account_id)
        item: Item = {"pk": key, **pending._asdict(), "expires_at": now + LIFETIME}
        values: dict[str, Value] = {"id": replaces.change_id} if replaces else {"now": now}
        as_read = "#change_id = :id" if replaces else "attribute_not_exists(#pk) OR #expires_at <= :now"
        try:
            self._db.write(put(self._table, item, condition=as_read, values=values))
        except ConditionFailed:
            return None
        return pending

    def mail_again(self, account: Account, pending: PendingUserId, *, code_key: str, now: int) -> None:
        """Ask for the code once more, which the change of the item brings about; four mails at most."""
        change = update(
            self._table,
            keys.new_user_id(account.supplier, account.account_id),
            "ADD #mails :one SET #code_key = :key, #asked_at = :now",
            condition=f"{_IS_OPEN} AND #mails < :most",
            values={"one": 1, "key": code_key, "now": now, "id": pending.change_id, "most": MAILS},
        )
        with suppress(ConditionFailed):
            self._db.write(change)

    def count_try(self, supplier: str, account_id: str, change_id: str, *, now: int) -> PendingUserId:
        """Count one try, by one atomic update, and return what waits.

        NewUserIdInvalid when it was confirmed, replaced or has expired, or has had five tries.
        """
        values: dict[str, Value] = {"id": change_id, "now": now}
        key = keys.new_user_id(supplier, account_id)
        try:
            return _pending(tries.count(self._db, self._table, key, TRIES, condition=_IS_OPEN, values=values))
        except ConditionFailed:
            raise NewUserIdInvalid from None

    def refund_try(self, supplier: str, account_id: str, counted: PendingUserId) -> None:
        """Take the try back that `count_try` counted: it turned out to be no guess."""
        tries.give_back(self._db, self._table, keys.new_user_id(supplier, account_id), counted.mark)

    def ended(self, supplier: str, account_id: str, change_id: str = "") -> Write:
        """Return the write that ends what waits, for a transaction; with `change_id` on condition that it is this."""
        condition, values = ("#change_id = :id", {"id": change_id}) if change_id else ("", {})
        return delete(self._table, keys.new_user_id(supplier, account_id), condition=condition, values=values)


_pending = reader(PendingUserId)
