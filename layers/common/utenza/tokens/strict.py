"""PyJWT, and what RFC 8725 leaves to its callers: size, header, purpose, and one spelling for each token.

A key and a kind of token have exactly one header. Its spelling is compared as a whole, so no sender chooses `alg`,
`typ`, `crit` or `jwk`. Time is the business of the caller, who knows which error an expired token deserves.
"""

import json
from typing import Any

import jwt
from jwt.utils import base64url_encode

_MOST_CHARACTERS = 4096  # ours have under 1,000
_OPTIONS: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": ["exp", "jti"]}

type Claims = dict[str, Any]


class Refused(Exception):
    """The token is not one of ours, or not for this purpose; it is never part of the message."""


def header_of(token: str) -> dict[str, Any]:
    """Return the header that the token claims to have; Refused when it has none."""
    if len(token) > _MOST_CHARACTERS or not token.isascii():
        raise Refused
    try:
        return jwt.get_unverified_header(token)
    except jwt.InvalidTokenError:
        raise Refused from None


def header(typ: str, algorithm: str, key_id: str) -> dict[str, Any]:
    return {"alg": algorithm, "kid": key_id, "typ": typ}


def claims_of(token: str, expected: dict[str, Any], key: Any, *, audience: str, issuer: str | None = None) -> Claims:  # noqa: ANN401 - whatever PyJWT takes as a key
    """Return the claims of a token with this header, signed by this key for this audience; Refused for any other."""
    spelled = base64url_encode(json.dumps(expected, separators=(",", ":"), sort_keys=True).encode()).decode()
    if len(token) > _MOST_CHARACTERS or not token.startswith(f"{spelled}."):
        raise Refused
    try:
        decoded = jwt.decode_complete(token, key, [expected["alg"]], options=_OPTIONS, audience=audience, issuer=issuer)
    except jwt.InvalidTokenError:
        raise Refused from None
    # PyJWT also takes a signature with padding: two spellings of one token.
    if not token.endswith("." + base64url_encode(decoded["signature"]).decode()):
        raise Refused
    claims: Claims = decoded["payload"]
    if claims["aud"] != audience:  # PyJWT also takes a list that holds it
        raise Refused
    return claims
