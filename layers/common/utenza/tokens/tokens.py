"""Signed tokens, and the only module that knows JOSE (RFC 7515, 7519, 9068; docs/adr/0003-tokens.md).

A key and a kind of token have exactly one header, so the header of what comes in is compared, never parsed: no sender
chooses `alg`, `typ`, `crit` or `jwk`. JSON is parsed only under a right signature, and so has the claims that we wrote;
a change of claims needs another `typ`.
"""

import json
import os
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from utenza import base64url
from utenza.errors import AccessTokenInvalid, StepTokenExpired, StepTokenInvalid, UtenzaError
from utenza.tokens.keys import KeyRing, SigningKey

_MAX_SIZE = 4096  # characters; ours have under 1,000

type Claims = dict[str, Any]


class StepClaims(NamedTuple):
    """`expires_at` is in seconds since 1970, `phone` is E.164 or empty."""

    token_id: str
    supplier: str
    customer_code: str
    phone: str
    expires_at: int


class AccessClaims(NamedTuple):
    """Times are in seconds since 1970."""

    token_id: str
    account_id: str
    supplier: str
    issued_at: int
    expires_at: int

    @property
    def generation(self) -> int:
        """The generation of the account's password, which the token's id begins with: it ends with the password."""
        return int(self.token_id.partition("-")[0])


class SignedState:
    """What a client carries from one step to the next: one kind of token, good for one step (`audience`) alone."""

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
        self._keys = keys
        self._typ = typ
        self._audience = audience
        self._lifetime = lifetime
        self._invalid = invalid
        self._expired = expired

    def issue(self, claims: Mapping[str, str], *, now: int) -> tuple[str, int]:
        """Return the token and its lifetime in seconds; claims that are empty are left out."""
        given = {name: value for name, value in claims.items() if value}
        ours = {"jti": _new_id(), "aud": self._audience, "iat": now, "exp": now + self._lifetime}
        key = self._keys.current(now=now)
        message = _message(self._typ, given | ours, key)
        return _token(message, key.sign(message.encode())), self._lifetime

    def read(self, token: str, *, now: int) -> Claims:
        """Return the claims; `expired` only for a token that was good, `invalid` for all others."""
        header = _header_of(token)
        key = self._keys.find(lambda key: _header(self._typ, key) == header, now=now)
        claims = _claims(token, key) if key else None
        if claims is None or claims["aud"] != self._audience:
            raise self._invalid
        if now >= claims["exp"]:
            raise self._expired
        return claims


class StepTokens:
    """The state between the two steps of a registration; who only reads needs no lifetime."""

    def __init__(self, keys: KeyRing, lifetime: int = 0) -> None:
        self._state = SignedState(
            keys, "step+jwt", "credentials", lifetime, invalid=StepTokenInvalid, expired=StepTokenExpired
        )

    def issue(self, supplier: str, customer_code: str, phone: str, *, now: int) -> tuple[str, int]:
        """Return a new token and its lifetime in seconds."""
        return self._state.issue({"supplier": supplier, "code": customer_code, "phone": phone}, now=now)

    def read(self, token: str, *, now: int) -> StepClaims:
        """Return what step one found; StepTokenInvalid, or StepTokenExpired for a token that was good."""
        claims = self._state.read(token, now=now)
        return StepClaims(claims["jti"], claims["supplier"], claims["code"], claims.get("phone", ""), claims["exp"])


class AccessTokens:
    """Access tokens as RFC 9068 has them; who only reads needs no lifetime."""

    def __init__(self, signing_key: SigningKey, *, audience: str, lifetime: int = 0) -> None:
        self._signing_key = signing_key
        self._audience = audience
        self._lifetime = lifetime

    async def issue(self, account_id: str, supplier: str, *, generation: int, issuer: str, now: int) -> tuple[str, int]:
        """Return a new token and its lifetime in seconds."""
        claims = {
            "iss": issuer,
            "sub": account_id,
            "aud": self._audience,
            "supplier": supplier,
            "iat": now,
            "exp": now + self._lifetime,
            "jti": f"{generation}-{_new_id()}",
        }
        message = _message("at+jwt", claims, self._signing_key)
        return _token(message, await self._signing_key.sign(message.encode())), self._lifetime

    def read(self, token: str, *, issuer: str, now: int) -> AccessClaims:
        """Return whom the token speaks for; AccessTokenInvalid also when it has expired or is another issuer's."""
        key = self._signing_key.public_key()
        claims = _claims(token, key) if _header_of(token) == _header("at+jwt", key) else None
        if claims is None or (claims["iss"], claims["aud"]) != (issuer, self._audience) or now >= claims["exp"]:
            raise AccessTokenInvalid
        return AccessClaims(claims["jti"], claims["sub"], claims["supplier"], claims["iat"], claims["exp"])


class _Named(Protocol):
    @property
    def algorithm(self) -> str: ...
    @property
    def key_id(self) -> str: ...


class _Verifier(_Named, Protocol):
    def verify(self, message: bytes, signature: bytes, /) -> bool: ...


def _new_id() -> str:
    return os.urandom(16).hex()


def _message(typ: str, claims: Claims, key: _Named) -> str:
    return f"{_header(typ, key)}.{_encoded(claims)}"


def _token(message: str, signature: bytes) -> str:
    return f"{message}.{base64url.encode(signature)}"


def _claims(token: str, key: _Verifier) -> Claims | None:
    """Return the claims under a right signature, None under any other."""
    message, _, signature = token.rpartition(".")
    try:
        if not key.verify(message.encode(), base64url.decode(signature)):
            return None
    except ValueError:  # letters that are not base64url, or that no encoding has
        return None
    claims: Claims = json.loads(base64url.decode(message.partition(".")[2]))
    return claims


def _header(typ: str, key: _Named) -> str:
    return _encoded({"alg": key.algorithm, "kid": key.key_id, "typ": typ})


def _header_of(token: str) -> str:
    """Return the first part, nothing for what is longer than any token of ours."""
    return token.partition(".")[0] if len(token) <= _MAX_SIZE else ""


def _encoded(content: Mapping[str, Any]) -> str:
    return base64url.encode(json.dumps(content, separators=(",", ":")).encode())
