"""Brings items back: an account whole or not at all, under conditions that nothing newer is in its place."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import batched
from typing import Literal, NamedTuple

from tools.restore.belongings import AS_IT_WAS, Found
from tools.restore.rows import Row, Rows, has_expired, kind_of, marked, put_new, text, unchanged
from utenza.dynamodb import ConditionFailed, DynamoDb, TransactionCancelled, Write, delete
from utenza.tables import keys
from utenza.tables.audit import AuditEntry, audited
from utenza.tables.restored import MARK

_AT_ONCE = 90  # a transaction has at most 100 writes
_BESIDE = ("audit", "objection", "undo")  # what names an account and outlives a day

type Outcome = Literal["copied", "changed in this moment"]


class Run(NamedTuple):
    """One command: `run` is what its items are marked with, `operator` and `reason` are for the audit entries."""

    db: DynamoDb
    table: str
    run: str
    operator: str
    reason: str


def copy_account(found: Found, run: Run, *, now: int) -> Outcome:
    """Bring back what was lost of an account, with an audit entry that is no event either.

    Of an account beyond one transaction the account itself comes last: until then its markers keep others from
    registering its customers, who would be in two accounts otherwise. They are taken away again if it does not come.
    """
    lost = found.lost
    if found.now_there is None:
        lost = found.belongings._replace(rows=lost).brought_back().rows
    rows = [marked(row, run.run) for row in lost]
    whole, *before = batched(rows, _AT_ONCE, strict=False)
    done: list[Row] = []
    try:
        for part in before:
            run.db.transact(*_new(part, found, run))
            done += part
        run.db.transact(*_new(whole, found, run), _audit(found, run, now))
    except TransactionCancelled as cancelled:
        if not any(reason.is_condition for reason in cancelled.reasons):
            raise
        take_away(done, run)
        return "changed in this moment"
    return "copied"


def _new(rows: Sequence[Row], found: Found, run: Run) -> Iterator[Write]:
    """Yield the writes of items where there are none, while an account that is there stays as it was read."""
    yield from (put_new(run.table, row) for row in rows)
    if found.now_there:
        yield unchanged(run.table, found.now_there, AS_IT_WAS, {"pk": found.now_there["pk"]})


def take_away(rows: Sequence[Row], run: Run) -> None:
    """Delete what this run has brought back, as far as it is there."""
    for row in rows:
        key: dict[str, str | int] = {name: text(row, name) for name in ("pk", "sk") if name in row}
        with suppress(ConditionFailed):
            run.db.write(delete(run.table, key, condition=f"#{MARK} = :run", values={"run": run.run}))


def copy_beside(older: Rows, run: Run, *, now: int) -> Iterator[int]:
    """Bring back, of accounts that are there, audit entries and the codes of notices; yield how many, page by page."""
    for kind in _BESIDE:
        for page in older.pages(f"#{kind}#"):
            yield sum(_copy_beside(row, run) for row in page if kind_of(row) == kind and not has_expired(row, now))


def copy_missing(older: Rows, rows: Sequence[Row], run: Run, *, is_marked: bool) -> int:
    """Bring back items of another table that are not there; return how many were missing."""
    missing = missing_in(older.of(run.table), rows)
    return sum(_put(marked(row, run.run) if is_marked else row, run) for row in missing)


def count_on(older: Rows, run: Run) -> int:
    """Set the counters of Changes that began again after the loss behind what came back; return how many.

    Else each new change would meet the number of an old one, and none could be recorded any more.
    """
    behind = 0
    for page in older.pages("#last"):
        for row in page:
            write = put_new(run.table, row)
            write.parameters["ConditionExpression"] = "attribute_not_exists(pk) OR #number < :number"
            write.parameters["ExpressionAttributeNames"] = {"#number": "number"}
            write.parameters["ExpressionAttributeValues"] = {":number": row["number"]}
            with suppress(ConditionFailed):
                run.db.write(write)
                behind += 1
    return behind


def missing_in(table: Rows, rows: Sequence[Row]) -> list[Row]:
    """Return those items that a table does not have."""
    there = table.get(table.keys_in(row) for row in rows)
    return [row for row in rows if table.key_of(row) not in there]


def _put(row: Row, run: Run) -> bool:
    try:
        run.db.write(put_new(run.table, row))
    except ConditionFailed:  # it is there by now
        return False
    return True


def _copy_beside(row: Row, run: Run) -> bool:
    """Bring back one item; a code only for an account that is there, and not closed."""
    account_id, writes = text(row, "account_id"), [put_new(run.table, marked(row, run.run))]
    if kind_of(row) != "audit":
        key = {"pk": {"S": keys.account(text(row, "pk").partition("#")[0], account_id)}}
        writes.append(_is_open(run.table, key))
    try:
        run.db.transact(*writes)
    except TransactionCancelled as cancelled:
        if any(reason.is_condition for reason in cancelled.reasons):
            return False
        raise
    return True


def _is_open(table: str, key: Row) -> Write:
    return Write(
        "ConditionCheck",
        {
            "TableName": table,
            "Key": key,
            "ConditionExpression": "attribute_exists(pk) AND #status <> :closed",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {":closed": {"S": "closed"}},
        },
    )


def _audit(found: Found, run: Run, now: int) -> Write:
    entry = AuditEntry(
        found.belongings.supplier, "restore", run.operator, run.reason, account_id=found.belongings.account_id
    )
    write = audited(run.table, entry, now=now)
    return write._replace(parameters=write.parameters | {"Item": write.parameters["Item"] | {MARK: {"S": run.run}}})
