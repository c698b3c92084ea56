# ruff: noqa: RUF001 - look-alikes are what is tested
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utenza.errors import InvalidValue
from utenza.identifiers import phone


@pytest.mark.parametrize(
    ("spelling", "number"),
    [
        ("0425/284604", "+390425284604"),
        ("0425/99110", "+39042599110"),
        ("(0425) 28 46 04", "+390425284604"),
        ("075-8081982", "+390758081982"),
        ("06 123456", "+3906123456"),
        ("02.1234.5678", "+390212345678"),
        ("039 2345678", "+390392345678"),  # Monza, not the country code
        ("+39 395 4276948", "+393954276948"),
        ("3869285853", "+393869285853"),
        ("393 1234567", "+393931234567"),
        ("335 123456", "+39335123456"),  # the oldest mobiles have nine digits
        ("393331234567", "+393331234567"),
        ("390425284604", "+390425284604"),  # too long to be anything but a number with its country code
        ("0039 333 1234567", "+393331234567"),
        ("(+39) 333-1234567", "+393331234567"),
        ("+(39) 333 1234567", "+393331234567"),
        ("(0039)3331234567", "+393331234567"),
        ("+39 (0)2 1234567", "+39021234567"),
        ("+39 (0425) 284604", "+390425284604"),
        ("+39 (0)331 234567", "+390331234567"),
        ("+39 (0)333 1234567", "+393331234567"),
        ("(0)425 284604", "+390425284604"),
        ("800 123 456", "+39800123456"),
        ("+39\u00a0333\u20111234567\u200b", "+393331234567"),
        ("+43 (0)512 123456", "+43512123456"),
        ("0043 (0) 512 / 123456", "+43512123456"),
        ("+49 0171 1234567", "+491711234567"),
        ("+44 (0)20 7946 0018", "+442079460018"),
        ("+1 (212) 555-0123", "+12125550123"),
        ("+41 79 123 45 67", "+41791234567"),
        ("+386 (0)31 123 456", "+38631123456"),
        ("+378 (0)549 882345", "+3780549882345"),
        ("+355 69 123 4567", "+355691234567"),
        ("+225 07 12345678", "+2250712345678"),
        ("+43 1 2345", "+4312345"),  # Viennese numbers may be short
        ("+881 6 3163 1234", "+881631631234"),  # a satellite
    ],
)
def test_usual_spellings_become_e164(spelling: str, number: str) -> None:
    assert phone.validate(spelling) == number
    assert phone.validate(number) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "00",
        "()",
        "12345",
        "0",
        "04251",
        "1234567890",
        "333 12345",
        "33312345678",  # a mobile number's mailbox
        "899 123456",  # premium rate
        "0333 1234567",  # no such area
        "3012345678",  # no such mobile network
        "+33 31234567",
        "0425/284604 - 3331234567",
        "+39 1234567",
        "+0039 333 1234567",
        "++39 333 1234567",
        "+39 +39 3331234567",
        "+210 1234567",
        "+999 12345678",
        "+43 123",
        "+43 12345678901234",
        "333 123456x",
        "tel. 3331234567",
        "tel:+393331234567",
        "333 1234567 int. 2",
        "333 1234567x2",
        "800 FLOWERS",
        "３３３1234567",
        "٣٣٣1234567",
        "+43 １２３４５６７",
        "333_1234567",
        "\ud800",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"^invalid_phone$"):
        phone.validate(text)
    assert not phone.is_valid(text)


_NATIONAL = st.from_regex(r"0(2|11|425|471|6[1-5])[1-9][0-9]{4,6}|3[2-9][0-9]{7,8}", fullmatch=True)


@given(
    _NATIONAL, st.sampled_from(["", "+39", "0039", "+39 ", "(+39)"]), st.sampled_from("/.- \u00a0"), st.integers(1, 4)
)
def test_prefix_and_separators_make_no_difference(national: str, prefix: str, separator: str, place: int) -> None:
    assert phone.validate(f"{prefix}{national[:place]}{separator}{national[place:]}") == f"+39{national}"


@given(st.text("0123456789+()/ .-", max_size=24))
def test_an_accepted_number_is_e164_and_stays_the_same(text: str) -> None:
    if phone.is_valid(text):
        number = phone.validate(text)
        assert number[0] == "+"
        assert number[1:].isdigit()
        assert 7 <= len(number[1:]) <= 15
        assert phone.validate(number) == number
