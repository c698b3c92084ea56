"""Writes the rows that were not loaded, with the reason in Italian for the people who maintain the CRM.

The corrected file can be imported as it is: the import ignores the first columns.
"""

import csv
import errno
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from crm_import.records import Record
from utenza.formulas import escaped

_OWN_COLUMNS = ("RIGA", "CAMPO", "CODICE_ERRORE", "MOTIVO")

IT_REASONS = {
    "invalid": "Il valore non va bene.",
    "unreadable": "Le virgolette della riga non sono a posto: una virgoletta dentro un testo va scritta due volte.",
    "too_few_columns": "La riga ha meno colonne dell'intestazione.",
    "too_many_columns": "La riga ha più colonne dell'intestazione: forse un separatore in un testo senza virgolette.",
    "columns_missing": "Nel file mancano le colonne previste per questo fornitore in suppliers.toml.",
    "formula": "La cella comincia come una formula di Excel.",
    "lost_character": "Un carattere è andato perso nell'esportazione (al suo posto c'è un punto interrogativo).",
    "mixed_encoding": "Il testo è in una codifica diversa dal resto del file (per esempio NICOLÃ² al posto di NICOLÒ).",
    "required": "Manca un valore obbligatorio.",
    "unknown_supplier": "Il fornitore non è tra quelli di suppliers.toml, oppure non è quello indicato con --supplier.",
    "unknown_kind": "Il tipo di cliente non è tra quelli previsti in suppliers.toml.",
    "unknown_status": "Lo stato del cliente non è tra quelli previsti in suppliers.toml.",
    "invalid_customer_code": "Il codice cliente non ha la forma prevista in suppliers.toml.",
    "invalid_tax_code": "Il codice fiscale o la partita IVA non è corretto: un carattere è sbagliato o manca.",
    "invalid_name": "Il nome non va bene: mancano le lettere, oppure c'è un carattere che un nome non può avere.",
    "invalid_characters": "Il testo contiene caratteri che non si possono usare.",
    "too_long": "Il testo è troppo lungo.",
    "tax_code_missing": "Mancano sia il codice fiscale sia la partita IVA: ci vuole almeno uno dei due.",
    "conflicting_duplicate": "Il codice cliente compare già in una riga precedente del file, con dati diversi.",
}


class Rejects:
    """The rejects file: created with the first reject and readable only by its owner."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path = path
        self.reasons: Counter[tuple[str, str]] = Counter()
        self._header = header
        self._file: TextIO | None = None

    def add(self, record: Record, field: str, code: str) -> None:
        """Write one row with its reason; `field` is the column's name in the export, empty for the whole row."""
        if self._file is None:
            self._file = _open_private(self.path)
            self._write(*_OWN_COLUMNS, *self._header)
        self.reasons[field, code] += 1
        self._write(str(record.line), field, code, IT_REASONS.get(code, IT_REASONS["invalid"]), *record.cells)

    def close(self) -> None:
        """Finish the file; without a reject, remove that of an earlier run."""
        if self._file is not None:
            self._file.close()
        else:
            self.path.unlink(missing_ok=True)

    def _write(self, *cells: str) -> None:
        csv.writer(self._file, delimiter=";", lineterminator="\r\n").writerow(map(escaped, cells))  # type: ignore[arg-type]


def check_writable(path: Path, export: Path) -> None:
    """Raise OSError if the rejects file cannot be written or is the export itself."""
    existed = path.exists()
    if existed and path.samefile(export):
        raise OSError(errno.EEXIST, "is the export itself")
    _open_private(path, os.O_APPEND).close()
    if not existed:
        path.unlink()


def _open_private(path: Path, how: int = os.O_TRUNC) -> TextIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | how, 0o600)
    os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="")
