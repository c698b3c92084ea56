"""Questions for addresses without account: a stranger must not learn from a question who has one.

They look like those of customers: most are Italian, some German or English, with and without capitals and question
marks. An address always gets the same question, as an account does. So the list must never change, neither in order nor
in number, and callers sign with the key that no rotation changes.
"""

from collections.abc import Callable
from pathlib import Path

QUESTIONS = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()


def question_for(supplier: str, email_key: str, sign: Callable[[bytes], bytes]) -> str:
    """Return the question of this address; `sign` makes an HMAC, so nobody can predict the question without the key.

    The signed text, too, must never change.
    """
    signature = sign(f"invented question\n{supplier}\n{email_key}".encode(errors="surrogatepass"))
    return QUESTIONS[int.from_bytes(signature) % len(QUESTIONS)]
