"""Recoveries in memory, beside the fake accounts whose passwords they change."""

from collections.abc import Sequence
from itertools import count
from threading import Lock
from typing import Any, NamedTuple

from tests.fakes.accounts import FakeAccounts
from tests.fakes.writes import transact
from utenza.dynamodb import Write
from utenza.errors import RecoveryTokenInvalid
from utenza.limits.tries import Counter
from utenza.tables.accounts import Accounts, Login
from utenza.tables.recoveries import LIFETIME, TRIES, MailedCode, Recoveries, Recovery, address_of
from utenza.tokens.claims import RecoveryClaims, RecoveryStep


class Open(NamedTuple):
    """`tries` are those of the step, `code_tries` those of the code once it has been right."""

    tries: int
    recovery: Recovery
    expires_at: int
    code_tries: int | None = None

    @property
    def step(self) -> str:
        return self.recovery.step


class FakeRecoveries(Recoveries):
    def __init__(self, accounts: Accounts) -> None:
        assert isinstance(accounts, FakeAccounts)
        self.open: dict[RecoveryClaims, Open] = {}
        self.mailed: dict[tuple[str, str], MailedCode] = {}
        self._accounts = accounts
        self._numbers = count(1)
        self._lock = Lock()

    def begin(
        self,
        supplier: str,
        email_key: str,
        step: RecoveryStep,
        *,
        generation: int,
        code_key: str,
        language: str,
        now: int,
    ) -> RecoveryClaims:
        return self._begin(supplier, email_key, step, generation=generation, code_key=code_key, now=now)

    def begin_by_mail(
        self,
        supplier: str,
        email_key: str,
        last: MailedCode | None,
        *,
        generation: int,
        code_key: str,
        language: str,
        may_mail: bool,
        is_crowded: bool = False,
        now: int,
    ) -> RecoveryClaims:
        code_id, has_last = "nobody", last is not None and last.fits(generation, may_mail=may_mail, now=now)
        if last is not None and has_last:
            code_key, code_id = last.code_key, last.code_id
        claims = self._begin(
            supplier, email_key, "code", generation=generation, code_key=code_key, now=now, code_id=code_id
        )
        begun = self.open[claims].recovery._replace(is_crowded=is_crowded)
        self.open[claims] = self.open[claims]._replace(recovery=begun)
        if has_last:
            return claims
        if may_mail:
            own = self.open[claims].recovery._replace(code_id=claims.recovery_id)
            self.open[claims] = self.open[claims]._replace(recovery=own)
            self.mailed[supplier, claims.address] = MailedCode(claims.recovery_id, generation, now, code_key)
        return claims

    def last_code(self, supplier: str, email_key: str) -> MailedCode | None:
        return self.mailed.get((supplier, address_of(email_key)))

    def spend_code(self, supplier: str, email_key: str, code_id: str) -> None:
        last = self.last_code(supplier, email_key)
        if last is not None and last.code_id == code_id:
            del self.mailed[supplier, address_of(email_key)]

    def _begin(
        self,
        supplier: str,
        email_key: str,
        step: RecoveryStep,
        *,
        generation: int,
        code_key: str,
        now: int,
        code_id: str = "",
    ) -> RecoveryClaims:
        claims = RecoveryClaims(supplier, address_of(email_key), f"recovery-{next(self._numbers)}")
        with self._lock:
            begun = Recovery(email_key, generation, step, code_key, code_id)
            self.open[claims] = Open(0, begun, now + LIFETIME)
        return claims

    def count_try(self, recovery: RecoveryClaims, step: RecoveryStep, *, now: int) -> Recovery:
        with self._lock:
            found = self.open.get(recovery)
            if found is None or found.expires_at <= now:
                raise RecoveryTokenInvalid
            counter: Counter = "tries"
            if step == "code" and found.step == "answer" and found.code_tries is not None:
                counter = "code_tries"
            elif found.step != step and (step, found.step) != ("answer", "done"):
                raise RecoveryTokenInvalid
            used: int = getattr(found, counter)
            if used >= TRIES:
                raise RecoveryTokenInvalid
            counted = found.recovery._replace(counter=counter, mark=f"mark-{next(self._numbers)}")
            changes: dict[str, Any] = {counter: used + 1, "recovery": counted}
            self.open[recovery] = found._replace(**changes)
            return counted

    def waiting_for(self, supplier: str, address: str, recovery_id: str, *, now: int) -> Recovery | None:
        found = self.open.get(RecoveryClaims(supplier, address, recovery_id))
        return found.recovery if found and found.step == "code" and found.expires_at > now else None

    def advance(self, recovery: RecoveryClaims, *, now: int) -> None:
        with self._lock:
            found = self.open.get(recovery)
            if found is None or found.step not in {"code", "answer"} or found.expires_at <= now:
                raise RecoveryTokenInvalid
            if found.step == "code":
                at_answer = found.recovery._replace(step="answer", mark="")
                self.open[recovery] = found._replace(recovery=at_answer, code_tries=found.tries - 1, tries=0)

    def refund_try(self, recovery: RecoveryClaims, counted: Recovery) -> None:
        with self._lock:
            found = self.open.get(recovery)
            if found is not None and found.recovery.mark == counted.mark:
                changes: dict[str, Any] = {counted.counter: getattr(found, counted.counter) - 1}
                self.open[recovery] = found._replace(recovery=found.recovery._replace(mark=""), **changes)

    def finish(
        self, recovery: RecoveryClaims, email_key: str, login: Login, password_hash: str, *, also: Sequence[Write] = ()
    ) -> None:
        with self._lock:
            found = self.open.get(recovery)
            if (
                found is None
                or found.step != "answer"
                or not self._accounts.change_password(recovery.supplier, email_key, login, password_hash)
            ):
                raise RecoveryTokenInvalid
            done = found.recovery._replace(step="done", generation=login.generation + 1, mark="")
            self.open[recovery] = found._replace(recovery=done, tries=found.tries - 1)
            transact(also)
