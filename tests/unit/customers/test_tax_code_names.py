# ruff: noqa: RUF001 - look-alikes are what is tested
import pytest
from stdnum.it import codicefiscale

from utenza.customers.tax_code_names import goes_with_name


@pytest.mark.parametrize(
    ("letters", "first_name", "last_name"),
    [
        ("RSSMRA", "Mario", "Rossi"),
        ("RSSMRA", "ROSSI", "MARIO"),
        ("RSSGFR", "Gianfranco", "Rossi"),  # four consonants and more: first, third and fourth
        ("RSSRRT", "Roberto", "Rossi"),
        ("FOXLIA", "LIA", "FO"),
        ("NCCBRN", "Bruno", "Niccolò"),
        ("NCCBRN", "BRUNO", "NICCOLO'"),
        ("DNGLCU", "Luca", "D’Angelo"),
        ("DLCNTN", "Antonio", "De Luca"),
        ("FGLHDE", "HEIDI", "FIGLIOLIA DI RONCO"),
        ("CLNSRA", "Sara", "Colonna-Rossi"),
        ("RSSSRA", "Sara", "Colonna-Rossi"),
        ("MRADTR", "Dieter", "Mair"),
        ("RUXNOE", "Noe", "Ür"),
        ("RUENOE", "Noe", "Ür"),
        ("RSSMRA", "Maria Grazia", "Rossi"),
        ("RSSMGR", "Maria Grazia", "Rossi"),
        ("VNVMRA", "Мария", "Иванова"),  # how she was transliterated cannot be told
        ("LUAMRA", "Mario", "Lùa"),
        ("LAXMRA", "Mario", "Alù"),  # old rule: letters with an accent were left out
        ("LAXMRA", "Mario", "ALU'"),
        ("LAUMRA", "Mario", "Alù"),
        ("BTEMRA", "Mario", "Betaña"),
        ("BTNMRA", "Mario", "Betaña"),
        ("RNEMRA", "Mario", "Renež"),
        ("RNZMRA", "Mario", "Renež"),
        ("MIIMRA", "Mario", "Šimić"),  # and none that has no accent
        ("ZZIMRA", "Mario", "Əziz"),
        ("ZZIMRA", "Mario", "əziz"),
        ("RSSLAX", "Alù", "Rossi"),
        ("SNGXXX", "Singh", "Singh"),  # somebody with one name
        ("SNGXXX", "-", "SINGH"),
        ("XXXSGH", "Singh", "Kaur"),
        ("LVAMRA", "Mario", "Əlva"),
    ],
)
def test_a_code_goes_with_the_name_it_was_made_of(letters: str, first_name: str, last_name: str) -> None:
    code = f"{letters}85T10A562"

    assert goes_with_name(code + codicefiscale.calc_check_digit(code), first_name, last_name)


@pytest.mark.parametrize(
    ("first_name", "last_name"),
    [
        ("Luigi", "Rossi"),
        ("Mario", "Bianchi"),
        ("Mariano", "Rosi"),
        ("", ""),
        ("", "Rossi"),
        ("Mariò", "Bïanchi"),
        ("Mario", "Ros"),
        ("Marion", "Rossi"),
    ],
)
def test_a_code_does_not_go_with_another_name(first_name: str, last_name: str) -> None:
    assert not goes_with_name("RSSMRA85T10A562S", first_name, last_name)


def test_a_numeric_code_goes_with_any_name() -> None:
    assert goes_with_name("86416700820", "Mario", "Rossi")
