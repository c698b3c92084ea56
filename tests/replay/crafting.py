"""Tokens that nobody has issued: real ones with something changed, and some under the right key."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

type Sign = Callable[[str], bytes]

_FEW = (
    "three letters",
    "alg none",
    "crit",
    "another kid",
    "another supplier",
    "no signature",
    "four parts",
    "a letter behind",
    "padding",
    "the last letter changed, the same bytes",
    "an accent",
    "too long",
    "signed, another typ",
    "signed, crit",
    "signed, another aud",
)

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def packed(content: dict[str, Any]) -> str:
    return encode(json.dumps(content, separators=(",", ":")).encode())


def unpacked(part: str) -> dict[str, Any]:
    return dict(json.loads(decode(part)))


def hs256(key: bytes) -> Sign:
    return lambda message: hmac.digest(key, message.encode(), "sha256")


def signed(header: str, claims: str, sign: Sign) -> str:
    return f"{header}.{claims}.{encode(sign(f'{header}.{claims}'))}"


def changed(token: str, sign: Sign, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """Return a token with other members in its header and its claims, signed again."""
    head, body, _ = token.split(".")
    return signed(packed(unpacked(head) | (header or {})), packed(unpacked(body) | claims), sign)


def expired(token: str, sign: Sign) -> str:
    """Return a token whose time is up since a minute."""
    now = int(time.time())
    return changed(token, sign, iat=now - 100_000, exp=now - 60)


def same_bytes(part: str) -> str:
    """Return base64url of the same bytes, with a bit set in its last letter that no byte has."""
    return part[:-1] + _LETTERS[_LETTERS.index(part[-1]) ^ 1]


def other_bytes(part: str) -> str:
    return part[:-1] + _LETTERS[_LETTERS.index(part[-1]) ^ 32]


def unsigned_changes(token: str) -> dict[str, str]:
    """Return what somebody without the key can make of a token."""
    head, body, mark = token.split(".")
    header, claims = unpacked(head), unpacked(body)
    twice = encode(decode(head)[:-1] + b',"alg":"none"}')
    return {
        "a letter": "x",
        "dots": "..",
        "three letters": "a.b.c",
        "empty objects": "e30.e30.e30",
        "alg none": f"{packed(header | {'alg': 'none'})}.{body}.",
        "alg None": f"{packed(header | {'alg': 'None'})}.{body}.",
        "alg none, signed": f"{packed(header | {'alg': 'none'})}.{body}.{mark}",
        "alg HS256": f"{packed(header | {'alg': 'HS256'})}.{body}.{mark}x",
        "alg RS256": f"{packed(header | {'alg': 'RS256'})}.{body}.{mark}x",
        "alg in a list": f"{packed(header | {'alg': ['HS256']})}.{body}.{mark}",
        "no alg": f"{packed({'typ': header['typ'], 'kid': header['kid']})}.{body}.{mark}",
        "no header": f".{body}.{mark}",
        "an empty header": f"e30.{body}.{mark}",
        "a header that is no JSON": f"{encode(b'{')}.{body}.{mark}",
        "a header twice": f"{head}.{head}.{mark}",
        "crit": f"{packed(header | {'crit': ['exp']})}.{body}.{mark}",
        "another typ": f"{packed(header | {'typ': 'JWT'})}.{body}.{mark}",
        "another kid": f"{packed(header | {'kid': 'x'})}.{body}.{mark}",
        "kid a path": f"{packed(header | {'kid': '../../dev/null'})}.{body}.{mark}",
        "a key of its own": f"{packed(header | {'jwk': {'kty': 'oct', 'k': 'AAAA'}})}.{body}.{mark}",
        "a member twice": f"{twice}.{body}.{mark}",
        "another supplier": f"{head}.{packed(claims | {'supplier': 'unogas-gas-e-luce'})}.{mark}",
        "a later end": f"{head}.{packed(claims | {'exp': claims['exp'] + 9})}.{mark}",
        "claims that are no JSON": f"{head}.{encode(b'{')}.{mark}",
        "a list of claims": f"{head}.W10.{mark}",
        "no signature": f"{head}.{body}.",
        "two parts": f"{head}.{body}",
        "four parts": f"{token}.{mark}",
        "five parts": f"{token}.{mark}.{mark}",
        "a dot behind": f"{token}.",
        "a dot before": f".{token}",
        "a blank before": f" {token}",
        "a letter behind": f"{token}A",
        "a letter less": token[:-1],
        "half a token": token[: len(token) // 2],
        "padding": f"{token}=",
        "padding, twice": f"{token}==",
        "padding everywhere": f"{head}==.{body}==.{mark}==",
        "the last letter changed": f"{head}.{body}.{other_bytes(mark)}",
        "the last letter changed, the same bytes": f"{head}.{body}.{same_bytes(mark)}",
        "the first letter changed": f"{head}.{body}.{other_bytes(mark[0])}{mark[1:]}",
        "other capitals": token.swapcase(),
        "an accent": f"{token}è",
        "a star": f"{token}*",
        "as long as a field may be": token + "A" * (4096 - len(token)),
        "too long": token + "A" * (4097 - len(token)),
    }


def few_changes(token: str, sign: Sign) -> dict[str, str]:
    """Return the changes that tell most, for tokens that are read as others are."""
    every = unsigned_changes(token) | signed_changes(token, sign)
    return {name: every[name] for name in _FEW}


def signed_changes(token: str, sign: Sign) -> dict[str, str]:
    """Return what is not to be taken although the key is the right one."""
    head, body, _ = token.split(".")
    twice = encode(b'{"alg":"none",' + decode(head)[1:])
    return {
        "signed, another typ": changed(token, sign, {"typ": "JWT"}),
        "signed, another alg": changed(token, sign, {"alg": "HS512"}),
        "signed, alg none": changed(token, sign, {"alg": "none"}),
        "signed, another kid": changed(token, sign, {"kid": "x"}),
        "signed, crit": changed(token, sign, {"crit": ["exp"]}),
        "signed, crit of nothing": changed(token, sign, {"crit": []}),
        "signed, b64": changed(token, sign, {"b64": False}),
        "signed, a member twice": signed(twice, body, sign),
        "signed, another aud": changed(token, sign, aud="other"),
        "expired": expired(token, sign),
        "expired, and another aud": changed(token, sign, aud="other", exp=1),
        "expired, the last letter changed": other_bytes(expired(token, sign)),
    }
