"""Argon2id for passwords and answers: what is stored, how it is compared, and the same work when there is nothing.

A user nobody knows must cost what a known one costs, or the time would tell them apart.
"""

import os
import re
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
    r"\$[A-Za-z0-9+/]{21}[AQgw]\$[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]"
)
# A salt and a hash of zeros: well-formed, and of no secret that anybody can find.
_NOBODY = "$argon2id$v=19$m={},t={},p={}$" + "A" * 22 + "$" + "A" * 43


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


class Hasher:
    """Hashes and compares secrets at one cost; ValueError if that cost is out of bounds.

    Secrets are compared in NFC, whole: never trimmed, never cut.
    """

    def __init__(self, cost: Cost) -> None:
        if not cost.is_sane():
            raise ValueError(f"argon2 parameters out of bounds: {cost}")
        self._cost = cost
        self._nobody = _NOBODY.format(*cost)

    def hash(self, secret: str) -> str:
        """Return the encoded hash with its parameters and a new salt; InvalidValue for lone surrogates."""
        try:
            raw = normalize("NFC", secret).encode("utf-8")
        except UnicodeEncodeError:
            raise InvalidValue("invalid_characters") from None
        return argon2id.encoded_hash(raw, os.urandom(_SALT_BYTES), size=_HASH_BYTES, **self._cost._asdict())

    def verify(self, stored: str | None, secret: str) -> bool:
        """Tell whether `stored` was made of `secret`, after the same work when there is no hash or no sane one.

        A hash made at another cost takes that cost's time, until the next login makes it anew.
        """
        encoded = stored if stored is not None and _cost_of(stored) else self._nobody
        # No hash was ever made of a lone surrogate, so one that is passed on cannot match.
        raw = normalize("NFC", secret).encode("utf-8", "surrogatepass")
        return argon2id.matches(encoded, raw)

    def needs_rehash(self, stored: str) -> bool:
        """Tell whether `stored` was made at another cost than today's."""
        return _cost_of(stored) != self._cost


def _cost_of(stored: str) -> Cost | None:
    """Return the cost of a hash; None if it is not one of ours, or would cost too much to compare."""
    parts = _ENCODED.fullmatch(stored)
    if parts is None:
        return None
    cost = Cost(*map(int, parts.groups()))
    return cost if cost.is_sane() else None
