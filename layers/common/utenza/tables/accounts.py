"""Accounts, and beside each the items that keep its e-mail and its customer unique in the supplier."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Literal, NamedTuple

from utenza.customers.record import CustomerSummary
from utenza.dynamodb import ConditionFailed, DynamoDb, TransactionCancelled, Value, Write, delete, update
from utenza.errors import AlreadyRegistered, StepTokenInvalid, UserIdTaken
from utenza.tables import keys
from utenza.tables.freezing import freezing, unfreezing
from utenza.tables.lifetimes import Warned
from utenza.tables.new_accounts import Registration, agreed, listed, new_account
from utenza.tables.reading import reader

type Status = Literal["active", "frozen", "closed"]
type EmailStatus = Literal["ok", "bounced", "complained"]
type UnlinkReason = Literal["holder", "reclaim", "operator"]

_REUSE_KEPT = 86_400  # seconds; what is delivered from its stream record needs no item
_NEXT_GENERATION = "#generation = #generation + :one"  # on account and login alike: they stay in step


class Account(NamedTuple):
    """What the reserved area shows and sessions are checked with; times in seconds since 1970, 0 where there is none.

    A new password, the loss of a customer, or freezing begins a new `generation`; sessions of an older one have ended.
    `frozen_at` stays when a frozen account is active again. `summaries` copies each customer's record, seconds behind
    it (functions/customer_sync). A closed account has no `user_id` any more (`tables.closures`). `carried` names the
    one access token of an earlier generation that goes on: whoever changed the user id stays logged in.
    `without_supply_since` and `warned` are functions/housekeeping's. `offered` has the ends of the codes of other
    supplies of the holder that nobody has registered (`tables.offers`).
    """

    account_id: str
    supplier: str
    status: Status
    language: str
    customers: tuple[str, ...]
    created_at: int
    generation: int
    user_id: str = ""
    phone: str = ""
    last_login_at: int = 0
    previous_login_at: int = 0
    email_status: EmailStatus = "ok"
    frozen_at: int = 0
    summaries: tuple[CustomerSummary, ...] = ()
    carried: str = ""
    without_supply_since: int = 0
    warned: Warned = Warned()
    offered: tuple[str, ...] = ()

    def summary_of(self, code: str) -> CustomerSummary | None:
        """Return the summary of one of its customers; accounts of earlier versions have none."""
        return next((summary for summary in self.summaries if summary.code == code), None)


class Login(NamedTuple):
    """What a user id is checked with."""

    account_id: str
    status: Status
    password_hash: str
    question: str
    answer_hash: str
    generation: int


class Accounts:
    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def account_of(self, supplier: str, code: str) -> str | None:
        """Return the id of this customer's account, None while there is none."""
        marker = self._db.get(self._table, keys.customer(supplier, code))
        return None if marker is None else str(marker["account_id"])

    def registered_by(self, supplier: str, code: str) -> str | None:
        """Return the id of the step token that registered this customer, None while there is no account."""
        marker = self._db.get(self._table, keys.customer(supplier, code))
        return None if marker is None else str(marker["step_token_id"])

    def register(self, registration: Registration, *, now: int) -> None:
        """Make the account whole or not at all.

        StepTokenInvalid when this step token made an account already, AlreadyRegistered when another made one for this
        customer, UserIdTaken when only the e-mail belongs to somebody.
        """
        try:
            made = new_account(self._table, registration, now=now)
            self._db.transact(*made, *agreed(self._table, registration, now=now))
        except TransactionCancelled as cancelled:
            _, login, marker, *_ = cancelled.reasons
            if marker.is_condition:
                spent = (marker.old or {}).get("step_token_id") == registration.step_token_id
                raise (StepTokenInvalid if spent else AlreadyRegistered) from None
            if login.is_condition:
                raise UserIdTaken from None
            raise

    def login_of(self, supplier: str, email_key: str) -> Login | None:
        item = self._db.get(self._table, keys.email(supplier, email_key))
        return None if item is None else _login(item)

    def get(self, supplier: str, account_id: str) -> Account | None:
        item = self._db.get(self._table, keys.account(supplier, account_id))
        return None if item is None else account_of_item(item)

    def login_noted(self, supplier: str, account_id: str, *, now: int) -> Write:
        """Return the write that notes the moment of a login on an active account, for a transaction."""
        key = keys.account(supplier, account_id)
        values: dict[str, Value] = {"now": now, "never": 0, "active": "active"}
        change = "SET #previous_login_at = if_not_exists(#last_login_at, :never), #last_login_at = :now"
        return update(self._table, key, change, condition="#status = :active", values=values)

    def session_reused(self, supplier: str, account_id: str, session_id: str, *, now: int) -> Write:
        """Return the write that has the owner told of a spent refresh token, for the transaction that ends its session.

        It is an item of its own, whose stream record is what the mail and the event come from.
        """
        key = keys.reuse(supplier, session_id)
        values: dict[str, Value] = {"account": account_id, "end": now + _REUSE_KEPT}
        return update(self._table, key, "SET #account_id = :account, #expires_at = :end", values=values)

    def note_email_status(self, account: Account, status: EmailStatus) -> None:
        """Remember what became of the last mail, unless the account has another user id by now, or none."""
        key, change = keys.account(account.supplier, account.account_id), "SET #email_status = :status"
        values: dict[str, Value] = {"status": status, "to": account.user_id}
        with suppress(ConditionFailed):
            self._db.write(update(self._table, key, change, condition="#user_id = :to", values=values))

    def replace_summary(self, account: Account, new: CustomerSummary | None) -> bool:
        """Keep what a record of the account says now; nothing for a record that it has no summary of.

        Return False if the account is not as it was read: another record of it changed in this moment.
        """
        summaries = tuple(new if new and each.code == new.code else each for each in account.summaries)
        if summaries == account.summaries:
            return True
        change = update(
            self._table,
            keys.account(account.supplier, account.account_id),
            "SET #summaries = :new",
            condition="#summaries = :old",
            values={"old": listed(account.summaries), "new": listed(summaries)},
        )
        try:
            self._db.write(change)
        except ConditionFailed:
            return False
        return True

    def unlink(
        self,
        account: Account,
        code: str,
        email_key: str,
        *,
        reason: UnlinkReason = "holder",
        also: Sequence[Write] = (),
    ) -> bool:
        """Take a customer from the account and end its sessions, all or nothing; the customer can register again.

        Return False if the account is not as it was read, or no longer has the customer. `also` are writes of the same
        transaction.
        """
        try:
            self._db.transact(*unlinking(self._table, account, code, email_key, reason=reason), *also)
        except TransactionCancelled as cancelled:
            marker, item, *_ = cancelled.reasons
            if marker.is_condition or item.is_condition:
                return False
            raise
        return True

    def end_sessions(self, account: Account, email_key: str, *, now: int, also: Sequence[Write] = ()) -> bool:
        """End every session of an account, which stays as it is; False if it is not as it was read.

        The login remembers when, so that its change does not look like a new password. `also` are writes of the same
        transaction.
        """
        supplier, account_id = account.supplier, account.account_id
        as_read: dict[str, Value] = {"status": account.status, "had": account.generation, "one": 1}
        writes = (
            update(
                self._table,
                keys.account(supplier, account_id),
                f"SET {_NEXT_GENERATION}",
                condition="#status = :status AND #generation = :had",
                values=as_read,
            ),
            update(
                self._table,
                keys.email(supplier, email_key),
                f"SET #sessions_ended_at = :now, {_NEXT_GENERATION}",
                condition="#account_id = :account",
                values={"account": account_id, "now": now, "one": 1},
            ),
        )
        return self._change(writes, also)

    def freeze(self, account: Account, email_key: str, *, now: int, also: Sequence[Write] = ()) -> bool:
        """Freeze an active account and end its sessions, all or nothing, with `also` in the same transaction.

        Return False if it is not active any more, or this is not its address any more.
        """
        return self._change(freezing(self._table, account.supplier, account.account_id, email_key, now=now), also)

    def unfreeze(self, account: Account, email_key: str, *, also: Sequence[Write] = ()) -> bool:
        """Make a frozen account active again, with its password; return False as `freeze`."""
        return self._change(unfreezing(self._table, account.supplier, account.account_id, email_key), also)

    def _change(self, writes: Sequence[Write], also: Sequence[Write]) -> bool:
        """Do all writes or none; return False when a condition of `writes` does not hold."""
        try:
            self._db.transact(*writes, *also)
        except TransactionCancelled as cancelled:
            if any(reason.is_condition for reason in cancelled.reasons[: len(writes)]):
                return False
            raise
        return True

    def replace_password_hash(self, supplier: str, email_key: str, old: str, new: str) -> None:
        """Store the same password under a new cost; a password that was changed meanwhile stays."""
        key, change = keys.email(supplier, email_key), "SET #password_hash = :new"
        with suppress(ConditionFailed):
            self._db.write(
                update(self._table, key, change, condition="#password_hash = :old", values={"old": old, "new": new})
            )


account_of_item, _login = reader(Account), reader(Login)


def password_change(
    table: str, supplier: str, email_key: str, login: Login, password_hash: str, *, in_generation: bool = False
) -> tuple[Write, Write]:
    """Return the writes that change the password and, by a new generation, end every session, for a transaction.

    They hold for an active account whose password is still that of `login`; with `in_generation`, for what follows in
    the next one, only while nothing else has begun it.
    """
    values: dict[str, Value] = {"account": login.account_id, "active": "active", "old": login.password_hash}
    condition = "#account_id = :account AND #status = :active AND #password_hash = :old"
    if in_generation:
        condition, values = f"{condition} AND #generation = :had", values | {"had": login.generation}
    return (
        update(
            table,
            keys.email(supplier, email_key),
            f"SET #password_hash = :new, {_NEXT_GENERATION}",
            condition=condition,
            values=values | {"new": password_hash, "one": 1},
        ),
        update(
            table,
            keys.account(supplier, login.account_id),
            f"SET {_NEXT_GENERATION}",
            condition="#status = :active",
            values={"active": "active", "one": 1},
        ),
    )


def unlinking(
    table: str, account: Account, code: str, email_key: str, *, reason: UnlinkReason
) -> tuple[Write, Write, Write]:
    """Return the writes that take a customer from an account and end its sessions, for a transaction.

    They hold while the customer is this account's, and the account as it was read. The login remembers which customer
    it was, and why, because its change is what the owner is told by.
    """
    supplier, account_id = account.supplier, account.account_id
    return (
        delete(
            table,
            keys.customer(supplier, code),
            condition="#account_id = :account",
            values={"account": account_id},
        ),
        update(
            table,
            keys.account(supplier, account_id),
            f"SET #customers = :customers, #summaries = :summaries, {_NEXT_GENERATION} REMOVE #offered",
            condition="#customers = :had AND (attribute_not_exists(#summaries) OR #summaries = :knew)",
            values={
                "had": account.customers,
                "customers": [each for each in account.customers if each != code],
                "knew": listed(account.summaries),
                "summaries": listed(summary for summary in account.summaries if summary.code != code),
                "one": 1,
            },
        ),
        update(
            table,
            keys.email(supplier, email_key),
            f"SET #unlinked_customer = :code, #unlinked_by = :reason, {_NEXT_GENERATION}",
            condition="#account_id = :account",
            values={"account": account_id, "code": code, "reason": reason, "one": 1},
        ),
    )
