"""Changes of user ids in memory, beside the fake accounts."""

from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from tests.fakes.accounts import FakeAccounts
from tests.fakes.writes import ConditionBroken, FakeWrite, transact
from utenza.dynamodb import Write
from utenza.errors import NewUserIdInvalid, UserIdTaken
from utenza.identifiers import email
from utenza.tables.accounts import Account, Accounts, Login
from utenza.tables.objections import hash_of, new_code
from utenza.tables.pending_user_ids import LIFETIME, MAILS, TRIES, PendingUserId, PendingUserIds
from utenza.tables.user_ids import LIFETIME as UNDO_LIFETIME
from utenza.tables.user_ids import FormerUserId, History, Undo, UserIds


class Waiting(NamedTuple):
    pending: PendingUserId
    expires_at: int


class FakePendingUserIds(PendingUserIds):
    def __init__(self) -> None:
        self.waiting: dict[tuple[str, str], Waiting] = {}
        self._numbers = count(1)

    def waiting_for(self, supplier: str, account_id: str, *, now: int) -> PendingUserId | None:
        found = self.waiting.get((supplier, account_id))
        return found.pending if found and found.expires_at > now else None

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
        key = account.supplier, account.account_id
        found = self.waiting_for(*key, now=now)
        if (found and found.change_id) != (replaces and replaces.change_id):
            return None
        pending = PendingUserId(
            f"change-{next(self._numbers)}",
            user_id,
            account.generation,
            account.language,
            address_taken,
            code_key,
            now,
            int(mailed),
        )
        self.waiting[key] = Waiting(pending, now + LIFETIME)
        return pending

    def mail_again(self, account: Account, pending: PendingUserId, *, code_key: str, now: int) -> None:
        key = account.supplier, account.account_id
        found = self.waiting_for(*key, now=now)
        if found and found.change_id == pending.change_id and found.mails < MAILS:
            again = found._replace(code_key=code_key, asked_at=now, mails=found.mails + 1)
            self.waiting[key] = self.waiting[key]._replace(pending=again)

    def count_try(self, supplier: str, account_id: str, change_id: str, *, now: int) -> PendingUserId:
        found = self.waiting_for(supplier, account_id, now=now)
        if found is None or found.change_id != change_id or found.tries >= TRIES:
            raise NewUserIdInvalid
        counted = found._replace(tries=found.tries + 1, mark=f"mark-{next(self._numbers)}")
        self.waiting[supplier, account_id] = self.waiting[supplier, account_id]._replace(pending=counted)
        return counted

    def refund_try(self, supplier: str, account_id: str, counted: PendingUserId) -> None:
        found = self.waiting.get((supplier, account_id))
        if found and found.pending.mark == counted.mark:
            less = found.pending._replace(tries=found.pending.tries - 1, mark="")
            self.waiting[supplier, account_id] = found._replace(pending=less)

    def ended(self, supplier: str, account_id: str, change_id: str = "") -> Write:
        def end() -> None:
            found = self.waiting.get((supplier, account_id))
            if change_id and (found is None or found.pending.change_id != change_id):
                raise ConditionBroken
            self.waiting.pop((supplier, account_id), None)

        return FakeWrite(end)


class FakeUserIds(UserIds):
    def __init__(self, accounts: Accounts) -> None:
        assert isinstance(accounts, FakeAccounts)
        self.histories: dict[tuple[str, str], History] = {}
        self.undos: dict[tuple[str, str], tuple[Undo, int]] = {}
        self._accounts = accounts

    def history_of(self, supplier: str, account_id: str, *, now: int) -> History:
        return self.histories.get((supplier, account_id), History()).recent(now)

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
        former = FormerUserId(account.user_id, account.generation + 1, now)
        history = History((*history.former, former), change_id, code_key)
        changed = account._replace(
            user_id=user_id, generation=account.generation + 1, carried=carried, email_status="ok"
        )
        return (
            changed
            if self._moved(account, login, changed, history, password_hash=login.password_hash, also=also)
            else None
        )

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
        history = History(restored=account.generation + 1, undone=undo.generation, withdrawn=account.user_id)
        changed = account._replace(
            user_id=former.user_id, generation=account.generation + 1, carried="", email_status="ok"
        )
        return self._moved(account, login, changed, history, password_hash=password_hash, also=also)

    def issue_undo(self, supplier: str, undo: Undo, *, now: int) -> str:
        code = new_code(supplier)
        self.undos[supplier, hash_of(code, "undo")] = undo, now + UNDO_LIFETIME
        return code

    def find_undo(self, supplier: str, typed: str, *, now: int) -> Undo | None:
        undo, expires_at = self.undos.get((supplier, hash_of(typed, "undo")), (None, 0))
        return undo if expires_at > now else None

    def _moved(
        self,
        account: Account,
        login: Login,
        changed: Account,
        history: History,
        *,
        password_hash: str,
        also: Sequence[Write],
    ) -> bool:
        supplier, account_id = key = account.supplier, account.account_id
        accounts = self._accounts
        found = accounts.accounts.get(key)
        old, new = (supplier, email.key(account.user_id)), (supplier, email.key(changed.user_id))
        as_read = (account.status, account.generation, account.user_id)
        if found is None or (found.status, found.generation, found.user_id) != as_read or found.status != "active":
            return False
        if accounts.logins.get(old) != login or login.account_id != account_id:
            return False
        if new != old and new in accounts.logins:
            raise UserIdTaken
        try:
            transact(also)
        except ConditionBroken:
            return False
        del accounts.logins[old]
        accounts.logins[new] = login._replace(password_hash=password_hash, generation=login.generation + 1)
        accounts.accounts[key] = found._replace(
            user_id=changed.user_id, generation=changed.generation, carried=changed.carried, email_status="ok"
        )
        self.histories[key] = history
        return True
