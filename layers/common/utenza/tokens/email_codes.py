"""The six digits in a mail: worked out from what they belong to, so that no table and no stream ever holds them.

Who holds a token reads the id in it; the code needs the key as well (docs/adr/0006-mail.md).
"""

import hmac
from typing import Literal
from unicodedata import normalize

from utenza.tokens.key_ring import RingKey

type Purpose = Literal["confirmation", "claim", "recovery", "reclaim"]

_DIGITS = 6


def code_for(purpose: Purpose, id_: str, key: RingKey) -> str:
    """Return the code of one pending registration, recovery or reclaim, the same whenever it is asked for."""
    digest = key.sign(f"mail-code|{purpose}|{id_}".encode())
    return f"{int.from_bytes(digest) % 10**_DIGITS:0{_DIGITS}}"  # of 2^256: no code is likelier than another


def fits(typed: str, purpose: Purpose, id_: str, key: RingKey) -> bool:
    """Tell whether this is the code, whatever blanks, dashes and kinds of digit it was typed with."""
    digits = "".join(
        letter for letter in normalize("NFKC", typed) if not letter.isspace() and letter not in "-\u2010\u2013."
    )
    return hmac.compare_digest(digits.encode(errors="surrogatepass"), code_for(purpose, id_, key).encode())
