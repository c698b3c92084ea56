# ruff: noqa: RUF001 - look-alikes are what is tested
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.it import iva

from utenza.errors import InvalidValue
from utenza.identifiers import partita_iva

_OFFICES = [*(f"{n:03}" for n in range(1, 101)), "120", "121", "888", "999"]


@given(st.integers(1, 9_999_999), st.sampled_from(_OFFICES), st.integers(0, 9))
def test_numbers_of_known_offices_are_judged_as_by_stdnum(serial: int, office: str, check: int) -> None:
    number = f"{serial:07}{office}{check}"

    assert partita_iva.is_valid(number) == iva.is_valid(number)


@given(st.text("0123456789", max_size=13))
def test_any_other_digits_need_eleven_of_them_and_a_check_digit(digits: str) -> None:
    expected = len(digits) == 11 and luhn.is_valid(digits) and int(digits[:7]) > 0

    assert partita_iva.is_valid(digits) == expected


@pytest.mark.parametrize(
    "spelling", ["00743110157", "IT00743110157", "it 00743 110157", " 007.431.101-57\t", "IT\u00a000743–110157"]
)
def test_blanks_dots_dashes_and_the_country_prefix_do_not_count(spelling: str) -> None:
    assert partita_iva.validate(spelling) == "00743110157"


@pytest.mark.parametrize(
    "text", ["", "IT", "ITIT00743110157", "00743110158", "00000000000", "０0743110157", "DE00743110157", "٠٠٧٤٣١١٠١٥٧"]
)
def test_what_is_not_a_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"^invalid_tax_code$"):
        partita_iva.validate(text)
    assert not partita_iva.is_valid(text)
