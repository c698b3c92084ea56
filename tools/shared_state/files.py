"""What an import leaves in the exchange bucket for its later steps and for later imports, as the import writes it."""

import gzip
import json
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from crm_import.exchange import Exchange
from crm_import.manifests import Entry
from crm_import.runs import Part, Run, SourceFile
from tools.shared_state.shapes import Shape
from utenza.objects import Missing, Objects

_TYPES = {str: "string", int: "integer", bool: "boolean", list: "array", dict: "object", type(None): "null"}
_RUN = Run(
    id="RUN",
    supplier="gas",
    mode="full",
    source=SourceFile(name="n", size=1, identity="i"),
    as_of=1,
    by="me",
    started_at=1,
    parts=1,
    cease_parts=1,
    lease="RUN",
)


def files() -> dict[str, Shape]:
    """Return the fields of each kind of object, or its lines: `Run` and `Part` are described as models, too."""
    kept = _Kept()
    exchange = Exchange(cast(Objects, kept))
    exchange.save(_RUN)
    exchange.plan(_RUN, 1, Part(start=0, end=9, first_line=2, lines=(3,)))
    exchange.plan_ceasing(_RUN, 1, ["1"])
    exchange.list_parts(_RUN)
    exchange.prepare(_RUN, [Entry("1", "digest", is_active=True), Entry("2", "?", is_active=False)], 2, [])
    exchange.take_lease(_RUN, 0)
    return {key: dict(_shape(content)) for key, content in kept.objects.items()}


def _shape(content: bytes) -> Iterator[tuple[str, Any]]:
    text = (gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content).decode()
    if text.startswith("#"):
        yield from ((f"line {number}", _field(line)) for number, line in enumerate(text.splitlines(), 1))
    else:
        yield from _walk(json.loads(text), "content")


def _walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - JSON
    yield path, _field(_TYPES[type(value)])
    for name, each in value.items() if isinstance(value, dict) else ():
        yield from _walk(each, f"{path}.{name}")
    if isinstance(value, list) and value:
        yield from _walk(value[0], f"{path}[]")


def _field(kind: str) -> dict[str, Any]:
    return {"type": kind, "required": False}


class _Kept:
    """A bucket of which only what is put is kept."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put(self, key: str, content: bytes | BinaryIO, _: str = "") -> None:
        self.objects[key] = content if isinstance(content, bytes) else content.read()

    def put_new(self, key: str, content: bytes) -> bool:
        self.put(key, content)
        return True

    def get_with_etag(self, key: str) -> tuple[bytes, str]:
        raise Missing(key)
