import pytest

from crm_import.columns import understand
from crm_import.mapping import load
from crm_import.survey import NotAnExport

from .conftest import HEADER

SUPPLIERS = load()
NAMES = HEADER.split(";")


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_separator_is_found_in_the_header(delimiter: str) -> None:
    header = understand(delimiter.join(NAMES), SUPPLIERS)
    assert header.delimiter == delimiter
    assert header.layouts["unogas-energia"].positions["status"] == 10


def test_columns_are_found_in_any_order_and_spelling() -> None:
    names = [
        "Stato",
        "Cod. Cliente",
        "fornitore",
        "Tipo",
        "Cognome",
        "Nomè",
        "ragione sociale",
        "CODICE-FISCALE",
        "P.IVA",
    ]
    header = understand(";".join(f'"{name}"' for name in names), SUPPLIERS)
    positions = header.layouts["unogas-energia"].positions
    assert (positions["customer_code"], positions["codice_fiscale"], positions["partita_iva"]) == (1, 7, 8)
    assert "phone" not in positions


def test_two_cells_of_the_header_may_have_line_breaks() -> None:
    names = ['"COD\nCLIENTE"', '"FORNI\nTORE"', *NAMES[2:]]
    assert understand(";".join(names), SUPPLIERS).layouts["unogas-energia"].positions["customer_code"] == 0


def test_unknown_columns_are_listed_as_ignored() -> None:
    assert understand(";".join([*NAMES, "AGENTE"]), SUPPLIERS).ignored == ["AGENTE"]


@pytest.mark.parametrize("missing", [name for name in NAMES if name not in {"FORNITORE", "TELEFONO", "EMAIL"}])
def test_a_missing_column_is_named(missing: str) -> None:
    with pytest.raises(NotAnExport, match=f"lacks {missing}"):
        understand(";".join(name for name in NAMES if name != missing), SUPPLIERS)


def test_a_header_with_a_column_twice_is_refused() -> None:
    with pytest.raises(NotAnExport, match="twice: STATO"):
        understand(";".join([*NAMES, "STATO"]), SUPPLIERS)


def test_a_row_instead_of_the_header_is_refused() -> None:
    with pytest.raises(NotAnExport, match="not a header"):
        understand("00100200301;unogas-energia;F;ROSSI;MARIO;;RSSMRA85T10H501O;;;;ATTIVO", SUPPLIERS)
