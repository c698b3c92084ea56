"""Pending registrations wait for their address to be proven: one for each customer, without a claim on anything.

They lie in the Accounts table: the code from the mail creates the account and ends them in one transaction.
"""

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Literal, NamedTuple

from utenza.dynamodb import ConditionFailed, DynamoDb, Item, TransactionCancelled, Value, Write, delete, put, update
from utenza.errors import AlreadyRegistered, CodeInvalid, ConfirmationTokenInvalid
from utenza.limits import tries
from utenza.tables import keys
from utenza.tables.new_accounts import Registration, agreed, new_account
from utenza.tables.reading import reader
from utenza.tokens.claims import ConfirmationClaims

LIFETIME = 86_400  # seconds, of the registration and of its token
TRIES = 5
MAILS = 4  # the first among them

type Claim = Literal["code", "activation_code"]
"""What proves the right to a customer record, beside what is on the bill: `ClaimProof` of the template."""

_IS_OPEN = "#pending_id = :id AND #expires_at > :now"


class Pending(NamedTuple):
    """`address_taken`: somebody has this address already, and no code fits. `claim` is what has to be proven too.

    `code_key` is the id of the key of its codes; `mark`: see `utenza.limits.tries`.
    """

    registration: Registration
    address_taken: bool
    claim: Claim | None = None
    code_key: str = ""
    mark: str = ""


class Confirmed(NamedTuple):
    """The account that a registration has become, and the id of the key of its code."""

    account_id: str
    code_key: str = ""


class Begun(NamedTuple):
    """`is_repeat`: an earlier call began it, and this one brings about no mail."""

    claims: ConfirmationClaims
    is_repeat: bool = False


class PendingRegistrations:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def begin(
        self,
        registration: Registration,
        *,
        address_taken: bool,
        claim: Claim | None = None,
        code_key: str,
        mailed: bool,
        now: int,
        is_same: Callable[[Registration], bool] = lambda _: False,
    ) -> Begun:
        """Store a registration until its address is proven; it replaces an older one of this customer.

        A mail goes out if it is `mailed`; if not, one can be asked for later. A registration of the same step token
        that still waits stays, and is returned, if `is_same` says that the call is its repeat: no second mail goes.
        """
        pending = ConfirmationClaims(registration.supplier, registration.customer_code, secrets.token_hex(16))
        item: Item = {
            "pk": _key(pending),
            "pending_id": pending.pending_id,
            "address_taken": address_taken,
            "claim": claim,
            "code_key": code_key,
            "tries": 0,
            "mails": int(mailed),
            "expires_at": now + LIFETIME,
            **registration._asdict(),
        }
        # Whatever is there is an older registration, or must not be written over.
        of_another_step = "attribute_not_exists(#pk) OR (attribute_exists(#pending_id) AND #step_token_id <> :step)"
        values = {"step": registration.step_token_id}
        try:
            self._db.write(put(self._table, item, condition=of_another_step, values=values))
        except ConditionFailed as failed:
            found = failed.old or {}
            is_own = found.get("step_token_id") == registration.step_token_id
            if is_own and _waits(found, item, now) and is_same(_registration(found)):
                is_repeat = found["pending_id"] != pending.pending_id  # else boto3 sent this very put again
                return Begun(pending._replace(pending_id=found["pending_id"]), is_repeat)
            older = "attribute_not_exists(#pk) OR attribute_exists(#pending_id)"
            self._db.write(put(self._table, item, condition=older))
        return Begun(pending)

    def count_try(self, pending: ConfirmationClaims, *, now: int) -> Pending:
        """Count one try, by one atomic update, and return what waits.

        ConfirmationTokenInvalid when it was confirmed, replaced or has expired, or has had five tries.
        """
        values: dict[str, Value] = {"id": pending.pending_id, "now": now}
        try:
            return _pending(tries.count(self._db, self._table, _key(pending), TRIES, condition=_IS_OPEN, values=values))
        except ConditionFailed:
            raise ConfirmationTokenInvalid from None

    def refund_try(self, pending: ConfirmationClaims, counted: Pending) -> None:
        """Take the try back that `count_try` counted: it turned out to be no guess."""
        tries.give_back(self._db, self._table, _key(pending), counted.mark)

    def waiting_for(self, supplier: str, customer_code: str, pending_id: str, *, now: int) -> Pending | None:
        """Return the registration that waits under this id, None when it does not any more."""
        pending = ConfirmationClaims(supplier, customer_code, pending_id)
        item = self._db.get(self._table, _key(pending))
        if item is None or item["pending_id"] != pending_id or item["expires_at"] <= now:
            return None
        return _pending(item)

    def count_mail(self, pending: ConfirmationClaims, *, code_key: str, now: int) -> None:
        """Ask for one more mail, which the change of the item brings about; nothing when it had four, or is gone.

        Its code is of `code_key`: the earlier one fits no more if the keys were rotated since.
        """
        change = update(
            self._table,
            _key(pending),
            "ADD #mails :one SET #code_key = :key",
            condition=f"{_IS_OPEN} AND #mails < :most",
            values={"one": 1, "key": code_key, "id": pending.pending_id, "most": MAILS, "now": now},
        )
        with suppress(ConditionFailed):
            self._db.write(change)

    def finish(
        self,
        pending: ConfirmationClaims,
        registration: Registration,
        *,
        code_key: str = "",
        now: int,
        also: Sequence[Write] = (),
    ) -> None:
        """Create the account and end the pending registration, all or nothing, with `also` in the same transaction.

        AlreadyRegistered when another registration of this customer was first; ConfirmationTokenInvalid when this one
        has made its account or has been replaced, or the address belongs to somebody by now; CodeInvalid when a
        condition of `also` does not hold: a code was spent in this moment.
        """
        spent = delete(self._table, _key(pending), condition="#pending_id = :id", values={"id": pending.pending_id})
        try:
            made = new_account(self._table, registration, pending_id=pending.pending_id, code_key=code_key, now=now)
            self._db.transact(*made, spent, *also, *agreed(self._table, registration, now=now))
        except TransactionCancelled as cancelled:
            _, login, marker, waiting, *codes = cancelled.reasons
            if marker.is_condition and (marker.old or {}).get("account_id") != registration.account_id:
                raise AlreadyRegistered from None
            if login.is_condition or marker.is_condition or waiting.is_condition:
                raise ConfirmationTokenInvalid from None
            if any(code.is_condition for code in codes):
                raise CodeInvalid("two_codes") from None
            raise

    def became(self, pending: ConfirmationClaims) -> Confirmed | None:
        """Return what this registration has become, None when it is no account yet, or no longer one."""
        marker = self._db.get(self._table, keys.customer(pending.supplier, pending.customer_code))
        is_own = marker is not None and marker.get("pending_id") == pending.pending_id
        return _confirmed(marker) if marker is not None and is_own else None


_registration, _confirmed = reader(Registration), reader(Confirmed)


def _pending(item: Item) -> Pending:
    return Pending(
        _registration(item), item["address_taken"], item.get("claim"), item.get("code_key", ""), item.get("mark", "")
    )


def _waits(found: Item, new: Item, now: int) -> bool:
    """Tell whether a registration can still be confirmed, and by the same proofs as a new one."""
    is_same = all(found.get(name) == new.get(name) for name in ("address_taken", "claim"))
    return bool(is_same and found["tries"] < TRIES and found["expires_at"] > now)


def _key(pending: ConfirmationClaims) -> str:
    return f"{pending.supplier}#pending#{pending.customer_code}"
