# ruff: noqa: RUF001 - look-alikes are what is tested
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utenza.errors import InvalidValue
from utenza.identifiers import partita_iva


@pytest.mark.parametrize("number", ["00743110157", "07643520567", "12345670017", "86416700820"])
def test_published_numbers_are_valid_and_no_other_check_digit_is(number: str) -> None:
    assert [digit for digit in "0123456789" if partita_iva.is_valid(number[:10] + digit)] == [number[10]]


@given(st.integers(1, 9_999_999), st.integers(0, 999))
def test_every_office_is_accepted_with_the_check_digit_of_the_decree(serial: int, office: int) -> None:
    digits = f"{serial:07}{office:03}"
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[1::2])
    check = -(sum(map(int, digits[0::2])) + doubled) % 10

    assert [n for n in range(10) if partita_iva.is_valid(f"{digits}{n}")] == [check]


@given(st.text("0123456789", max_size=13).filter(lambda digits: len(digits) != 11) | st.from_regex("0{7}[0-9]{4}"))
def test_other_lengths_and_seven_leading_zeros_are_refused(digits: str) -> None:
    assert not partita_iva.is_valid(digits)


@pytest.mark.parametrize(
    "spelling", ["00743110157", "IT00743110157", "it 00743 110157", " 007.431.101-57\t", "IT\u00a000743–110157"]
)
def test_blanks_dots_dashes_and_the_country_prefix_are_dropped(spelling: str) -> None:
    assert partita_iva.validate(spelling) == "00743110157"


@pytest.mark.parametrize(
    "text", ["", "IT", "ITIT00743110157", "00743110158", "00000000000", "０0743110157", "DE00743110157", "٠٠٧٤٣١١٠١٥٧"]
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"^invalid_tax_code$"):
        partita_iva.validate(text)
    assert not partita_iva.is_valid(text)
