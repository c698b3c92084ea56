"""What owners change themselves, in memory, beside the fake accounts."""

from collections.abc import Sequence

from tests.fakes.accounts import FakeAccounts
from tests.fakes.writes import FakeWrite, transact
from utenza.dynamodb import Write
from utenza.errors import InvalidCredentials
from utenza.tables.accounts import Account, Accounts, Login
from utenza.tables.own_changes import OwnChanges


class FakeOwnChanges(OwnChanges):
    def __init__(self, accounts: Accounts) -> None:
        assert isinstance(accounts, FakeAccounts)
        self.noted: list[tuple[str, str]] = []  # what was, and of which account
        self._accounts = accounts

    def password_changed(self, supplier: str, email_key: str, login: Login, password_hash: str) -> tuple[Write, ...]:
        def change() -> None:
            found = self._accounts.login_of(supplier, email_key)
            is_same = found is not None and found.generation == login.generation
            if not (is_same and self._accounts.change_password(supplier, email_key, login, password_hash)):
                raise InvalidCredentials

        return (FakeWrite(change),)

    def change_question(
        self,
        supplier: str,
        email_key: str,
        login: Login,
        question: str,
        answer_hash: str,
        *,
        also: Sequence[Write] = (),
    ) -> bool:
        found = self._accounts.login_of(supplier, email_key)
        as_read = (login.account_id, "active", login.generation)
        if found is None or (found.account_id, found.status, found.generation) != as_read:
            return False
        transact(also)
        self._accounts.logins[supplier, email_key] = found._replace(question=question, answer_hash=answer_hash)
        return True

    def session_ended(self, supplier: str, account_id: str, *, now: int) -> Write:
        return FakeWrite(lambda: self.noted.append(("SessionEnded", account_id)))

    def tell_of_ended_sessions(self, supplier: str, account_id: str, *, now: int) -> None:
        transact([self.session_ended(supplier, account_id, now=now)])

    def change_contact(
        self, account: Account, *, phone: str, language: str, now: int, also: Sequence[Write] = ()
    ) -> Account | None:
        key = account.supplier, account.account_id
        found = self._accounts.accounts.get(key)
        if found is None or (found.status, found.generation) != ("active", account.generation):
            return None
        transact(also)
        self.noted.append(("ContactChanged", account.account_id))
        self._accounts.accounts[key] = found._replace(phone=phone, language=language)
        return self._accounts.accounts[key]
