"""The token that leads from the question to its answer: it names a recovery, and nothing personal."""

from typing import NamedTuple

from utenza.errors import RecoveryTokenExpired, RecoveryTokenInvalid
from utenza.keys import StepKeys
from utenza.tokens import SignedState


class RecoveryClaims(NamedTuple):
    """Which recovery a token is of; `address` is a hash, as `tables.recoveries` makes it."""

    supplier: str
    address: str
    recovery_id: str


class RecoveryTokens:
    """Tokens good for one step, the answer; what they name is spent in the table, not here."""

    def __init__(self, keys: StepKeys, lifetime: int) -> None:
        self._state = SignedState(
            keys,
            "recovery+jwt",
            "recovery-answer",
            lifetime,
            invalid=RecoveryTokenInvalid,
            expired=RecoveryTokenExpired,
        )

    def issue(self, recovery: RecoveryClaims, *, now: int) -> tuple[str, int]:
        """Return a new token and its lifetime in seconds."""
        supplier, address, recovery_id = recovery
        return self._state.issue({"supplier": supplier, "address": address, "recovery": recovery_id}, now=now)

    def read(self, token: str, *, now: int) -> RecoveryClaims:
        """Return which recovery goes on; RecoveryTokenInvalid, or RecoveryTokenExpired for a token that was good."""
        claims = self._state.read(token, now=now)
        return RecoveryClaims(claims["supplier"], claims["address"], claims["recovery"])
