"""The recovery tokens: they lead from step to step of a recovery, and name nothing personal."""

from utenza.errors import RecoveryTokenExpired, RecoveryTokenInvalid
from utenza.tokens.claims import RecoveryClaims, RecoveryStep
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.signed_state import SignedState


class RecoveryTokens:
    """Tokens good for one step alone; the recovery they name is spent in the table, not here."""

    def __init__(self, keys: KeyRing, lifetime: int) -> None:
        def state(step: RecoveryStep) -> SignedState:
            return SignedState(
                keys,
                "recovery+jwt",
                f"recovery-{step}",
                lifetime,
                invalid=RecoveryTokenInvalid,
                expired=RecoveryTokenExpired,
            )

        self._states = {"code": state("code"), "answer": state("answer")}

    def issue(self, recovery: RecoveryClaims, step: RecoveryStep, *, now: int) -> tuple[str, int]:
        """Return a new token and its lifetime in seconds."""
        supplier, address, recovery_id = recovery
        return self._states[step].issue({"supplier": supplier, "address": address, "recovery": recovery_id}, now=now)

    def read(self, token: str, step: RecoveryStep, *, now: int) -> RecoveryClaims:
        """Return which recovery goes on; RecoveryTokenInvalid, or RecoveryTokenExpired for a token that was good."""
        claims = self._states[step].read(token, now=now)
        return RecoveryClaims(claims["supplier"], claims["address"], claims["recovery"])
