"""What a client carries from one step to the next: one kind of token, good for one step (`audience`) alone."""

import secrets
from collections.abc import Mapping, Sequence

import jwt

from utenza.errors import UtenzaError
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.strict import Claims, Refused, claims_of, header, header_of

_ALGORITHM = "HS256"


class SignedState:
    def __init__(
        self,
        keys: KeyRing,
        typ: str,
        audience: str,
        lifetime: int,
        *,
        invalid: type[UtenzaError],
        expired: type[UtenzaError],
    ) -> None:
        """`lifetime` is in seconds; `invalid` and `expired` are the errors that `read` raises."""
        self._keys = keys
        self._typ = typ
        self._audience = audience
        self._lifetime = lifetime
        self._invalid = invalid
        self._expired = expired

    def issue(self, claims: Mapping[str, str | Sequence[str]], *, now: int) -> tuple[str, int]:
        """Return the token and its lifetime in seconds; empty claims are left out."""
        given = {name: value for name, value in claims.items() if value}
        ours = {"jti": secrets.token_hex(16), "aud": self._audience, "iat": now, "exp": now + self._lifetime}
        key = self._keys.current(now=now)
        headers = header(self._typ, _ALGORITHM, key.key_id)
        return jwt.encode(given | ours, key.secret, _ALGORITHM, headers), self._lifetime

    def read(self, token: str, *, now: int) -> Claims:
        """Return the claims; raise `expired` only for a token that was good, `invalid` for all others."""
        try:
            key = self._keys.find(str(header_of(token).get("kid")), now=now)
            if key is None:
                raise self._invalid
            expected = header(self._typ, _ALGORITHM, key.key_id)
            claims = claims_of(token, expected, key.secret, audience=self._audience)
        except Refused:
            raise self._invalid from None
        if now >= claims["exp"]:
            raise self._expired
        return claims
