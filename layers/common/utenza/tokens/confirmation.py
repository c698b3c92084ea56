"""The confirmation token: it leads from step two to the code in the mail, and names nothing personal."""

from utenza.errors import ConfirmationTokenExpired, ConfirmationTokenInvalid
from utenza.tokens.claims import ConfirmationClaims
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.signed_state import SignedState


class ConfirmationTokens:
    """Tokens that live as long as the pending registration they name, which is spent in the table, not here."""

    def __init__(self, keys: KeyRing, lifetime: int) -> None:
        self._state = SignedState(
            keys,
            "confirmation+jwt",
            "confirmation",
            lifetime,
            invalid=ConfirmationTokenInvalid,
            expired=ConfirmationTokenExpired,
        )

    def issue(self, pending: ConfirmationClaims, *, now: int) -> tuple[str, int]:
        """Return a new token and its lifetime in seconds."""
        supplier, code, pending_id = pending
        return self._state.issue({"supplier": supplier, "code": code, "pending": pending_id}, now=now)

    def read(self, token: str, *, now: int) -> ConfirmationClaims:
        """Return which registration goes on; ConfirmationTokenInvalid, or …Expired for a token that was good."""
        claims = self._state.read(token, now=now)
        return ConfirmationClaims(claims["supplier"], claims["code"], claims["pending"])
