"""Argon2id hashes of passwords and security answers: what is stored, and how it is compared.

A login of an unknown user must take as long as one of a known user, or the time tells who has an account. So `verify`
does the same work when there is no hash.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import perf_counter
from unicodedata import normalize

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import VerifyMismatchError

from utenza.errors import InvalidValue
from utenza.passwords.cost import Cost

_SALT_BYTES = 16
_HASH_BYTES = 32

# What PasswordHasher writes and nothing else: 16 and 32 bytes of canonical base64 end in these letters. Argon2 refuses
# anything else before it does any work.
_ENCODED = re.compile(
    r"\$argon2id\$v=19\$m=[1-9][0-9]{0,6},t=[1-9][0-9]?,p=[1-9]"
    r"\$[A-Za-z0-9+/]{21}[AQgw]\$[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]"
)


class Hasher:
    """Hashes and compares secrets at one cost; ValueError if that cost is out of bounds.

    Secrets are compared in NFC, whole: never trimmed, never cut. `report` is told how many milliseconds each hash took.
    """

    def __init__(self, cost: Cost, report: Callable[[float], None] = lambda _: None) -> None:
        if not cost.is_sane():
            raise ValueError(f"argon2 parameters out of bounds: {cost}")
        self._argon2 = PasswordHasher(
            memory_cost=cost.memory_kib,
            time_cost=cost.iterations,
            parallelism=cost.parallelism,
            hash_len=_HASH_BYTES,
            salt_len=_SALT_BYTES,
            type=Type.ID,
        )
        self._report = report
        # Salt and digest are zeros: nobody can find a secret with this digest.
        self._nobody = "$argon2id$v=19$m={},t={},p={}${}${}".format(*cost, "A" * 22, "A" * 43)

    def hash(self, secret: str) -> str:
        """Return the encoded hash with its parameters and a new salt.

        Raises InvalidValue("invalid_characters") for lone surrogates.
        """
        try:
            raw = normalize("NFC", secret).encode("utf-8")
        except UnicodeEncodeError:
            raise InvalidValue("invalid_characters") from None
        with self._timed():
            return self._argon2.hash(raw)

    def verify(self, stored: str | None, secret: str) -> bool:
        """Tell whether `stored` is a hash of `secret`; the work is the same without a hash and with an absurd one.

        A hash of another cost takes the time of that cost, until the next login replaces it.
        """
        encoded = stored if stored is not None and _is_safe(stored) else self._nobody
        # `hash` refuses lone surrogates, so a secret with one matches nothing.
        raw = normalize("NFC", secret).encode("utf-8", "surrogatepass")
        with self._timed(), suppress(VerifyMismatchError):
            return self._argon2.verify(encoded, raw)
        return False

    def needs_rehash(self, stored: str) -> bool:
        """Tell whether `stored` was made at another cost than today's, or is not a hash of ours."""
        return not _is_safe(stored) or self._argon2.check_needs_rehash(stored)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        began = perf_counter()
        yield
        self._report((perf_counter() - began) * 1000)


def _is_safe(stored: str) -> bool:
    """Tell whether `stored` is a hash of ours that does not cost too much to compare."""
    if _ENCODED.fullmatch(stored) is None:
        return False
    parameters = extract_parameters(stored)
    return Cost(parameters.memory_cost, parameters.time_cost, parameters.parallelism).is_sane()
