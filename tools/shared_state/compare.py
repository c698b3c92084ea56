"""Whether this version and the last release can work side by side: each finding is a sentence that says what to do."""

from collections.abc import Iterator, Mapping
from typing import Any

from tools.shared_state.shapes import Field, Shape

_TWO_RELEASES = (
    "the last release still {uses} it. In this release have nothing need it and note it as `unneeded` in "
    "docs/shared-state.toml; take it away in the next one"
)
_RETYPE = "was {before} in the last release and is {now}. Write a new one beside it, and read both; next release, one"
_REQUIRED = "is required, and the last release does not write it. Give it a default, which stands for its absence"
_CLOSED = (
    "is new, and the last release refuses what it does not know there. Have nothing write it in this release, and note "
    "it as `unwritten` in docs/shared-state.toml; write it from the next one on"
)
_VALUE = (
    "is a new value, which the last release cannot read. Have nothing write it in this release, and note "
    "it as `unwritten` in docs/shared-state.toml; write it from the next one on"
)


def incompatible(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return what the last release (`before`) and this version cannot do side by side, nothing if all is well.

    Sections that one of the two lacks are not compared: items are recorded by tests alone.
    """
    shared = set(before) & set(now)
    accepted = set(before.get("notes", {}).get("unneeded", []))
    notes = now.get("notes", {})
    accepted |= set(notes.get("unwritten", [])) | {each for each in notes.get("at_once", []) if each.endswith(".role")}
    found: list[tuple[str, str]] = []
    if "items" in shared:
        found += _of_items(before["items"], now["items"])
    for section in sorted(shared & {"read", "tokens", "events", "files"}):
        for name, shape in before[section].items():
            is_read = section == "read"
            after = now[section].get(name) or _renamed(shape, before[section], now[section])
            found += _of_shape(f"{section}.{name}", shape, after, closed=False, is_read=is_read)
    for name, model in before.get("messages", {}).items() if "messages" in shared else ():
        renamed = _renamed(model, before["messages"], now["messages"]) or {}
        fields = now["messages"].get(name, renamed).get("fields")
        found += _of_shape(f"messages.{name}", model["fields"], fields, closed=model["closed"], is_read=True)
    if "rights" in shared:
        found += _of_rights(before["rights"], now["rights"])
    return [f"{path} {what}." for path, what in found if path not in accepted]


def _renamed(shape: Any, before: Mapping[str, Any], now: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a shape or a model
    """Return the same under a name that the last release did not have: a class was moved, which stored data ignore."""
    return next((each for name, each in now.items() if name not in before and each == shape), None)


def _of_items(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind, attributes in before.items():
        for name, types in attributes.items():
            path, written = f"items.{kind}.{name}", now.get(kind, {}).get(name)
            if written is None:
                yield path, "is written no more, and " + _TWO_RELEASES.format(uses="reads")
            elif set(written.split("|")) - set(types.split("|")):
                yield path, _RETYPE.format(before=types, now=written)


def _of_shape(of: str, before: Shape, now: Shape | None, *, closed: bool, is_read: bool) -> Iterator[tuple[str, str]]:
    if now is None:
        yield of, "is gone, and " + _TWO_RELEASES.format(uses="uses")
        return
    for name, field in before.items():
        if name in now:
            yield from _of_field(f"{of}.{name}", field, now[name], is_read=is_read)
        else:
            yield f"{of}.{name}", "is gone, and " + _TWO_RELEASES.format(uses="uses")
    for name in now.keys() - before.keys():
        parent, dot, _ = name.rpartition(".")
        is_in_tuple = parent in before and "tuple" in before[parent]["type"]
        if is_in_tuple or (closed and not dot):
            yield f"{of}.{name}", _CLOSED
        elif is_read and now[name]["required"] and (not dot or parent in before):
            yield f"{of}.{name}", _REQUIRED


def _of_field(path: str, before: Field, now: Field, *, is_read: bool) -> Iterator[tuple[str, str]]:
    if before["type"] != now["type"]:
        yield path, _RETYPE.format(before=before["type"], now=now["type"])
    elif is_read and now["required"] and not before["required"]:
        yield path, _REQUIRED
    values = set(before.get("values", ()))
    for value in sorted(values - set(now.get("values", ()))) if "values" in now else ():
        yield f"{path}={value}", "is gone, and " + _TWO_RELEASES.format(uses="writes")
    for value in sorted(set(now.get("values", ())) - values) if values and is_read else ():
        yield f"{path}={value}", _VALUE


def _of_rights(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for function, rights in before.items():
        if function not in now:
            continue  # its alias is deleted when nobody calls it any more
        if rights["role"] != now[function]["role"]:
            yield (
                f"rights.{function}.role",
                f"was {rights['role']} and is {now[function]['role']}: Lambda shifts no calls between versions of two "
                "roles. Release it with Rollout=off, and note it as `at_once` in docs/shared-state.toml",
            )
        for each in sorted(set(rights["may"]) - set(now[function]["may"])):
            yield (
                f"rights.{function}.{each}",
                "may be done no more, and the version before does it while callers are shifted. Note it as `unneeded` "
                "in docs/shared-state.toml, and take it away in the next release",
            )
