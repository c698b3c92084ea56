"""The tokens that lead from step to step of a recovery: they name it, and nothing personal."""

from typing import Literal, NamedTuple

from utenza.errors import RecoveryTokenExpired, RecoveryTokenInvalid
from utenza.tokens.keys import KeyRing
from utenza.tokens.tokens import SignedState

type Step = Literal["code", "answer"]


class RecoveryClaims(NamedTuple):
    """Which recovery a token is of; `address` is a hash, as `tables.recoveries` makes it."""

    supplier: str
    address: str
    recovery_id: str


class RecoveryTokens:
    """Tokens good for one step alone; what they name is spent in the table, not here."""

    def __init__(self, keys: KeyRing, lifetime: int) -> None:
        def state(step: Step) -> SignedState:
            return SignedState(
                keys,
                "recovery+jwt",
                f"recovery-{step}",
                lifetime,
                invalid=RecoveryTokenInvalid,
                expired=RecoveryTokenExpired,
            )

        self._states = {"code": state("code"), "answer": state("answer")}

    def issue(self, recovery: RecoveryClaims, step: Step, *, now: int) -> tuple[str, int]:
        """Return a new token and its lifetime in seconds."""
        supplier, address, recovery_id = recovery
        return self._states[step].issue({"supplier": supplier, "address": address, "recovery": recovery_id}, now=now)

    def read(self, token: str, step: Step, *, now: int) -> RecoveryClaims:
        """Return which recovery goes on; RecoveryTokenInvalid, or RecoveryTokenExpired for a token that was good."""
        claims = self._states[step].read(token, now=now)
        return RecoveryClaims(claims["supplier"], claims["address"], claims["recovery"])
