"""The reauth token: whoever is logged in has just given the password again, for what weighs."""

from utenza.errors import ReauthTokenExpired, ReauthTokenInvalid
from utenza.tokens.claims import AccessClaims
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.signed_state import SignedState

LIFETIME = 300  # seconds, for any number of calls


class ReauthTokens:
    """Tokens bound to account, generation of the password, and session; they are worth nothing without its access."""

    def __init__(self, keys: KeyRing, lifetime: int = LIFETIME) -> None:
        self._state = SignedState(
            keys, "reauth+jwt", "reauth", lifetime, invalid=ReauthTokenInvalid, expired=ReauthTokenExpired
        )

    def issue(self, access: AccessClaims, *, now: int) -> tuple[str, int]:
        """Return a new token for the session of this access token, and its lifetime in seconds."""
        return self._state.issue(_bound_to(access), now=now)

    def check(self, token: str, access: AccessClaims, *, now: int) -> None:
        """ReauthTokenInvalid unless the token is of this session, ReauthTokenExpired for one that was good."""
        claims = self._state.read(token, now=now)
        if any(claims.get(name) != value for name, value in _bound_to(access).items()):
            raise ReauthTokenInvalid


def _bound_to(access: AccessClaims) -> dict[str, str]:
    return {
        "supplier": access.supplier,
        "account": access.account_id,
        "session": access.session_id,
        "generation": str(access.generation),
    }
