# ruff: noqa: RUF001 - look-alikes are what is tested
"""Real names by the hundred: each in fourteen spellings is itself, and no other; no hint is false.

What a name or a code has to be is worked out here a second time, without the code that is tested.
"""

import random
import re
from collections.abc import Iterable, Iterator
from itertools import chain, product
from pathlib import Path
from unicodedata import combining, normalize

from stdnum.it import codicefiscale

from utenza.customers import person_names
from utenza.customers.tax_code_names import goes_with_name
from utenza.identifiers import codice_fiscale

_TEXT = (Path(__file__).parent / "names.txt").read_text(encoding="utf-8").partition("[surnames]\n")[2]
SURNAMES, FIRST_NAMES = ([*dict.fromkeys(part.replace("_", " ") for part in text.split())]
                         for text in _TEXT.split("[first names]\n"))  # fmt: skip
_LONG = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "đ": "dj", "ə": "e"}
_PLAIN = {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ə": "a"}


def _bare(text: str) -> str:
    """Return Latin letters without accents, in the case that they have."""
    plain = (_plain(letter) for letter in normalize("NFC", text))
    return "".join(part for part in normalize("NFD", "".join(plain)) if not combining(part))


def _plain(letter: str) -> str:
    found = _PLAIN.get(letter.lower(), letter.lower())
    return found if letter == letter.lower() else found.upper()


def spellings_of(name: str) -> Iterator[str]:
    """Yield fourteen usual spellings of a name."""
    middle = len(name) // 2
    yield from (name.upper(), name.lower(), name.title(), normalize("NFD", name), _bare(name))
    yield from (name.replace("'", "\u2019"), name.replace("'", "`"), name.replace("'", ""))
    yield from (name.replace(" ", "\u00a0 "), name.replace(" ", "-"), re.sub("[ -]", "", name))
    yield from (
        f"{name[:middle]}\u00ad{name[middle:]}",
        f"\u202a {name}\u202c\u200b",
        re.sub(r"[àèéìòù]\b", lambda found: _bare(found[0]) + "'", name),
    )


def _keys(name: str) -> set[str]:
    """Return what a name can be without case, accents and signs, both ways where a letter has two."""
    letters = [letter for letter in normalize("NFC", name).casefold() if letter.isalpha()]
    ways = [{_bare(letter), _LONG.get(letter, _bare(letter))} for letter in letters]
    return set(map("".join, product(*ways)))


def wrong_matches(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return all pairs of names that are compared as one and are not."""
    by_form: dict[str, list[str]] = {}
    wrong = []
    for name in names:
        for form in person_names.forms(name):
            for other in by_form.setdefault(form, []):
                wrong += [(name, other)] * _keys(name).isdisjoint(_keys(other))
            by_form[form].append(name)
    return wrong


def lost_spellings(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the spellings of names that do not match them."""
    return [
        (name, spelling)
        for name in names
        for spelling in spellings_of(name)
        if person_names.forms(name).isdisjoint(person_names.forms(spelling))
    ]


def _letters(name: str, *, is_first: bool) -> str:
    """Return the three letters of a codice fiscale (decreto ministeriale 23 dicembre 1976)."""
    letters = [letter for letter in _bare(name).upper() if letter.isalpha()]
    consonants = [letter for letter in letters if letter not in "AEIOU"]
    vowels = [letter for letter in letters if letter in "AEIOU"]
    if is_first and len(consonants) > 3:
        del consonants[1]
    return "".join([*consonants, *vowels, *"XXX"])[:3]


def false_hints(people: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return first name, last name and code of people whose own code would not go with their name."""
    false = []
    for first, last in people:
        # Today's rule, the first words alone, and the old rule: no letters with an accent.
        for names in (
            (first, last),
            (first.split()[0], last),
            (first, last.split()[0]),
            (_unaccented(first), _unaccented(last)),
        ):
            code = f"{_letters(names[1], is_first=False)}{_letters(names[0], is_first=True)}85T10A562"
            code += codicefiscale.calc_check_digit(code)
            false += [
                (one, other, code)
                for one, other in ((first, last), (last.upper(), first.upper()))
                if not goes_with_name(code, one, other)
            ]
    return false


def _unaccented(name: str) -> str:
    """Return a name without letters that have an accent; a dotless i and ß have none, and are others in capitals."""
    return name if {*"ıß"} & {*name} else "".join(letter for letter in name if letter.isascii()) or "X"


def test_every_name_is_itself_in_fourteen_spellings() -> None:
    assert len(SURNAMES) > 350
    assert len(FIRST_NAMES) > 150
    assert len([*spellings_of("Nicolò")]) == 14
    assert lost_spellings(chain(SURNAMES, FIRST_NAMES)) == []


def test_no_two_names_are_one() -> None:
    assert wrong_matches(dict.fromkeys(chain(SURNAMES, FIRST_NAMES))) == []


def test_nobody_gets_a_false_hint() -> None:
    chosen = random.Random(13)
    assert false_hints((chosen.choice(FIRST_NAMES), chosen.choice(SURNAMES)) for _ in range(1500)) == []


_ODD = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16,
    10, 22, 25, 24, 23,
], strict=True))  # fmt: skip
_SHAPE = re.compile(
    "[A-Z]{6}(?P<year>[0-9LMNP-V]{2})(?P<month>[A-EHLMPR-T])(?P<day>[0-9LMNP-V]{2})[A-Z][0-9LMNP-V]{3}[A-Z]"
)
_DAYS = dict(zip("ABCDEHLMPRST", (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True))


def is_right(code: str) -> bool:
    """Tell by the decree alone whether a code can be somebody's."""
    found = _SHAPE.fullmatch(code)
    if not found:
        return False
    values = [_ODD[each] if at % 2 == 0 else int(each, 36) - 10 * each.isalpha() for at, each in enumerate(code[:15])]
    year, day = (int(found[part].translate(str.maketrans("LMNPQRSTUV", "0123456789"))) for part in ("year", "day"))
    day -= 40 * (day > 40)
    is_leap_day = found["month"] == "B" and day == 29
    return (
        chr(65 + sum(values) % 26) == code[15]
        and 1 <= day <= _DAYS[found["month"]]
        and (year % 4 == 0 or not is_leap_day)
    )


def mutated(count: int) -> Iterator[str]:
    """Yield codes that are right, with a letter or digit changed, or two swapped."""
    chosen = random.Random(13)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for _ in range(count):
        code = "".join(chosen.choices(letters, k=6)) + f"{chosen.randrange(100):02}{chosen.choice('ABCDEHLMPRST')}"
        code += (
            f"{chosen.choice([*range(1, 32), *range(41, 72)]):02}{chosen.choice(letters)}{chosen.randrange(1000):03}"
        )
        code += codicefiscale.calc_check_digit(code)
        yield code
        at, other = chosen.randrange(16), chosen.choice(letters + "0123456789")
        yield code[:at] + other + code[at + 1 :]
        yield code[:at] + code[at : at + 2][::-1] + code[at + 2 :]


def test_mutated_codes_are_right_or_wrong_as_the_decree_has_it() -> None:
    codes = [*mutated(2000)]
    assert [code for code in codes if codice_fiscale.is_valid(code) != is_right(code)] == []
    assert 2000 < sum(map(is_right, codes)) < 3000
