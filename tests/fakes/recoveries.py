"""Recoveries in memory, beside the fake accounts whose passwords they change."""

from collections.abc import Sequence
from itertools import count
from threading import Lock
from typing import NamedTuple

from tests.fakes.accounts import FakeAccounts
from tests.fakes.writes import transact
from utenza.dynamodb import Write
from utenza.errors import RecoveryTokenInvalid
from utenza.tables.accounts import Accounts, Login
from utenza.tables.recoveries import LIFETIME, TRIES, MailedCode, Recoveries, Recovery, address_of
from utenza.tokens.claims import RecoveryClaims, RecoveryStep


class Open(NamedTuple):
    step: RecoveryStep
    tries: int
    recovery: Recovery
    expires_at: int


class FakeRecoveries(Recoveries):
    def __init__(self, accounts: Accounts) -> None:
        assert isinstance(accounts, FakeAccounts)
        self.open: dict[RecoveryClaims, Open] = {}
        self.mailed: dict[tuple[str, str], MailedCode] = {}
        self._accounts = accounts
        self._numbers = count(1)
        self._lock = Lock()

    def begin(
        self, supplier: str, email_key: str, step: RecoveryStep, *, generation: int, language: str, now: int
    ) -> RecoveryClaims:
        return self._begin(supplier, email_key, step, generation=generation, now=now)

    def begin_by_mail(
        self,
        supplier: str,
        email_key: str,
        last: MailedCode | None,
        *,
        generation: int,
        language: str,
        may_mail: bool,
        now: int,
    ) -> RecoveryClaims:
        if last is not None and last.fits(generation, may_mail=may_mail, now=now):
            return self._begin(supplier, email_key, "code", generation=generation, now=now, code_id=last.code_id)
        claims = self._begin(supplier, email_key, "code", generation=generation, now=now, code_id="nobody")
        if may_mail:
            own = self.open[claims].recovery._replace(code_id=claims.recovery_id)
            self.open[claims] = self.open[claims]._replace(recovery=own)
            self.mailed[supplier, claims.address] = MailedCode(claims.recovery_id, generation, now)
        return claims

    def last_code(self, supplier: str, email_key: str) -> MailedCode | None:
        return self.mailed.get((supplier, address_of(email_key)))

    def spend_code(self, supplier: str, email_key: str, code_id: str) -> None:
        last = self.last_code(supplier, email_key)
        if last is not None and last.code_id == code_id:
            del self.mailed[supplier, address_of(email_key)]

    def _begin(
        self, supplier: str, email_key: str, step: RecoveryStep, *, generation: int, now: int, code_id: str = ""
    ) -> RecoveryClaims:
        claims = RecoveryClaims(supplier, address_of(email_key), f"recovery-{next(self._numbers)}")
        with self._lock:
            self.open[claims] = Open(step, 0, Recovery(email_key, generation, code_id), now + LIFETIME)
        return claims

    def count_try(self, recovery: RecoveryClaims, step: RecoveryStep, *, now: int) -> Recovery:
        with self._lock:
            found = self.open.get(recovery)
            if found is None or found.step != step or found.tries >= TRIES or found.expires_at <= now:
                raise RecoveryTokenInvalid
            self.open[recovery] = found._replace(tries=found.tries + 1)
            return found.recovery

    def waiting_for(self, supplier: str, address: str, recovery_id: str, *, now: int) -> str | None:
        found = self.open.get(RecoveryClaims(supplier, address, recovery_id))
        return found.recovery.email_key if found and found.step == "code" and found.expires_at > now else None

    def advance(self, recovery: RecoveryClaims, *, now: int) -> None:
        with self._lock:
            found = self.open.get(recovery)
            if found is None or found.step != "code" or found.expires_at <= now:
                raise RecoveryTokenInvalid
            self.open[recovery] = found._replace(step="answer", tries=0)

    def refund_try(self, recovery: RecoveryClaims) -> None:
        with self._lock:
            found = self.open.get(recovery)
            if found is not None and found.tries:
                self.open[recovery] = found._replace(tries=found.tries - 1)

    def finish(
        self, recovery: RecoveryClaims, email_key: str, login: Login, password_hash: str, *, also: Sequence[Write] = ()
    ) -> None:
        with self._lock:
            if self.open.get(recovery) is None or not self._accounts.change_password(
                recovery.supplier, email_key, login, password_hash
            ):
                raise RecoveryTokenInvalid
            del self.open[recovery]
            transact(also)
