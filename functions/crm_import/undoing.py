"""Undoes a run: records that it changed go back to what they were, except those that were changed since."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import NamedTuple

from crm_import.applying import Change, replace_all
from crm_import.exchange import Exchange
from crm_import.loading import Item, is_active
from crm_import.manifests import UNKNOWN, Entry
from crm_import.runs import Numbers, Run, SourceFile, run_id
from crm_import.staging import Staging
from utenza.tables.customer_batches import CustomerBatches


class Undone(NamedTuple):
    """How many records went back, how many of them were taken away again, and how many were changed since."""

    restored: int = 0
    removed: int = 0
    changed_since: int = 0


class CannotUndo(Exception):
    """There is nothing to undo; the message is one line."""


def undo(run: Run, exchange: Exchange, table: CustomerBatches, *, by: str, now: int, dry_run: bool) -> Undone:
    """Undo a run, as a run of its own, which can be undone too; with `dry_run` only count. Raises Stopped and Busy.

    Undoing it again, also after it was killed, undoes what is left.
    """
    if run.status not in {"applied", "applying", "failed", "undone"}:
        raise CannotUndo(f"{run.id} has changed nothing: it is {run.status}")
    if dry_run:
        return _walk(run, exchange, table, None)
    file = SourceFile(name=run.source.name, size=0, identity=run.id)
    own = Run(
        id=run_id("undo", now, run.id),
        supplier=run.supplier,
        mode="undo",
        source=file,
        as_of=now,
        by=by,
        started_at=now,
        status="applying",
        undoes=run.id,
        lease=f"undo of {run.id}",
    )
    exchange.take_lease(own, now)
    with ExitStack() as ends:
        ends.callback(exchange.release, own)
        exchange.prepare(own, (), 0, _touched(run, exchange))
        exchange.save(own)
        exchange.open(own)
        undone = _walk(run, exchange, table, own)
        exchange.prepare(own, _touched(run, exchange, table), 0, ())
        exchange.publish(own)
        exchange.save(run.model_copy(update={"status": "undone"}))
        numbers = Numbers(changed=undone.restored, rows=undone.restored + undone.removed)
        exchange.save(own.model_copy(update={"status": "applied", "ended_at": now, "numbers": numbers}))
    return undone


def _walk(run: Run, exchange: Exchange, table: CustomerBatches, own: Run | None) -> Undone:
    """Go through what the run changed, and put it back as part of the run `own`; without one only count."""
    done = Undone()
    with closing(_changed_since(run, exchange)) as since:
        for number, kept in enumerate(exchange.kept(run), 1):
            stored = table.read(_key(change) for change in kept)
            back: list[Change] = []
            for change in kept:
                now = stored.get(_key(change))
                if now == change["after"] and not since.is_superseded(_key(change)):
                    back.append((now, change["before"]))
                elif now != change["before"]:
                    done = done._replace(changed_since=done.changed_since + 1)
            if own and back:
                exchange.keep(own, f"{number:05}", [{"before": now, "after": then} for now, then in back])
                replace_all(back, table)
            removed = sum(then is None for _, then in back)
            done = done._replace(restored=done.restored + len(back) - removed, removed=done.removed + removed)
    return done


def _changed_since(run: Run, exchange: Exchange) -> Staging:
    """Return whom later files have changed, also those that they have changed back to what this run had written.

    A later file that was undone itself has changed nobody.
    """
    since = Staging()
    for later in exchange.runs(run.supplier):
        is_later = (later.started_at, later.id) > (run.started_at, run.id)
        if is_later and later.mode != "undo" and later.status == "applied":
            for kept in exchange.kept(later):
                since.supersede(Entry(_key(change), UNKNOWN, is_active=True) for change in kept)
    return since


def _touched(run: Run, exchange: Exchange, table: CustomerBatches | None = None) -> Iterator[Entry]:
    """Yield whom the run changed, sorted, and whether they are active by the table: not all went back.

    The next full file compares them with the table.
    """
    with closing(Staging()) as staging:
        for kept in exchange.kept(run):
            keys = [_key(change) for change in kept]
            stored = table.read(keys) if table else {}
            active = {key for key, item in stored.items() if is_active(item)}
            staging.know(Entry(key.split("#", 1)[1], UNKNOWN, key in active) for key in keys)
        yield from staging.known()


def _key(change: dict[str, Item]) -> str:
    return (change["after"] or change["before"])["pk"]
