"""Tokens that are remembered instead of signed."""

from collections.abc import Sequence
from itertools import count

from utenza.customers.record import TaxCodeField
from utenza.errors import (
    AccessTokenInvalid,
    ConfirmationTokenExpired,
    ConfirmationTokenInvalid,
    NewUserIdExpired,
    NewUserIdInvalid,
    ReauthTokenExpired,
    ReauthTokenInvalid,
    ReclaimTokenExpired,
    ReclaimTokenInvalid,
    RecoveryTokenExpired,
    RecoveryTokenInvalid,
    StepTokenExpired,
    StepTokenInvalid,
)
from utenza.tokens.access import AccessTokens
from utenza.tokens.claims import (
    AccessClaims,
    ConfirmationClaims,
    ReclaimClaims,
    RecoveryClaims,
    RecoveryStep,
    StepClaims,
    SupplyLinkClaims,
    UserIdClaims,
)
from utenza.tokens.confirmation import ConfirmationTokens
from utenza.tokens.new_user_id import UserIdTokens
from utenza.tokens.reauth import LIFETIME, ReauthTokens
from utenza.tokens.reclaim import ReclaimTokens
from utenza.tokens.recovery import RecoveryTokens
from utenza.tokens.registration import StepTokens
from utenza.tokens.supply_link import SupplyLinkTokens


class FakeStepTokens(StepTokens):
    def __init__(self, lifetime: int = 900) -> None:
        self.issued: dict[str, StepClaims] = {}
        self._lifetime = lifetime
        self._numbers = count(1)

    def issue(
        self,
        supplier: str,
        customer_code: str,
        phone: str,
        holder: Sequence[str],
        *,
        unproved: TaxCodeField | None = None,
        now: int,
    ) -> tuple[str, int]:
        token, expires_at = f"step-{next(self._numbers)}", now + self._lifetime
        self.issued[token] = StepClaims(token, supplier, customer_code, phone, tuple(holder), expires_at, unproved)
        return token, self._lifetime

    def read(self, token: str, *, now: int) -> StepClaims:
        if token not in self.issued:
            raise StepTokenInvalid
        if self.issued[token].expires_at <= now:
            raise StepTokenExpired
        return self.issued[token]


class FakeAccessTokens(AccessTokens):
    def __init__(self, lifetime: int = 600) -> None:
        self.issued: dict[tuple[str, str], AccessClaims] = {}
        self._lifetime = lifetime
        self._numbers = count(1)

    def issue(
        self,
        account_id: str,
        supplier: str,
        *,
        session_id: str,
        auth_time: int,
        generation: int,
        issuer: str,
        now: int,
    ) -> tuple[str, int]:
        token = f"access-{next(self._numbers)}"
        self.issued[token, issuer] = AccessClaims(
            f"{generation}-{token}", account_id, supplier, session_id, now, now + self._lifetime
        )
        return token, self._lifetime

    def read(self, token: str, *, issuer: str, now: int) -> AccessClaims:
        claims = self.issued.get((token, issuer))
        if claims is None or claims.expires_at <= now:
            raise AccessTokenInvalid
        return claims


class FakeRecoveryTokens(RecoveryTokens):
    def __init__(self, lifetime: int = 900) -> None:
        self.issued: dict[tuple[str, RecoveryStep], tuple[RecoveryClaims, int]] = {}
        self._lifetime = lifetime
        self._numbers = count(1)

    def issue(self, recovery: RecoveryClaims, step: RecoveryStep, *, now: int) -> tuple[str, int]:
        token = f"recovery-{next(self._numbers)}".ljust(60, ".")  # as long as a token is at least
        self.issued[token, step] = recovery, now + self._lifetime
        return token, self._lifetime

    def read(self, token: str, step: RecoveryStep, *, now: int) -> RecoveryClaims:
        if (token, step) not in self.issued:
            raise RecoveryTokenInvalid
        recovery, expires_at = self.issued[token, step]
        if expires_at <= now:
            raise RecoveryTokenExpired
        return recovery


class FakeConfirmationTokens(ConfirmationTokens):
    def __init__(self, lifetime: int = 86_400) -> None:
        self.issued: dict[str, tuple[ConfirmationClaims, int]] = {}
        self._lifetime = lifetime
        self._numbers = count(1)

    def issue(self, pending: ConfirmationClaims, *, now: int) -> tuple[str, int]:
        token = f"confirmation-{next(self._numbers)}"
        self.issued[token] = pending, now + self._lifetime
        return token, self._lifetime

    def read(self, token: str, *, now: int) -> ConfirmationClaims:
        if token not in self.issued:
            raise ConfirmationTokenInvalid
        pending, expires_at = self.issued[token]
        if expires_at <= now:
            raise ConfirmationTokenExpired
        return pending


class FakeUserIdTokens(UserIdTokens):
    def __init__(self, lifetime: int = 86_400) -> None:
        self.issued: dict[str, tuple[UserIdClaims, int]] = {}
        self._lifetime = lifetime
        self._numbers = count(1)

    def issue(self, change: UserIdClaims, *, now: int) -> tuple[str, int]:
        token = f"user-id-{next(self._numbers)}"
        self.issued[token] = change, now + self._lifetime
        return token, self._lifetime

    def read(self, token: str, *, now: int) -> UserIdClaims:
        if token not in self.issued:
            raise NewUserIdInvalid
        change, expires_at = self.issued[token]
        if expires_at <= now:
            raise NewUserIdExpired
        return change


class FakeReclaimTokens(ReclaimTokens):
    def __init__(self, lifetime: int = 3600) -> None:
        self.issued: dict[str, tuple[ReclaimClaims, int]] = {}
        self._lifetime = lifetime
        self._numbers = count(1)

    def issue(self, reclaim: ReclaimClaims, *, now: int) -> tuple[str, int]:
        token = f"reclaim-token-{next(self._numbers)}"
        self.issued[token] = reclaim, now + self._lifetime
        return token, self._lifetime

    def read(self, token: str, *, now: int) -> ReclaimClaims:
        if token not in self.issued:
            raise ReclaimTokenInvalid
        reclaim, expires_at = self.issued[token]
        if expires_at <= now:
            raise ReclaimTokenExpired
        return reclaim


class FakeSupplyLinkTokens(SupplyLinkTokens):
    def __init__(self, lifetime: int = 3600) -> None:
        self.issued: dict[str, tuple[SupplyLinkClaims, int]] = {}
        self._lifetime = lifetime
        self._numbers = count(1)

    def issue(self, link: SupplyLinkClaims, *, now: int) -> tuple[str, int]:
        token = f"supply-link-{next(self._numbers)}"
        self.issued[token] = link, now + self._lifetime
        return token, self._lifetime

    def read(self, token: str, *, now: int) -> SupplyLinkClaims:
        if token not in self.issued:
            raise ConfirmationTokenInvalid
        link, expires_at = self.issued[token]
        if expires_at <= now:
            raise ConfirmationTokenExpired
        return link


class FakeReauthTokens(ReauthTokens):
    def __init__(self, lifetime: int = LIFETIME) -> None:
        self.issued: dict[str, tuple[tuple[str, str, str, int], int]] = {}
        self._lifetime = lifetime
        self._numbers = count(1)

    def issue(self, access: AccessClaims, *, now: int) -> tuple[str, int]:
        token = f"reauth-{next(self._numbers)}"
        self.issued[token] = _bound_to(access), now + self._lifetime
        return token, self._lifetime

    def check(self, token: str, access: AccessClaims, *, now: int) -> None:
        bound_to, expires_at = self.issued.get(token, (None, 0))
        if bound_to is None:
            raise ReauthTokenInvalid
        if expires_at <= now:
            raise ReauthTokenExpired
        if bound_to != _bound_to(access):
            raise ReauthTokenInvalid


def _bound_to(access: AccessClaims) -> tuple[str, str, str, int]:
    return access.supplier, access.account_id, access.session_id, access.generation
