"""What a type holds, as lines that can be compared: a path to each value, its JSON type, and the values of an enum."""

from collections.abc import Iterator, Mapping
from typing import Any, NotRequired, TypedDict, get_type_hints

from pydantic import BaseModel, TypeAdapter


class Field(TypedDict):
    """One value: its JSON `type`, whether what reads it fails without it, and its `values` where it is an enum.

    A `tuple` is a NamedTuple within another: pydantic refuses one that has more than it knows.
    """

    type: str
    required: bool
    values: NotRequired[list[str]]


type Shape = dict[str, Field]
"""Fields by their paths: `warned.times`, `customers[]`, `rejects.*`."""


def of_record(kind: Any) -> Shape:  # noqa: ANN401 - a NamedTuple, which has no type of its own
    """Return the shape of a NamedTuple that is read from a map."""
    shape: Shape = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        shape |= of_schema(TypeAdapter(hint).json_schema(), name, required=name not in kind._field_defaults)
    return shape


def of_model(model: type[BaseModel]) -> Shape:
    return of_schema(model.model_json_schema(by_alias=True))


def is_closed(model: type[BaseModel]) -> bool:
    """Tell whether a model refuses what it does not know."""
    return model.model_config.get("extra") == "forbid"


def of_schema(schema: Mapping[str, Any], path: str = "", *, required: bool = True) -> Shape:
    """Return the shape that a JSON schema describes."""
    return dict(_walk(schema, path, schema.get("$defs", {}), required=required))


def _walk(
    schema: Mapping[str, Any], path: str, defs: Mapping[str, Any], *, required: bool
) -> Iterator[tuple[str, Field]]:
    if "$ref" in schema:
        schema = defs[schema["$ref"].rpartition("/")[2]]
    kinds = schema.get("anyOf", [schema])
    if path:
        yield path, _field(kinds, defs, required=required)
    for kind in kinds:
        yield from _within(defs[kind["$ref"].rpartition("/")[2]] if "$ref" in kind else kind, path, defs)


def _within(schema: Mapping[str, Any], path: str, defs: Mapping[str, Any]) -> Iterator[tuple[str, Field]]:
    prefix = f"{path}." if path else ""
    needed = schema.get("required", [])
    for name, each in schema.get("properties", {}).items():
        yield from _walk(each, f"{prefix}{name}", defs, required=name in needed)
    if isinstance(schema.get("additionalProperties"), Mapping):
        yield from _walk(schema["additionalProperties"], f"{prefix}*", defs, required=False)
    for number, each in enumerate(schema.get("prefixItems", [])):
        name = str(each.get("title", number)).lower().replace(" ", "_")
        yield from _walk(each, f"{prefix}{name}", defs, required=number < schema.get("minItems", 0))
    if isinstance(schema.get("items"), Mapping):
        yield from _walk(schema["items"], f"{path}[]", defs, required=False)


def _field(kinds: list[Mapping[str, Any]], defs: Mapping[str, Any], *, required: bool) -> Field:
    kinds = [defs[kind["$ref"].rpartition("/")[2]] if "$ref" in kind else kind for kind in kinds]
    field: Field = {"type": "|".join(sorted({_type(kind) for kind in kinds})), "required": required}
    values = [str(value) for kind in kinds for value in kind.get("enum", [kind["const"]] if "const" in kind else [])]
    return {**field, "values": sorted(values)} if values else field


def _type(schema: Mapping[str, Any]) -> str:
    if "prefixItems" in schema:
        return "tuple"
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return str(schema.get("type") or ("string" if all(isinstance(each, str) for each in values) else "integer"))
