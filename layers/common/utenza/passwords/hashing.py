"""Argon2id for passwords and answers: what is stored, how it is compared, and the same work when there is nothing.

A user nobody knows must cost what a known one costs, or the time would tell them apart.
"""

import os
import re
from base64 import b64decode, b64encode
from hmac import compare_digest
from typing import NamedTuple
from unicodedata import normalize

from utenza import argon2id
from utenza.errors import InvalidValue

_SALT_BYTES = 16
_HASH_BYTES = 32
_MOST_MEMORY_KIB = 256 * 1024
_MOST_ITERATIONS = 10
_MOST_PARALLELISM = 4

# What `Hasher` writes and nothing else: 16 and 32 bytes of canonical base64 end in these letters.
_ENCODED = re.compile(
    r"\$argon2id\$v=19\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]?),p=([1-9])"
    r"\$([A-Za-z0-9+/]{21}[AQgw])\$([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048])"
)
_FORMAT = "$argon2id$v=19$m={},t={},p={}${}${}"


class Cost(NamedTuple):
    """Argon2's parameters; memory in KiB, at least 8 for each lane, at most 256 MiB, 10 iterations and 4 lanes."""

    memory_kib: int
    iterations: int
    parallelism: int

    def is_sane(self) -> bool:
        """Tell whether one hash at this cost is neither impossible nor able to exhaust a function."""
        return (
            8 * self.parallelism <= self.memory_kib <= _MOST_MEMORY_KIB
            and 1 <= self.iterations <= _MOST_ITERATIONS
            and 1 <= self.parallelism <= _MOST_PARALLELISM
        )


class _Stored(NamedTuple):
    cost: Cost
    salt: bytes
    digest: bytes


class Hasher:
    """Hashes and compares secrets at one cost; ValueError if that cost is out of bounds.

    Secrets are compared in NFC, whole: never trimmed, never cut.
    """

    def __init__(self, cost: Cost) -> None:
        if not cost.is_sane():
            raise ValueError(f"argon2 parameters out of bounds: {cost}")
        self._cost = cost
        self._nobody = _Stored(cost, bytes(_SALT_BYTES), bytes(_HASH_BYTES))  # of no secret that anybody can find

    def hash(self, secret: str) -> str:
        """Return the encoded hash with its parameters and a new salt; InvalidValue for lone surrogates."""
        try:
            raw = normalize("NFC", secret).encode("utf-8")
        except UnicodeEncodeError:
            raise InvalidValue("invalid_characters") from None
        salt = os.urandom(_SALT_BYTES)
        return _FORMAT.format(*self._cost, _encoded(salt), _encoded(_digest(raw, salt, self._cost)))

    def verify(self, stored: str | None, secret: str) -> bool:
        """Tell whether `stored` was made of `secret`, after the same work when there is no hash or no sane one.

        A hash made at another cost takes that cost's time, until the next login makes it anew.
        """
        right = (stored is not None and _parsed(stored)) or self._nobody
        # No hash was ever made of a lone surrogate, so one that is passed on cannot match.
        raw = normalize("NFC", secret).encode("utf-8", "surrogatepass")
        return compare_digest(_digest(raw, right.salt, right.cost), right.digest)

    def needs_rehash(self, stored: str) -> bool:
        """Tell whether `stored` was made at another cost than today's."""
        parsed = _parsed(stored)
        return parsed is None or parsed.cost != self._cost


def _digest(raw: bytes, salt: bytes, cost: Cost) -> bytes:
    return argon2id.digest(raw, salt, size=_HASH_BYTES, **cost._asdict())


def _parsed(stored: str) -> _Stored | None:
    """Take a hash apart; None if it is not one of ours, or would cost too much to compare."""
    parts = _ENCODED.fullmatch(stored)
    if parts is None:
        return None
    *numbers, salt, digest = parts.groups()
    cost = Cost(*map(int, numbers))
    return _Stored(cost, b64decode(salt + "=="), b64decode(digest + "=")) if cost.is_sane() else None


def _encoded(content: bytes) -> str:
    return b64encode(content).decode("ascii").rstrip("=")
