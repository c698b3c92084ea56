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

_CURSOR = re.compile(r"1 ([a-z0-9-]{2,40}) ([0-9]{1,15}) ([0-9]{1,15})")


class Dependencies(NamedTuple):
    suppliers: Suppliers
    changes: Changes
    registrations: Registrations


class Place(NamedTuple):
    """Behind the change of this number, which was recorded then; behind nothing at the beginning."""

    number: int = 0
    recorded_at: int = 0


class Question(NamedTuple):
    """What was asked for: the changes of a supplier behind a place, None for all that are kept."""

    supplier: str
    after: Place | None
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
    place = _place_in(after, known) if after else None
    if after and known and place is None:
        errors.append(FieldError("after", "invalid"))
    count = int(limit) if re.fullmatch(r"[0-9]{1,4}", limit) else USUAL if not limit else 0
    if not 1 <= count <= MOST:
        errors.append(FieldError("limit", "invalid"))
    if errors:
        raise InvalidRequest(errors)
    return Question(known, place, count)


def catch_up(asked: Question, dependencies: Dependencies, *, now: int) -> Page:
    """Return the next page. A cursor never stops working: what was lost behind it is said with `gap`."""
    supplier, changes = asked.supplier, dependencies.changes
    is_lost = asked.after is not None and _is_lost(asked.after, supplier, changes)
    place = Place() if asked.after is None or is_lost else asked.after
    found, more = changes.page(supplier, place.number, now=now, most=asked.limit)
    told, is_cut = _with_customers(found, supplier, dependencies.registrations)
    if told:
        last = told[-1][0]
        are_missing = last.number - place.number > len(told)
        place = Place(last.number, last.recorded_at)
    else:
        counted = changes.last(supplier)
        are_missing = counted.number > place.number and counted.kept_until <= now
        place = Place(counted.number, counted.recorded_at) if are_missing else place
    gap = is_lost or (asked.after is not None and are_missing)
    return Page(told, cursor(supplier, place), more or is_cut, gap)


def cursor(supplier: str, place: Place) -> str:
    return urlsafe_b64encode(f"1 {supplier} {place.number} {place.recorded_at}".encode()).decode().rstrip("=")


def _is_lost(place: Place, supplier: str, changes: Changes) -> bool:
    """Tell whether the table was restored to a time before this place, so that numbers are given again."""
    if not place.number:
        return False
    change = changes.at(supplier, place.number)
    if change is None:  # it has expired, or is still to come
        return changes.last(supplier).number < place.number
    return change.recorded_at != place.recorded_at


def _place_in(text: str, supplier: str) -> Place | None:
    """Return the place in a cursor of this supplier, None for anything else."""
    try:
        decoded = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode("ascii")
    except (NotBase64, ValueError):
        return None
    found = _CURSOR.fullmatch(decoded)
    return Place(int(found[2]), int(found[3])) if found and found[1] == supplier else None


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
