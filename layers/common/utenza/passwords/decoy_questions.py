"""Questions for addresses without account: a stranger must not learn from a question who has one.

They look like those of customers: most are Italian, some German or English, with and without capitals and question
marks. Each is composed of parts, so that no short list of questions tells accounts from other addresses. An address
always gets the same question, as an account does. So the parts and the typography must never change, neither in order
nor in number, and callers sign with the key that no rotation changes.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

# A form is lines; each line has the parts that can stand in its place, an empty one for none. The usual parts are there
# several times. A blank line ends a form. The Italian forms come first, and count twice.
FORMS = [
    [line.split("|") for line in form.splitlines()]
    for form in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split("\n\n")
]
_ITALIAN = 21
_FINAL_ACCENTS = re.compile(r"[àèìòù]\b")
_APOSTROPHES = str.maketrans({"à": "a'", "è": "e'", "ì": "i'", "ò": "o'", "ù": "u'"})


def _uncapitalised(question: str) -> str:
    return question[0].lower() + question[1:]


def _with_apostrophes(question: str) -> str:
    return _FINAL_ACCENTS.sub(lambda accent: accent[0].translate(_APOSTROPHES), question)


_ACCENTS: Sequence[Callable[[str], str]] = (str, str, _with_apostrophes)
_CAPITALS: Sequence[Callable[[str], str]] = (*(str,) * 6, *(_uncapitalised,) * 4, str.upper)
_ENDS = (*("?",) * 4, *("",) * 4, " ?")


def question_for(supplier: str, email_key: str, sign: Callable[[bytes], bytes]) -> str:
    """Return the question of this address; `sign` makes an HMAC, so nobody can predict the question without the key.

    The signed text, too, must never change.
    """
    number = int.from_bytes(sign(f"invented question\n{supplier}\n{email_key}".encode(errors="surrogatepass")))

    def chosen[T](choices: Sequence[T]) -> T:
        nonlocal number
        number, at = divmod(number, len(choices))
        return choices[at]

    question = " ".join(filter(None, map(chosen, chosen([*FORMS, *FORMS[:_ITALIAN]]))))
    for typography in (chosen(_ACCENTS), chosen(_CAPITALS)):
        question = typography(question)
    return question + chosen(_ENDS)
