"""Whether a table is of the kind that was meant: names are long and alike, and one is quickly given for another."""

from collections.abc import Callable, Mapping
from typing import Any

from tools.command_line import Refused
from tools.restore.deployment import SOURCE, Deployment
from tools.restore.rows import Row, Rows, text

# What the items of each kind look like. Some keys are alike, so accounts would fit into the table of customers.
_FITS: Mapping[str, Callable[[Row], bool]] = {
    "accounts": lambda row: "sk" not in row and text(row, "pk").count("#") > 1,
    "activity": lambda row: "S" in row.get("sk", {}) and "at" in row,
    "changes": lambda row: "N" in row.get("sk", {}),
    "customers": lambda row: "sk" not in row and text(row, "pk") == f"{text(row, 'supplier')}#{text(row, 'code')}",
    "signing-keys": lambda row: text(row, "pk") == "signing-keys",
}


def check_kind(dynamodb: Any, table: str, kind: str) -> None:  # noqa: ANN401 - boto3's clients
    """Refused if a table holds other items than those of a kind; one without any item holds none."""
    first = next(Rows(dynamodb, table).pages(), [])
    if not all(map(_FITS[kind], first)):
        raise Refused(f"{table} is no table of {kind}: is --of right, and the name?")


def check_source(deployment: Deployment, table: str, kind: str, *, since: str) -> None:
    """Refused if a table is of another kind, or is noted to be a copy of a table that is not the stack's.

    Whoever says `since` when it is from knows which one it is.
    """
    copied = deployment.tags_of(table).get(SOURCE, "")
    if copied and copied != deployment.table(kind) and not since:
        raise Refused(
            f"{table} is a copy of {copied}, not of {deployment.table(kind)}. If it is the right one, give --since too"
        )
    check_kind(deployment.dynamodb, table, kind)
