"""The token that leads from a new user id to the code in its mail; it names nothing personal."""

from utenza.errors import NewUserIdExpired, NewUserIdInvalid
from utenza.tokens.claims import UserIdClaims
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.signed_state import SignedState


class UserIdTokens:
    """Tokens that live as long as the user id that waits, which is spent in the table, not here."""

    def __init__(self, keys: KeyRing, lifetime: int) -> None:
        self._state = SignedState(
            keys,
            "user-id+jwt",
            "user-id",
            lifetime,
            invalid=NewUserIdInvalid,
            expired=NewUserIdExpired,
        )

    def issue(self, change: UserIdClaims, *, now: int) -> tuple[str, int]:
        """Return a new token and its lifetime in seconds."""
        supplier, account_id, change_id = change
        return self._state.issue({"supplier": supplier, "account": account_id, "change": change_id}, now=now)

    def read(self, token: str, *, now: int) -> UserIdClaims:
        """Return which change goes on; NewUserIdInvalid, or …Expired for a token that was good."""
        claims = self._state.read(token, now=now)
        return UserIdClaims(claims["supplier"], claims["account"], claims["change"])
