"""The reclaim token: it leads from the data on the bill to the code in the mail, and names nothing personal."""

from utenza.errors import ReclaimTokenExpired, ReclaimTokenInvalid
from utenza.tokens.claims import ReclaimClaims
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.signed_state import SignedState


class ReclaimTokens:
    """Tokens that live as long as the reclaim they name, which is spent in the table, not here."""

    def __init__(self, keys: KeyRing, lifetime: int) -> None:
        self._state = SignedState(
            keys, "reclaim+jwt", "reclaim", lifetime, invalid=ReclaimTokenInvalid, expired=ReclaimTokenExpired
        )

    def issue(self, reclaim: ReclaimClaims, *, now: int) -> tuple[str, int]:
        """Return a new token and its lifetime in seconds."""
        return self._state.issue({"supplier": reclaim.supplier, "reclaim": reclaim.reclaim_id}, now=now)

    def read(self, token: str, *, now: int) -> ReclaimClaims:
        """Return which reclaim goes on; ReclaimTokenInvalid, or ReclaimTokenExpired for a token that was good."""
        claims = self._state.read(token, now=now)
        return ReclaimClaims(claims["supplier"], claims["reclaim"])
