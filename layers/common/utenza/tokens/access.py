"""Access tokens as RFC 9068 has them."""

import json
import secrets

from utenza.errors import AccessTokenInvalid
from utenza.tokens.claims import AccessClaims
from utenza.tokens.signing_key import ALGORITHM, SigningKey
from utenza.tokens.signing_keys import SigningKeys
from utenza.tokens.strict import Refused, claims_of, header, header_of

_CLIENT = "utenza"  # RFC 9068 asks for one; callers do not register here


class AccessTokens:
    def __init__(self, keys: SigningKeys, *, audience: str, lifetime: int = 0) -> None:
        """`lifetime` is in seconds; who only reads needs none."""
        self._keys = keys
        self._audience = audience
        self._lifetime = lifetime

    def issue(
        self,
        account_id: str,
        supplier: str,
        *,
        session_id: str,
        auth_time: int,
        generation: int,
        issuer: str,
        now: int,
    ) -> tuple[str, int]:
        """Return a new token and its lifetime in seconds; `auth_time` is the moment of the session's login."""
        claims = {
            "iss": issuer,
            "sub": account_id,
            "aud": self._audience,
            "client_id": _CLIENT,
            "supplier": supplier,
            "sid": session_id,
            "auth_time": auth_time,
            "amr": ["pwd"],
            "iat": now,
            "exp": now + self._lifetime,
            "jti": f"{generation}-{secrets.token_hex(16)}",
        }
        payload = json.dumps(claims, separators=(",", ":")).encode()
        key = self._keys.current(now=now)
        return key.jws.encode(payload, "", ALGORITHM, _header(key)), self._lifetime

    def read(self, token: str, *, issuer: str, now: int) -> AccessClaims:
        """Return whom the token speaks for; AccessTokenInvalid also when it has expired or is another issuer's."""
        try:
            key = self._keys.find(str(header_of(token).get("kid")), now=now)
            if key is None:
                raise AccessTokenInvalid
            claims = claims_of(token, _header(key), key.public_key(), audience=self._audience, issuer=issuer)
        except Refused:
            raise AccessTokenInvalid from None
        if now >= claims["exp"] or "sid" not in claims:  # those of earlier versions name no session
            raise AccessTokenInvalid
        return AccessClaims(
            claims["jti"], claims["sub"], claims["supplier"], claims["sid"], claims["iat"], claims["exp"]
        )


def _header(key: SigningKey) -> dict[str, str]:
    return header("at+jwt", ALGORITHM, key.key_id)
