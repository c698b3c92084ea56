"""The change of an account's user id, and the way back for seven days.

Account and login change in one transaction with the list of what the account has left. From this list comes the mail to
the old address, with a code that takes the change back; of the code only the hash is stored, as of objections.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from utenza.dynamodb import DynamoDb, Item, TransactionCancelled, Value, Write, delete, put, update
from utenza.errors import UserIdTaken
from utenza.identifiers import email
from utenza.tables import keys
from utenza.tables.accounts import Account, Login
from utenza.tables.objections import hash_of, new_code
from utenza.tables.reading import reader

LIFETIME = 7 * 86_400  # seconds in which a change can be taken back
_TAKEN = 2  # which write of a change finds that the address is somebody's
MOST = 3  # changes in that time; the list stays within one write unit


class FormerUserId(NamedTuple):
    """What an account was called before the change that began this generation, at this moment."""

    user_id: str
    generation: int
    at: int


class History(NamedTuple):
    """The user ids that an account has left in the last seven days, the oldest first.

    `change_id` and `code_key` are those of the last confirmed change. `restored` is the generation that the last undo
    began, `undone` that of the change it took back, `withdrawn` the user id that it took away.
    """

    former: tuple[FormerUserId, ...] = ()
    change_id: str = ""
    code_key: str = ""
    restored: int = 0
    undone: int = 0
    withdrawn: str = ""

    def of(self, generation: int) -> FormerUserId | None:
        """Return what the change that began this generation left, None when it cannot be taken back any more."""
        return next((former for former in self.former if former.generation == generation), None)

    def recent(self, now: int) -> "History":
        """Return the history without what is too old to be taken back."""
        return self._replace(former=tuple(former for former in self.former if former.at + LIFETIME > now))

    def wait(self, now: int) -> int:
        """Return the seconds until there may be another change, 0 when there may be one now."""
        recent = self.recent(now).former
        return recent[-MOST].at + LIFETIME - now if len(recent) >= MOST else 0


class Undo(NamedTuple):
    """What a code takes back: the change of this account that began this generation."""

    account_id: str
    generation: int


class UserIds:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def history_of(self, supplier: str, account_id: str, *, now: int) -> History:
        """Return what can be taken back; read it after the account, whose generation every change of it begins."""
        item = self._db.get(self._table, keys.user_ids(supplier, account_id))
        return History() if item is None else _history(item).recent(now)

    def change(
        self,
        account: Account,
        login: Login,
        user_id: str,
        history: History,
        *,
        carried: str,
        change_id: str = "",
        code_key: str = "",
        now: int,
        also: Sequence[Write] = (),
    ) -> Account | None:
        """Give the account another user id and end all access but `carried`; return the account as it is now.

        None when account or login are not as they were read; UserIdTaken when the address belongs to somebody. All or
        nothing, with `also` in the same transaction, which must carry the session of `carried` along.
        """
        former = FormerUserId(account.user_id, account.generation + 1, now)
        history = History((*history.former, former), change_id, code_key)
        if not self._move(account, login, user_id, history, carried=carried, now=now, also=also):
            return None
        return account._replace(user_id=user_id, generation=account.generation + 1, carried=carried, email_status="ok")

    def restore(
        self,
        account: Account,
        login: Login,
        undo: Undo,
        former: FormerUserId,
        password_hash: str,
        *,
        now: int,
        also: Sequence[Write] = (),
    ) -> bool:
        """Give the account its former user id with a password that nobody has, end every session and all undo codes.

        False when account or login are not as they were read; UserIdTaken when the address belongs to somebody else.
        """
        history = History(restored=account.generation + 1, undone=undo.generation, withdrawn=account.user_id)
        return self._move(account, login, former.user_id, history, password_hash=password_hash, now=now, also=also)

    def issue_undo(self, supplier: str, undo: Undo, *, now: int) -> str:
        """Return a new code for it; earlier ones stay good, because any of them may be the one that arrived."""
        code = new_code(supplier)
        item: Item = {"pk": _undo_key(supplier, code), **undo._asdict(), "expires_at": now + LIFETIME}
        self._db.write(put(self._table, item, condition="attribute_not_exists(#pk)"))
        return code

    def find_undo(self, supplier: str, typed: str, *, now: int) -> Undo | None:
        """Return what a code takes back, whatever blanks, dashes and case it was typed with; None for other text."""
        item = self._db.get(self._table, _undo_key(supplier, typed))
        return _undo(item) if item and item["expires_at"] > now else None

    def _move(
        self,
        account: Account,
        login: Login,
        user_id: str,
        history: History,
        *,
        password_hash: str = "",
        carried: str = "",
        now: int,
        also: Sequence[Write],
    ) -> bool:
        new = login._replace(password_hash=password_hash or login.password_hash, generation=login.generation + 1)
        item: Item = {"pk": keys.email(account.supplier, email.key(user_id)), **new._asdict()}
        if email.key(user_id) == email.key(account.user_id):  # an undo of a change that was changed back
            logins = [put(self._table, item, **_as_read(account, login))]
        else:
            key = keys.email(account.supplier, email.key(account.user_id))
            free = put(self._table, item, condition="attribute_not_exists(#pk)")
            logins = [delete(self._table, key, **_as_read(account, login)), free]
        writes = (_renamed(self._table, account, user_id, carried), *logins)
        try:
            self._db.transact(*writes, put(self._table, _history_item(account, history, now)), *also)
        except TransactionCancelled as cancelled:
            broken = [number for number, reason in enumerate(cancelled.reasons) if reason.is_condition]
            if broken == [_TAKEN] and len(logins) > 1:
                raise UserIdTaken from None
            if broken:
                return False
            raise
        return True


_history, _undo = reader(History), reader(Undo)


def _renamed(table: str, account: Account, user_id: str, carried: str) -> Write:
    """Return the write of the account. What is known of the old address is not known of the new one."""
    values: dict[str, Value] = {
        "new": user_id,
        "old": account.user_id,
        "active": "active",
        "had": account.generation,
        "one": 1,
    }
    change, removed = "SET #user_id = :new, #generation = #generation + :one", "#email_status"
    if carried:
        change, values = f"{change}, #carried = :carried", values | {"carried": carried}
    else:
        removed = f"{removed}, #carried"
    return update(
        table,
        keys.account(account.supplier, account.account_id),
        f"{change} REMOVE {removed}",
        condition="#status = :active AND #generation = :had AND #user_id = :old",
        values=values,
    )


def _as_read(account: Account, login: Login) -> dict[str, Any]:
    """Return the condition, and its values, that the login is as it was read."""
    return {
        "condition": "#account_id = :account AND #status = :active AND #password_hash = :password"
        " AND #question = :question AND #answer_hash = :answer AND #generation = :had",
        "values": {
            "account": account.account_id,
            "active": "active",
            "password": login.password_hash,
            "question": login.question,
            "answer": login.answer_hash,
            "had": account.generation,
        },
    }


def _history_item(account: Account, history: History, now: int) -> Item:
    return {
        "pk": keys.user_ids(account.supplier, account.account_id),
        **history._asdict(),
        "former": [former._asdict() for former in history.former],
        "expires_at": now + LIFETIME,
    }


def _undo_key(supplier: str, typed: str) -> str:
    return f"{supplier}#undo#{hash_of(typed, 'undo')}"
