"""What a file of TOML may hold: checks that are put together as its tables are, and say every fault with its place.

Pydantic would do this, and takes as long to start as an import takes for some thousand rows.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

type Check[T] = Callable[[object], T]
"""Returns the value as it is to be used; raises ValueError with what is wrong, Faults when it is wrong further in."""


class Fault(NamedTuple):
    """`place` leads there, by keys of tables and places in lists."""

    place: Sequence[str | int]
    reason: str


class Faults(ValueError):
    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.reason for fault in faults))
        self.faults = faults


def text(
    pattern: str = "", *, least: int = 0, most: int | None = None, check: Callable[[str], str] | None = None
) -> Check[str]:
    """Take a string in which the pattern is found, of so many characters."""
    finds = re.compile(pattern).search

    def read(value: object) -> str:
        given = _valid(value, str, "string")
        _require_length(given, "String", "character", least, most)
        if not finds(given):
            raise ValueError(f"String should match pattern '{pattern}'")
        return check(given) if check else given

    return read


def one_of[T: str](choices: Sequence[T]) -> Check[T]:
    quoted = [f"'{choice}'" for choice in choices]

    def read(value: object) -> T:
        for choice in choices:
            if value == choice:
                return choice
        raise ValueError(f"Input should be {', '.join(quoted[:-1])} or {quoted[-1]}")

    return read


def items[T](each: Check[T], *, least: int = 0, most: int | None = None) -> Check[list[T]]:
    def read(value: object) -> list[T]:
        given: list[object] = _valid(value, list, "list")
        _require_length(given, "List", "item", least, most)
        return _all((place, each, item) for place, item in enumerate(given))

    return read


def by[K: str, V](keys: Sequence[K], each: Check[V]) -> Check[dict[K, V]]:
    """Take a table of values that are all of one kind, with some of these keys."""

    def read(value: object) -> dict[K, V]:
        given: dict[K, object] = _valid(value, dict, "dictionary")
        values = _all((key, each if key in keys else _unknown, inner) for key, inner in given.items())
        return dict(zip(given, values, strict=True))

    return read


def table[T](make: Callable[..., T], fields: Mapping[str, Check[Any]], left_out: Mapping[str, object] = {}) -> Check[T]:
    """Take a table with these keys and no other, and make something of its values, in the order of the keys.

    A key that is not there is read as `left_out` says; without that it must be there.
    """

    def read(value: object) -> T:
        given = {**left_out, **_valid(value, dict, "dictionary")}
        known = [(key, check if key in given else _missing, given.get(key)) for key, check in fields.items()]
        return make(*_all([*known, *((key, _unknown, None) for key in given if key not in fields)]))

    return read


def _all[T](parts: Iterable[tuple[str | int, Check[T], object]]) -> list[T]:
    """Return every part checked; goes on behind a fault, so that all are told at once."""
    read: list[T] = []
    faults: list[Fault] = []
    for place, check, value in parts:
        try:
            read.append(check(value))
        except Faults as inner:
            faults += [Fault([place, *fault.place], fault.reason) for fault in inner.faults]
        except ValueError as error:
            faults.append(Fault([place], str(error)))
    if faults:
        raise Faults(faults)
    return read


def _valid[T](value: object, kind: type[T], name: str) -> T:
    if not isinstance(value, kind):
        raise ValueError(f"Input should be a valid {name}")  # noqa: TRY004 - the file is wrong, not the program
    return value


def _require_length(value: str | list[object], what: str, part: str, least: int, most: int | None) -> None:
    for bound, word, holds in (
        (least, "least", len(value) >= least),
        (most, "most", most is None or len(value) <= most),
    ):
        if not holds:
            raise ValueError(f"{what} should have at {word} {bound} {part}{'' if bound == 1 else 's'}")


def _missing(_value: object) -> Any:  # noqa: ANN401 - returns nothing at all
    raise ValueError("is missing")


def _unknown(_value: object) -> Any:  # noqa: ANN401 - returns nothing at all
    raise ValueError("unknown key")
