"""Which attributes are written to which items, seen at work: `DynamoDb` is asked to write them while tests run."""

import re
import sys
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from utenza.dynamodb import DynamoDb, Write
from utenza.limits.subjects import Subject

type Written = dict[str, dict[str, set[str]]]
"""The types (`S`, `N`, `L`, …) of each attribute of each kind of item."""

_SET = re.compile(r"#(\w+)\s*=\s*(.+?)(?=,\s*#\w+\s*=|\s+(?:SET|ADD|REMOVE)\b|$)")
_ADD = re.compile(r"#(\w+) :(\w+)")
_VALUE = re.compile(r":(\w+)")
_LIMITS = "utenza.limits."


@contextmanager
def recording(written: Written) -> Iterator[None]:
    """Add what our code writes meanwhile to `written`; what a test writes by itself is nobody's."""
    write, transact = DynamoDb._write, DynamoDb.transact  # noqa: SLF001 - all writes go through these two
    key, subjects = Subject.key, set[str]()

    def remembered(self: Subject) -> str:
        subjects.add(str(key.__get__(self)))
        return str(key.__get__(self))

    def recorded_write(self: DynamoDb, each: Write, **more: str) -> dict[str, Any]:
        note(written, each, _writer(), subjects)
        return write(self, each, **more)

    def recorded_transact(self: DynamoDb, *writes: Write) -> None:
        for each in writes:
            note(written, each, _writer(), subjects)
        transact(self, *writes)

    _put(recorded_write, recorded_transact, property(remembered))
    try:
        yield
    finally:
        _put(write, transact, key)


def note(written: Written, write: Write, writer: str, subjects: Container[str] = ()) -> None:
    """Add the attributes of one write by a module of ours; `subjects` are the keys of what attempts are counted of."""
    if write.kind == "Delete" or not writer.startswith("utenza."):
        return
    of = written.setdefault(_kind(write, writer, subjects), {})
    for name, kind in _attributes(write.parameters):
        of.setdefault(name, set()).add(kind)


def merge(one: Written, other: Mapping[str, Mapping[str, Any]]) -> None:
    for kind, attributes in other.items():
        for name, types in attributes.items():
            one.setdefault(kind, {}).setdefault(name, set()).update(types)


def _put(write: Any, transact: Any, key: Any) -> None:  # noqa: ANN401 - methods, and a property
    for of, name, value in ((DynamoDb, "_write", write), (DynamoDb, "transact", transact), (Subject, "key", key)):
        setattr(of, name, value)


def _writer() -> str:
    """Return the module that asked for a write."""
    frame = sys._getframe(2)  # noqa: SLF001 - inspect.stack() reads every file on the way
    while frame and frame.f_globals["__name__"] == "utenza.dynamodb":
        frame = frame.f_back  # type: ignore[assignment] # the loop ends with it
    return str(frame.f_globals["__name__"]) if frame else ""


def _kind(write: Write, writer: str, subjects: Container[str]) -> str:
    """Return what an item is: the second part of its key (`gas#account#…`), or else the table's class."""
    key = write.parameters.get("Item") or write.parameters["Key"]
    match key["pk"]["S"].split("#"), key.get("sk", {}):
        case _ if writer.startswith(_LIMITS) or (write.kind == "Update" and key["pk"]["S"] in subjects):
            return "attempts"
        case [_, kind, _, *_], _:
            return str(kind)
        case _, {"S": _}:
            return "activity"
    return writer.rpartition(".")[2]


def _attributes(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each attribute that a write sets, and its type."""
    for name, value in (parameters.get("Item") or parameters["Key"]).items():
        yield name, _type(value)
    change, values = parameters.get("UpdateExpression", ""), parameters.get("ExpressionAttributeValues", {})
    for name, source in _SET.findall(change):
        if found := _VALUE.search(source):
            yield name, _type(values[f":{found[1]}"])
    for part in re.findall(r"ADD (.+?)(?= SET| REMOVE|$)", change):
        for name, value in _ADD.findall(part):
            yield name, _type(values[f":{value}"])


def _type(value: Mapping[str, Any]) -> str:
    return next(iter(value))
