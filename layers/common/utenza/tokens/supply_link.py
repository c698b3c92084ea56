"""The token between the data of somebody else's supply and the code from the mail to its holder."""

from utenza.errors import ConfirmationTokenExpired, ConfirmationTokenInvalid
from utenza.tokens.claims import SupplyLinkClaims
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.signed_state import SignedState


class SupplyLinkTokens:
    """Tokens that live as long as the request they name, which is spent in the table, not here."""

    def __init__(self, keys: KeyRing, lifetime: int) -> None:
        self._state = SignedState(
            keys,
            "supply-link+jwt",
            "supply-link",
            lifetime,
            invalid=ConfirmationTokenInvalid,
            expired=ConfirmationTokenExpired,
        )

    def issue(self, link: SupplyLinkClaims, *, now: int) -> tuple[str, int]:
        """Return a new token and its lifetime in seconds."""
        claims = {"supplier": link.supplier, "account": link.account_id, "link": link.link_id}
        return self._state.issue(claims, now=now)

    def read(self, token: str, *, now: int) -> SupplyLinkClaims:
        """Return what the token is of; ConfirmationTokenInvalid, or ConfirmationTokenExpired for one that was good."""
        claims = self._state.read(token, now=now)
        return SupplyLinkClaims(claims["supplier"], claims["account"], claims["link"])
