# ruff: noqa: RUF001 - look-alikes are what is tested
from collections.abc import Iterable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.it import codicefiscale

from utenza.errors import InvalidValue
from utenza.identifiers import codice_fiscale

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGIT_PLACES = (6, 7, 9, 10, 12, 13, 14)
_DAYS = st.sampled_from([*range(1, 29), *range(41, 69)])  # every month has them


def _with_check(code: str) -> str:
    return code + codicefiscale.calc_check_digit(code)


def _omocode(code: str, places: Iterable[int]) -> str:
    characters = list(code)
    for place in places:
        characters[place] = "LMNPQRSTUV"[int(code[place])]
    return "".join(characters)


@st.composite
def _codes(draw: st.DrawFn, *, days: st.SearchStrategy[int] = st.integers(0, 71)) -> str:  # noqa: B008 - a constant
    """Draw a code with the right check letter; its day may not exist, and digits may be letters (omocodia)."""
    letters = draw(st.text(_LETTERS, min_size=6, max_size=6))
    year, day, place = draw(st.integers(0, 99)), draw(days), draw(st.integers(0, 999))
    month, town = draw(st.sampled_from("ABCDEHLMPRST")), draw(st.sampled_from(_LETTERS))
    code = f"{letters}{year:02}{month}{day:02}{town}{place:03}"
    return _with_check(_omocode(code, draw(st.sets(st.sampled_from(_DIGIT_PLACES)))))


@pytest.mark.parametrize(
    "code",
    [
        "RSSMRA85T10A562S",
        "MRTMTT91D08F205J",  # Wikipedia
        "RCCMNL83S18D969H",  # python-stdnum, as the next
        "CNTCHR83T41D969D",
    ],
)
def test_published_codes_are_valid_and_no_other_check_letter_is(code: str) -> None:
    assert [letter for letter in _LETTERS if codice_fiscale.is_valid(code[:15] + letter)] == [code[15]]


def test_all_128_omocodes_of_a_code_are_valid_different_and_of_one_birth_date() -> None:
    places = [place for count in range(8) for place in combinations(_DIGIT_PLACES, count)]
    codes = {_with_check(_omocode("RSSMRA85T10A562", chosen)) for chosen in places}

    assert len(codes) == 128
    assert all(codice_fiscale.validate(code) == code for code in codes)
    assert {codice_fiscale.birth_date(code) for code in codes} == {(85, 12, 10)}


@given(_codes(days=st.integers(72, 99)))
def test_days_above_71_are_refused_also_where_stdnum_accepts_them(code: str) -> None:
    assert not codice_fiscale.is_valid(code)


@given(_codes(days=_DAYS), st.data())
def test_one_wrong_character_makes_a_code_invalid(code: str, data: st.DataObject) -> None:
    assert codice_fiscale.is_valid(code)
    place = data.draw(st.integers(0, 15))
    wrong = data.draw(st.sampled_from(_LETTERS + "0123456789").filter(lambda character: character != code[place]))

    assert not codice_fiscale.is_valid(code[:place] + wrong + code[place + 1 :])


@given(_codes(days=_DAYS))
def test_the_birth_date_is_the_one_that_the_code_spells(code: str) -> None:
    digits = code.translate(str.maketrans("LMNPQRSTUV", "0123456789"))
    year, month, day = int(digits[6:8]), "ABCDEHLMPRST".index(code[8]) + 1, int(digits[9:11])

    assert codice_fiscale.birth_date(code) == (year, month, day - 40 if day > 40 else day)


@pytest.mark.parametrize(
    ("code", "valid"),
    [("RSSMRA00B29H501", True), ("RSSMRA04B69H501", True), ("RSSMRA01B29H501", False), ("RSSMRA99B69H501", False)],
)
def test_a_29_february_needs_a_leap_year_in_some_century(code: str, valid: bool) -> None:  # noqa: FBT001
    assert codice_fiscale.is_valid(_with_check(code)) is valid


def test_an_omocode_is_not_changed_into_the_code_it_derives_from() -> None:
    base, omocode = "RSSMRA85T10A562S", _with_check("RSSMRA85T10A56N")

    assert codice_fiscale.validate(base) == base
    assert codice_fiscale.validate(omocode) == omocode
    assert codice_fiscale.birth_date(omocode) == codice_fiscale.birth_date(base) == (85, 12, 10)


def test_bodies_have_a_numeric_code_without_birth_date() -> None:
    assert codice_fiscale.validate("864 16700820") == "86416700820"
    assert codice_fiscale.birth_date("86416700820") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "RSSMRA85T10A562T",
        "RSSMRA85T10A562",
        "ſSSMRA85T10A562S",  # a long s becomes S in upper case
        "RSSMRA85T10A56２S",
        "ITRSSMRA85T10A562S",
        "IT86416700820",
        "86416700821",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"^invalid_tax_code$"):
        codice_fiscale.validate(text)
    assert not codice_fiscale.is_valid(text)
