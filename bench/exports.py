"""CRM exports of any length, with invented customers whose tax codes have the right check characters."""

import csv
import itertools
import random
from collections.abc import Callable
from pathlib import Path

from utenza.identifiers import codice_fiscale, partita_iva

_COLUMNS = (
    "COD_CLIENTE",
    "FORNITORE",
    "TIPO",
    "COGNOME",
    "NOME",
    "RAGIONE_SOCIALE",
    "COD_FISCALE",
    "PARTITA_IVA",
    "TELEFONO",
    "EMAIL",
    "STATO",
)
_SUPPLIERS = ("unogas-energia", "unogas-gas-e-luce")
_FIRST = ("MARIO", "MARIA GRAZIA", "NICOLO'", "LIA", "GIAN LUCA", "JOSÉ", "FRANCESCA", "ÉLODIE")
_LAST = ("ROSSI", "DE LUCA", "D'ANGELO", "MARCHETTI", "ESPOSITO", "LO PRESTI", "ZÀNOLI", "MÜLLER")
_COMPANY = (
    "OFFICINE RIZZO S.R.L.",
    "HOTEL ROMANO & FIGLI S.A.S.",
    "CONDOMINIO VIA ROMA 12",
    "PANIFICIO MORETTI S.N.C.",
)


def write(file: Path, rows: int) -> None:
    """Write an export with so many customers, one in ten a company; the same content for the same number."""
    choose = random.Random(rows)  # noqa: S311 - invented customers
    personal, numeric = _personal_codes(), _numeric_codes()
    with file.open("w", encoding="utf-8", newline="") as output:
        writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
        writer.writerow(_COLUMNS)
        for number in range(rows):
            code, supplier = f"0{100_000_000 + number}", choose.choice(_SUPPLIERS)
            phone = f"+39 333 {number % 10_000_000:07}" if number % 3 else ""
            contact = [phone, f"cliente{number}@example.it" if number % 2 else "", "ATTIVO"]
            if number % 10:
                names = [choose.choice(_LAST), choose.choice(_FIRST), ""]
                writer.writerow([code, supplier, "F", *names, choose.choice(personal), "", *contact])
            else:
                vat = choose.choice(numeric)
                writer.writerow([code, supplier, "G", "", "", choose.choice(_COMPANY), vat, vat, *contact])


def _personal_codes() -> list[str]:
    """Return a few thousand valid codes, of whatever names: a row's name is not compared with its code."""
    stems = (
        f"{name}{year:02}{month}{day:02}{town}"
        for name, year, month, day, town in itertools.product(
            ("RSSMRA", "SPSMGR", "MRCLIA", "DNGNCL"), range(30, 99), "AH", range(1, 29, 9), ("H501", "F839")
        )
    )
    return [_completed(stem, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", codice_fiscale.is_valid) for stem in stems]


def _numeric_codes() -> list[str]:
    return [_completed(f"{1_000_000 + 7 * number:07}001", "0123456789", partita_iva.is_valid) for number in range(500)]


def _completed(stem: str, endings: str, is_valid: Callable[[str], bool]) -> str:
    return next(stem + ending for ending in endings if is_valid(stem + ending))
