"""The six digits in a mail: worked out from what they belong to, so that no table and no stream ever holds them.

Who holds a token reads the id in it; the code needs the key as well (docs/adr/0006-mail.md). The key is the one that
was current when the code's id was made: its own id is stored beside the code's (docs/adr/0018-keys-that-rotate.md).

A mail may also hold a long code of the same id, which nobody guesses however often they try
(docs/adr/0024-a-code-that-nobody-guesses.md).
"""

import hmac
from typing import Literal
from unicodedata import normalize

from utenza.identifiers.separators import drop_separators
from utenza.tokens.key_ring import KeyRing, RingKey

type Purpose = Literal["confirmation", "claim", "recovery", "reclaim", "user_id", "supply"]

_DIGITS = 6
_LONG_DIGITS = 16
_NO_KEY = RingKey("no code fits")


def code_for(purpose: Purpose, id_: str, key: RingKey) -> str:
    """Return the code of one pending registration, user id, recovery or reclaim, the same whenever it is asked for."""
    return _digits(_DIGITS, key.sign(f"mail-code|{purpose}|{id_}".encode()))


def long_code_for(purpose: Purpose, id_: str, key: RingKey) -> str:
    """Return the long code of the same id, sixteen digits in four groups."""
    digits = _digits(_LONG_DIGITS, key.sign(f"long-mail-code|{purpose}|{id_}".encode()))
    return " ".join(digits[start : start + 4] for start in range(0, _LONG_DIGITS, 4))


def key_of(key_id: str, keys: KeyRing, *, now: int) -> RingKey | None:
    """Return the key that is stored beside a code's id; None when it left the ring, so that no code fits any more.

    What an earlier version stored names no key. Its codes are the lasting key's, as long as that one still verifies.
    """
    return keys.find(key_id or keys.lasting(now=now).key_id, now=now)


def fits(typed: str, purpose: Purpose, id_: str, key: RingKey | None) -> bool:
    """Tell whether this is the code, whatever blanks, dashes and kinds of digit it was typed with.

    So are characters that nobody sees: a code is copied from a mail. Without a key nothing fits, after the same work.
    """
    return _fits(typed, code_for(purpose, id_, key or _NO_KEY), key)


def fits_long(typed: str, purpose: Purpose, id_: str, key: RingKey | None) -> bool:
    """Tell the same of the long code."""
    return _fits(typed, drop_separators(long_code_for(purpose, id_, key or _NO_KEY)), key)


def _fits(typed: str, code: str, key: RingKey | None) -> bool:
    digits = drop_separators(normalize("NFKC", typed))
    return hmac.compare_digest(digits.encode(errors="surrogatepass"), code.encode()) and key is not None


def _digits(count: int, digest: bytes) -> str:
    return f"{int.from_bytes(digest) % 10**count:0{count}}"  # of 2^256: no code is likelier than another
