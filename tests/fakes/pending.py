"""Pending registrations in memory, beside the fake accounts that they become."""

from collections.abc import Callable, Sequence
from itertools import count
from threading import Lock
from typing import NamedTuple

from tests.fakes.accounts import FakeAccounts
from tests.fakes.writes import transact
from utenza.dynamodb import Write
from utenza.errors import AlreadyRegistered, ConfirmationTokenInvalid
from utenza.tables.accounts import Accounts
from utenza.tables.new_accounts import Registration
from utenza.tables.pending import LIFETIME, MAILS, TRIES, Begun, Claim, Confirmed, Pending, PendingRegistrations
from utenza.tokens.claims import ConfirmationClaims


class Waiting(NamedTuple):
    pending_id: str
    pending: Pending
    tries: int
    mails: int
    expires_at: int


class FakePendingRegistrations(PendingRegistrations):
    def __init__(self, accounts: Accounts) -> None:
        assert isinstance(accounts, FakeAccounts)
        self.waiting: dict[tuple[str, str], Waiting] = {}
        self._accounts = accounts
        self._numbers = count(1)
        self._lock = Lock()

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
        whose = registration.supplier, registration.customer_code
        pending = Pending(registration, address_taken, claim, code_key)
        with self._lock:
            found = self.waiting.get(whose)
            if found and found.tries < TRIES and found.expires_at > now:
                older = found.pending
                is_own = older.registration.step_token_id == registration.step_token_id
                if (
                    is_own
                    and (older.address_taken, older.claim) == (address_taken, claim)
                    and is_same(older.registration)
                ):
                    return Begun(ConfirmationClaims(*whose, found.pending_id), is_repeat=True)
            waiting = Waiting(f"pending-{next(self._numbers)}", pending, 0, int(mailed), now + LIFETIME)
            self.waiting[whose] = waiting
        return Begun(ConfirmationClaims(*whose, waiting.pending_id))

    def count_try(self, pending: ConfirmationClaims, *, now: int) -> Pending:
        with self._lock:
            found = self._find(pending, now)
            if found is None or found.tries >= TRIES:
                raise ConfirmationTokenInvalid
            counted = found.pending._replace(mark=f"mark-{next(self._numbers)}")
            self.waiting[pending[:2]] = found._replace(tries=found.tries + 1, pending=counted)
            return counted

    def refund_try(self, pending: ConfirmationClaims, counted: Pending) -> None:
        with self._lock:
            found = self._find(pending, 0)
            if found is not None and found.pending.mark == counted.mark:
                spent = found.pending._replace(mark="")
                self.waiting[pending[:2]] = found._replace(tries=found.tries - 1, pending=spent)

    def waiting_for(self, supplier: str, customer_code: str, pending_id: str, *, now: int) -> Pending | None:
        found = self._find(ConfirmationClaims(supplier, customer_code, pending_id), now)
        return found.pending if found else None

    def count_mail(self, pending: ConfirmationClaims, *, code_key: str, now: int) -> None:
        with self._lock:
            found = self._find(pending, now)
            if found is not None and found.mails < MAILS:
                self.waiting[pending[:2]] = found._replace(
                    pending=found.pending._replace(code_key=code_key), mails=found.mails + 1
                )

    def finish(
        self,
        pending: ConfirmationClaims,
        registration: Registration,
        *,
        code_key: str = "",
        now: int,
        also: Sequence[Write] = (),
    ) -> None:
        supplier, customer_code, _ = pending
        with self._lock:
            if (supplier, customer_code) in self._accounts.markers:
                own = (supplier, registration.account_id) in self._accounts.accounts
                raise ConfirmationTokenInvalid if own else AlreadyRegistered
            if self._find(pending, 0) is None or (supplier, registration.email_key) in self._accounts.logins:
                raise ConfirmationTokenInvalid
            transact(also)
            self._accounts.register(registration, now=now)
            self._accounts.confirmed[supplier, customer_code] = pending.pending_id, code_key
            del self.waiting[supplier, customer_code]

    def became(self, pending: ConfirmationClaims) -> Confirmed | None:
        pending_id, code_key = self._accounts.confirmed.get(pending[:2], ("", ""))
        account_id = self._accounts.account_of(*pending[:2])
        return Confirmed(account_id, code_key) if account_id and pending_id == pending.pending_id else None

    def _find(self, pending: ConfirmationClaims, now: int) -> Waiting | None:
        found = self.waiting.get(pending[:2])
        return found if found and found.pending_id == pending.pending_id and found.expires_at > now else None
