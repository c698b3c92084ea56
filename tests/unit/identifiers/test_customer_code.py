# ruff: noqa: RUF001 - look-alikes are what is tested
import sys
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utenza.errors import InvalidValue
from utenza.identifiers import customer_code

_BLANKS = [chr(n) for n in range(sys.maxunicode + 1) if category(chr(n)) in ("Zs", "Zl", "Zp")]
_DASHES = [chr(n) for n in range(0x3000) if category(chr(n)) == "Pd" and chr(n) not in "֊־᐀᠆⸗⸚⸺⸻⹀⹝"]


@given(st.lists(st.sampled_from([*"0012AB", *_BLANKS, *_DASHES, "."]), min_size=1))
def test_only_blanks_dots_and_dashes_are_dropped(characters: list[str]) -> None:
    kept = "".join(character for character in characters if character in "012AB")

    assert customer_code.compact("".join(characters)) == kept


def test_leading_zeros_count() -> None:
    assert customer_code.validate("0012", "[0-9]+") == "0012" != customer_code.validate("12", "[0-9]+")


def test_letters_are_compared_in_upper_case() -> None:
    assert customer_code.validate("ce-12b", "[A-Z]{2}[0-9]+[A-Z]") == "CE12B"


@pytest.mark.parametrize(
    "text", ["", " - ", "1234567x", "x1234567", "123456", "1234567\u0661", "１234567", "123456\u212a"]
)
def test_the_whole_code_must_fit_the_suppliers_pattern(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"^invalid_customer_code$"):
        customer_code.validate(text, r"\d{7,11}")
    assert not customer_code.is_valid(text, r"\d{7,11}")


@pytest.mark.parametrize("text", ["ſ1", "ı1", "\u212a1", "Ａ1", "é1", "\ud8001"])
def test_letters_with_an_ascii_capital_are_refused_by_any_pattern(text: str) -> None:
    assert not customer_code.is_valid(text, ".+")


@pytest.mark.parametrize(
    "label",
    [
        "NIC ",
        "nic: ",
        "NIC/CE/Cod. cliente ",
        "NIC / CE / COD.CLIENTE: ",
        "Cod. cliente ",
        "Codice cliente: ",
        "Kundennummer ",
        "Kunden-Nr. ",
        "NIC-CE-COD.CLIENTE ",
        "CE: ",
        "N. cliente ",
        "Numero cliente: ",
        "Cliente n° ",
        "Codice: ",
        "Customer number ",
        "\u200eNIC\u00a0",
    ],
)
def test_a_label_that_was_copied_along_is_dropped(label: str) -> None:
    assert customer_code.validate(f"{label}00100200302", "[0-9A-Z]{5,16}") == "00100200302"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("NIC00100", "NIC00100"), ("CE 12345", "CE12345"), ("NIC CEAB", "NICCEAB"), ("COD 123", "COD123")],
)
def test_a_code_that_only_begins_like_a_label_is_whole(typed: str, code: str) -> None:
    assert customer_code.validate(typed, "[0-9A-Z]{5,16}") == code
