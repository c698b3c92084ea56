# ruff: noqa: RUF001 - look-alikes are what is tested
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utenza.errors import InvalidValue
from utenza.identifiers import tax_code


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("rssmra85t10a562s", "RSSMRA85T10A562S"),
        (" RSS MRA 85T10 A562S ", "RSSMRA85T10A562S"),
        ("RSSMRA\u00a085T10\u2009A562\u200bS", "RSSMRA85T10A562S"),
        ("00743110157", "00743110157"),
        ("it00743110157", "00743110157"),
        ("IT 007.43110-157", "00743110157"),
        ("C.F. RSSMRA85T10A562S", "RSSMRA85T10A562S"),
        ("CF: rssmra85t10a562s", "RSSMRA85T10A562S"),
        ("Codice fiscale: RSSMRA85T10A562S", "RSSMRA85T10A562S"),
        ("P.IVA IT00743110157", "00743110157"),
        ("P. IVA: 00743110157", "00743110157"),
        ("Partita IVA 00743110157", "00743110157"),
        ("COD.FISC/P.IVA 00743110157", "00743110157"),
        ("CF00743110157", "00743110157"),
        ("CFLMRA85T10A562U", "CFLMRA85T10A562U"),
    ],
)
def test_both_codes_are_read_in_any_spelling(spelling: str, code: str) -> None:
    assert tax_code.validate(spelling) == code
    assert tax_code.is_valid(spelling)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "IT",
        "ITRSSMRA85T10A562",
        "FR00743110157",
        "RSSMRA85T10A562X",
        "００743110157",
        "ıt00743110157",
        "00743110157é",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"^invalid_tax_code$"):
        tax_code.validate(text)
    assert not tax_code.is_valid(text)


@given(st.text(max_size=20))
def test_any_text_is_accepted_or_refused(text: str) -> None:
    try:
        code = tax_code.validate(text)
    except InvalidValue as invalid:
        assert invalid.code == "invalid_tax_code"  # noqa: PT017 - most texts raise, a few do not
    else:
        assert tax_code.validate(code) == code
