"""CRM exports of any length, with invented customers whose tax codes have the right check characters."""

import csv
import itertools
import random
from pathlib import Path

from stdnum import luhn
from stdnum.it import codicefiscale

_HEADER = "COD_CLIENTE;FORNITORE;TIPO;COGNOME;NOME;RAGIONE_SOCIALE;COD_FISCALE;PARTITA_IVA;TELEFONO;EMAIL;STATO\r\n"
_SUPPLIERS = ("unogas-energia", "unogas-gas-e-luce")
_FIRST = ("MARIO", "MARIA GRAZIA", "NICOLO'", "LIA", "GIAN LUCA", "JOSÉ", "FRANCESCA", "ÉLODIE")
_LAST = ("ROSSI", "DE LUCA", "D'ANGELO", "MARCHETTI", "ESPOSITO", "LO PRESTI", "ZÀNOLI", "MÜLLER")
_COMPANIES = ("OFFICINE RIZZO S.R.L.", "HOTEL ROMANO & FIGLI S.A.S.", "CONDOMINIO VIA ROMA 12", "PANIFICIO MORETTI")


def write(file: Path, rows: int, *, supplier: str = "", night: bool = False) -> None:
    """Write an export with so many customers, one in ten a company; the same content for the same number.

    They are those of one supplier, or of two. `night` is a day later: 1 % have another phone, 0.5 % are gone.
    """
    suppliers = (supplier,) if supplier else _SUPPLIERS
    choose = random.Random(rows).choice  # noqa: S311 - invented customers
    personal, numeric = _personal_codes(), _numeric_codes()
    with file.open("w", encoding="utf-8", newline="") as output:
        output.write(_HEADER)
        writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
        for number in range(rows):
            prefix = 334 if night and number % 100 == 1 else 333
            phone = f"+39 {prefix} {number % 10_000_000:07}" if number % 3 or prefix == 334 else ""
            contact = [phone, f"cliente{number}@example.it" if number % 2 else "", "ATTIVO"]
            vat = choose(numeric)
            company = ["G", "", "", choose(_COMPANIES), vat, vat]
            person = ["F", choose(_LAST), choose(_FIRST), "", choose(personal), ""]
            code = f"0{100_000_000 + number}"
            row = [code, choose(suppliers), *(person if number % 10 else company), *contact]
            if not (night and number % 200 == 0):
                writer.writerow(row)


def _personal_codes() -> list[str]:
    """Return valid codes of whatever names: the import does not compare a row's name with its code."""
    parts = (("RSSMRA", "SPSMGR"), map(str, range(30, 99)), "AH", ("01", "10", "19"), ("H501", "F839"))
    stems = map("".join, itertools.product(*parts))
    return [stem + codicefiscale.calc_check_digit(stem) for stem in stems]


def _numeric_codes() -> list[str]:
    stems = [f"{1_000_000 + 7 * number:07}001" for number in range(500)]
    return [stem + luhn.calc_check_digit(stem) for stem in stems]
