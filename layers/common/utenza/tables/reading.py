"""Records out of items: pydantic checks what a table holds, and ignores what a later version added."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pydantic import TypeAdapter


def reader[T: NamedTuple](kind: type[T]) -> Callable[[Mapping[str, Any]], T]:
    """Return what makes a record of this kind from an item; pydantic's ValidationError when the item holds none."""
    adapter, fields = TypeAdapter(kind), kind._fields

    def read(item: Mapping[str, Any]) -> T:
        return adapter.validate_python({name: item[name] for name in fields if name in item})

    return read
