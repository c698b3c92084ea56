"""The token that leads from step two to the code in the mail: it names a pending registration, and nothing personal."""

from typing import NamedTuple

from utenza.errors import ConfirmationTokenExpired, ConfirmationTokenInvalid
from utenza.tokens.keys import KeyRing
from utenza.tokens.tokens import SignedState


class ConfirmationClaims(NamedTuple):
    """Which pending registration a token is of: the customer's only one, unless a newer has taken its place."""

    supplier: str
    customer_code: str
    pending_id: str


class ConfirmationTokens:
    """Tokens as long-lived as what they name, which is spent in the table, not here."""

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
