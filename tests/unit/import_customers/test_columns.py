from pathlib import Path

import pytest

from tools.import_customers.columns import understand
from tools.import_customers.mapping import mappings
from tools.import_customers.survey import NotAnExport

from .conftest import HEADER

MAPPINGS = mappings(Path("suppliers/suppliers.toml"))
NAMES = HEADER.split(";")


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_separator_is_read_off_the_header(delimiter: str) -> None:
    header = understand(delimiter.join(NAMES), MAPPINGS)
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
    header = understand(";".join(f'"{name}"' for name in names), MAPPINGS)
    positions = header.layouts["unogas-energia"].positions
    assert (positions["customer_code"], positions["codice_fiscale"], positions["partita_iva"]) == (1, 7, 8)
    assert "phone" not in positions


def test_columns_nobody_asked_for_are_named_and_not_used() -> None:
    assert understand(";".join([*NAMES, "AGENTE"]), MAPPINGS).ignored == ["AGENTE"]


@pytest.mark.parametrize("missing", [name for name in NAMES if name not in {"FORNITORE", "TELEFONO", "EMAIL"}])
def test_a_header_that_lacks_a_column_is_refused_by_its_name(missing: str) -> None:
    with pytest.raises(NotAnExport, match=f"lacks {missing}"):
        understand(";".join(name for name in NAMES if name != missing), MAPPINGS)


def test_a_header_with_a_column_twice_is_refused() -> None:
    with pytest.raises(NotAnExport, match="twice: STATO"):
        understand(";".join([*NAMES, "STATO"]), MAPPINGS)


def test_a_row_in_the_place_of_the_header_is_refused() -> None:
    with pytest.raises(NotAnExport, match="not a header"):
        understand("00100200301;unogas-energia;F;ROSSI;MARIO;;RSSMRA85T10H501O;;;;ATTIVO", MAPPINGS)
