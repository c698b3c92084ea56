"""Accounts in memory, with the same promises: all or nothing, and one account for one customer and one e-mail."""

from collections.abc import Sequence
from threading import Lock

from tests.fakes.writes import FakeWrite, transact
from utenza.customers.record import CustomerSummary
from utenza.dynamodb import Write
from utenza.errors import AlreadyRegistered, InvalidCredentials, StepTokenInvalid, UserIdTaken
from utenza.tables.accounts import Account, Accounts, EmailStatus, Login, Status, UnlinkReason
from utenza.tables.agreements import Acceptance
from utenza.tables.new_accounts import Registration


class FakeAccounts(Accounts):
    def __init__(self) -> None:
        self.accounts: dict[tuple[str, str], Account] = {}
        self.logins: dict[tuple[str, str], Login] = {}
        self.markers: dict[tuple[str, str], str] = {}
        self.confirmed: dict[tuple[str, str], tuple[str, str]] = {}  # registration and key of its code
        self.reused: list[tuple[str, str]] = []  # account and session
        self.agreed: dict[tuple[str, str], tuple[Acceptance, ...]] = {}
        self._lock = Lock()

    def account_of(self, supplier: str, code: str) -> str | None:
        found = (
            account
            for account in self.accounts.values()
            if account.supplier == supplier and code in account.customers and account.status != "closed"
        )
        return next((account.account_id for account in found), None)

    def registered_by(self, supplier: str, code: str) -> str | None:
        return self.markers.get((supplier, code))

    def register(self, registration: Registration, *, now: int) -> None:
        supplier = registration.supplier
        customer, email = (supplier, registration.customer_code), (supplier, registration.email_key)
        with self._lock:
            if customer in self.markers:
                spent = self.markers[customer] == registration.step_token_id
                raise StepTokenInvalid if spent else AlreadyRegistered
            if email in self.logins:
                raise UserIdTaken
            self.markers[customer] = registration.step_token_id
            self.logins[email] = _login(registration)
            self.accounts[supplier, registration.account_id] = _account(registration, now)
            if registration.accepted:
                self.agreed[supplier, registration.account_id] = registration.accepted

    def login_of(self, supplier: str, email_key: str) -> Login | None:
        return self.logins.get((supplier, email_key))

    def get(self, supplier: str, account_id: str) -> Account | None:
        return self.accounts.get((supplier, account_id))

    def login_noted(self, supplier: str, account_id: str, *, now: int) -> Write:
        def note() -> None:
            account = self.accounts.get((supplier, account_id))
            if account is None or account.status != "active":
                raise InvalidCredentials
            self.accounts[supplier, account_id] = account._replace(
                last_login_at=now, previous_login_at=account.last_login_at
            )

        return FakeWrite(note)

    def session_reused(self, supplier: str, account_id: str, session_id: str, *, now: int) -> Write:
        return FakeWrite(lambda: self.reused.append((account_id, session_id)))

    def note_email_status(self, account: Account, status: EmailStatus) -> None:
        with self._lock:
            key = account.supplier, account.account_id
            found = self.accounts.get(key)
            if found is not None and found.user_id == account.user_id:
                self.accounts[key] = found._replace(email_status=status)

    def replace_summary(self, account: Account, new: CustomerSummary | None) -> bool:
        key = account.supplier, account.account_id
        with self._lock:
            if self.accounts.get(key, account).summaries != account.summaries:
                return False
            if new is not None and key in self.accounts:
                summaries = tuple(new if each.code == new.code else each for each in account.summaries)
                self.accounts[key] = self.accounts[key]._replace(summaries=summaries)
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
        supplier, account_id = key = account.supplier, account.account_id
        with self._lock:
            now = self.accounts.get(key)
            if now is None or code not in now.customers:
                return False
            if (now.customers, now.summaries) != (account.customers, account.summaries):
                return False
            login = self.logins[supplier, email_key]
            assert login.account_id == account_id
            transact(also)
            del self.markers[supplier, code]
            self.confirmed.pop((supplier, code), None)
            self.accounts[key] = now._replace(
                customers=tuple(each for each in now.customers if each != code),
                summaries=tuple(each for each in now.summaries if each.code != code),
                generation=now.generation + 1,
                offered=(),
            )
            self.logins[supplier, email_key] = login._replace(generation=login.generation + 1)
            return True

    def end_sessions(self, account: Account, email_key: str, *, now: int, also: Sequence[Write] = ()) -> bool:
        key = account.supplier, account.account_id
        with self._lock:
            found = self.accounts.get(key)
            if found is None or (found.status, found.generation) != (account.status, account.generation):
                return False
            transact(also)
            login = self.logins[account.supplier, email_key]
            self.accounts[key] = found._replace(generation=found.generation + 1)
            self.logins[account.supplier, email_key] = login._replace(generation=login.generation + 1)
            return True

    def freeze(self, account: Account, email_key: str, *, now: int, also: Sequence[Write] = ()) -> bool:
        return self._set_status(account, email_key, ("active", "frozen"), also, frozen_at=now)

    def unfreeze(self, account: Account, email_key: str, *, also: Sequence[Write] = ()) -> bool:
        return self._set_status(account, email_key, ("frozen", "active"), also)

    def _set_status(
        self, account: Account, email_key: str, change: tuple[Status, Status], also: Sequence[Write], frozen_at: int = 0
    ) -> bool:
        """Change both statuses if they are as they should be; with `frozen_at`, end the sessions too."""
        key, address, (old, new) = (account.supplier, account.account_id), (account.supplier, email_key), change
        with self._lock:
            now, login = self.accounts.get(key), self.logins.get(address)
            if now is None or login is None or login.account_id != now.account_id:
                return False
            if (now.status, login.status) != (old, old):
                return False
            transact(also)
            step = 1 if frozen_at else 0
            self.accounts[key] = now._replace(
                status=new, generation=now.generation + step, frozen_at=frozen_at or now.frozen_at
            )
            self.logins[address] = login._replace(status=new, generation=login.generation + step)
            return True

    def replace_password_hash(self, supplier: str, email_key: str, old: str, new: str) -> None:
        with self._lock:
            login = self.logins.get((supplier, email_key))
            if login is not None and login.password_hash == old:
                self.logins[supplier, email_key] = login._replace(password_hash=new)

    def change_password(self, supplier: str, email_key: str, login: Login, password_hash: str) -> bool:
        """Change the password and end every session; False if the account is not active, or not as `login` says."""
        with self._lock:
            now = self.logins.get((supplier, email_key))
            is_as_read = now is not None and now._replace(generation=login.generation) == login
            if now is None or not is_as_read or now.status != "active":
                return False
            account = self.accounts[supplier, login.account_id]
            self.logins[supplier, email_key] = now._replace(password_hash=password_hash, generation=now.generation + 1)
            self.accounts[supplier, login.account_id] = account._replace(generation=account.generation + 1)
            return True

    def close(self, supplier: str, email_key: str) -> None:
        """Close an account, as `FakeClosures` does and operators do."""
        with self._lock:
            account = self.accounts[supplier, self.logins.pop((supplier, email_key)).account_id]
            for code in account.customers:
                del self.markers[supplier, code]
            self.accounts[supplier, account.account_id] = Account(
                account_id=account.account_id,
                supplier=supplier,
                status="closed",
                language=account.language,
                customers=account.customers,
                created_at=account.created_at,
                generation=account.generation + 1,
            )


def _login(registration: Registration) -> Login:
    return Login(
        account_id=registration.account_id,
        status="active",
        password_hash=registration.password_hash,
        question=registration.question,
        answer_hash=registration.answer_hash,
        generation=0,
    )


def _account(registration: Registration, now: int) -> Account:
    return Account(
        account_id=registration.account_id,
        supplier=registration.supplier,
        user_id=registration.user_id,
        status="active",
        language=registration.language,
        customers=(registration.customer_code,),
        phone=registration.phone,
        created_at=now,
        last_login_at=0,
        generation=0,
        summaries=(
            CustomerSummary(
                registration.customer_code, registration.kind, registration.name, "active", registration.holder
            ),
        ),
    )
