"""Cells that a spreadsheet would take for a formula: an apostrophe before them makes them texts."""

from unicodedata import normalize

from utenza.identifiers.separators import clean

_STARTS = ("=", "+", "-", "@")


def is_formula(cell: str) -> bool:
    """Tell whether a spreadsheet may read a formula, also behind blanks or in full-width characters (`＝1+1`)."""  # noqa: RUF002 - meant
    return cell.startswith(("\t", "\r", "\n")) or normalize("NFKC", clean(cell)).startswith(_STARTS)


def escaped(cell: str) -> str:
    """Return the cell with an apostrophe before a formula."""
    return f"'{cell}" if is_formula(cell) else cell


def unescaped(cell: str) -> str:
    """Return the cell without the apostrophe of `escaped`."""
    text = cell.lstrip()
    return text[1:] if text.startswith("'") and is_formula(text[1:]) else cell
