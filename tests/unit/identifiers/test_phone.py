# ruff: noqa: RUF001 - look-alikes are what is tested
import phonenumbers
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
        ("55 1234 5678", "+395512345678"),  # VoIP
        ("+39 55 1234 5678", "+395512345678"),
        ("178 123 4567", "+391781234567"),  # a personal number
        ("848 123 456", "+39848123456"),  # shared cost
        ("840 123 456", "+39840123456"),
        ("+683 7012", "+6837012"),
        ("00683 7012", "+6837012"),
        ("+971 0501234567", "+971501234567"),
        ("+971 (0)50 1234567", "+971501234567"),
        ("+44 020 7946 0018", "+442079460018"),
        ("0425 284604 int. 2", "+390425284604"),
        ("0425/284604 INT 12", "+390425284604"),
        ("0425 284604, interno 123", "+390425284604"),
        ("+39 0425 284604 - int.2", "+390425284604"),
        ("+43 512 123456 ext. 45", "+43512123456"),
        ("0471 123456 x45", "+390471123456"),
        ("333 1234567x2", "+393331234567"),
        ("0425 284604 (int. 2)", "+390425284604"),
        ("0425 284604 [interno n. 2]", "+390425284604"),
        ("0425 284604 #2", "+390425284604"),
        ("0425 284604 int. 2/3", "+390425284604"),
        ("0425 284604 interni 12 - 13", "+390425284604"),
        ("+390425284604;ext=12", "+390425284604"),
        ("+43 512 123456 Kl. 45", "+43512123456"),
        ("0471 123456 Nst. 12", "+390471123456"),
        ("0425 284604 r.a.", "+390425284604"),
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
        "int. 2",
        "333 int. 1234567",
        "333 1234567 int.",
        "333 1234567 int. 1234567",
        "0425 284604 int. 2 / 3331234567",
        "333 1234567 print 2",
        "333 1234567 2x",
        "333 1234567 n. 2",
        "333 1234567 ra 2",
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


def _examples() -> list[tuple[str, int]]:
    """Return a number of each country and kind that a subscriber can have, and its country code."""
    kinds = phonenumbers.PhoneNumberType
    not_ours = {kinds.UNKNOWN, kinds.PREMIUM_RATE, kinds.VOICEMAIL}
    known = (
        phonenumbers.example_number_for_type(region, kind)
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        for kind in sorted({*kinds.values()} - not_ours)
    )
    e164 = phonenumbers.PhoneNumberFormat.E164
    return [
        (phonenumbers.format_number(number, e164), number.country_code or 0)
        for number in known
        if number is not None and phonenumbers.number_type(number) not in not_ours
    ]


def test_every_number_that_the_library_knows_is_accepted_in_any_spelling() -> None:
    examples = _examples()
    assert len(examples) > 900
    for number, country in examples:
        rest = number.removeprefix(f"+{country}")
        for spelling in (number, f"00{country} {rest}", f"(+{country}) {rest[:3]}-{rest[3:]}", f"{number} int. 12"):
            assert phone.validate(spelling) == number
        if country == 39:
            assert phone.validate(rest) == number


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
