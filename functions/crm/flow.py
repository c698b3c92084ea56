"""Catching up on changes: those behind a cursor, in their order, each with how its customers stand now."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from typing import NamedTuple

from utenza.crm.standing import Standing, codes_of, standings
from utenza.errors import FieldError, InvalidRequest, InvalidValue
from utenza.suppliers import Suppliers
from utenza.tables.changes import AccountChange, Changes
from utenza.tables.registrations import Registrations

MOST, USUAL = 1000, 100  # changes of a page
MOST_CUSTOMERS = 2000  # of a page, about: an account may have 200, and Lambda answers 6 MB at most

_CURSOR = re.compile(r"1 ([a-z0-9-]{2,40}) ([0-9]{1,15})")


class Dependencies(NamedTuple):
    suppliers: Suppliers
    changes: Changes
    registrations: Registrations


class Question(NamedTuple):
    """What was asked for: the changes of a supplier behind a number, None for all that are kept."""

    supplier: str
    after: int | None
    limit: int


class Page(NamedTuple):
    """`next` is the cursor behind this page. `gap`: between the cursor that was given and this page some are lost."""

    changes: Sequence[tuple[AccountChange, Sequence[Standing]]]
    next: str
    more: bool
    gap: bool


def question(supplier: str, after: str, limit: str, suppliers: Suppliers) -> Question:
    """Return what three parameters ask for, "" for one that is not given; InvalidRequest with all that are wrong."""
    errors = list[FieldError]()
    known = ""
    try:
        known = suppliers.named(supplier or None).id
    except InvalidValue as error:
        errors.append(FieldError("supplier", error.code))
    number = _number_in(after, known) if after else None
    if after and known and number is None:
        errors.append(FieldError("after", "invalid"))
    count = int(limit) if re.fullmatch(r"[0-9]{1,4}", limit) else USUAL if not limit else 0
    if not 1 <= count <= MOST:
        errors.append(FieldError("limit", "invalid"))
    if errors:
        raise InvalidRequest(errors)
    return Question(known, number, count)


def catch_up(asked: Question, dependencies: Dependencies, *, now: int) -> Page:
    """Return the next page. A cursor never stops working: what was lost behind it is said with `gap`."""
    supplier, changes = asked.supplier, dependencies.changes
    after = asked.after or 0
    found, more = changes.page(supplier, after, now=now, most=asked.limit)
    gap = False
    if asked.after is not None:
        last = found[0].number - 1 if found else changes.last(supplier)
        gap = last != after
        if last < after:  # the table was restored to a time before the cursor: numbers were given again
            found, more = changes.page(supplier, 0, now=now, most=asked.limit)
        after = max(last, 0)
    told, is_cut = _with_customers(found, supplier, dependencies.registrations)
    behind = told[-1][0].number if told else after
    return Page(told, cursor(supplier, behind), more or is_cut, gap)


def cursor(supplier: str, number: int) -> str:
    return urlsafe_b64encode(f"1 {supplier} {number}".encode()).decode().rstrip("=")


def _number_in(text: str, supplier: str) -> int | None:
    """Return the number in a cursor of this supplier, None for anything else."""
    try:
        decoded = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode("ascii")
    except (NotBase64, ValueError):
        return None
    found = _CURSOR.fullmatch(decoded)
    return int(found[2]) if found and found[1] == supplier else None


def _with_customers(
    changes: Sequence[AccountChange], supplier: str, registrations: Registrations
) -> tuple[list[tuple[AccountChange, Sequence[Standing]]], bool]:
    """Return the changes with their customers, and whether some were left to the next page because those are many."""
    about, number = list[tuple[AccountChange, tuple[str, ...]]](), 0
    for change, codes in codes_of(changes, supplier, registrations):
        if about and number + len(codes) > MOST_CUSTOMERS:
            break
        about.append((change, codes))
        number += len(codes)
    of_each = dict.fromkeys(code for _, codes in about for code in codes)
    stand = {each.customer_code: each for each in standings(of_each, supplier, registrations)}
    return [(change, [stand[code] for code in codes]) for change, codes in about], len(about) < len(changes)
