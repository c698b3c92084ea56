"""Does what a plan says, part by part. A part that fails is done again: what is done already is not done twice."""

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import batched

from crm_import.checking import Checked, Checker
from crm_import.columns import Header
from crm_import.exchange import Exchange
from crm_import.loading import Item, is_active
from crm_import.offsets import codec_of_parts
from crm_import.records import records
from crm_import.runs import Part, Run
from crm_import.source import Source
from utenza.objects import Replaced
from utenza.tables.customer_batches import CustomerBatches
from utenza.tables.customers import key

_THREADS = 5
_BATCH = 100

type Change = tuple[Item | None, Item | None]
"""A record before and after, None where there is none."""


def apply_part(
    number: int, run: Run, source: Source, header: Header, *, exchange: Exchange, table: CustomerBatches
) -> int:
    """Write the records that a part of the file changes; return how many. Raises Stopped and Replaced."""
    part = exchange.part(run, number)
    written = 0
    with ThreadPoolExecutor(_THREADS) as threads:
        items = list(_items(part, run, source, header))
        if len(items) != len(part.lines):
            raise Replaced(run.source.name)
        wanted = batched(items, _BATCH, strict=False)
        changes = [each for some in threads.map(lambda items: _differing(items, table), wanted) for each in some]
        if changes:
            _keep(run, f"{number:05}", changes, exchange)
            after = [item for _, item in changes if item is not None]
            list(threads.map(table.put, batched(after, _BATCH, strict=False)))
            written = len(after)
    return written


def cease_part(number: int, run: Run, exchange: Exchange, table: CustomerBatches) -> int:
    """Set customers that the file no longer names to closed; return how many. Raises Stopped."""
    stored = table.read(key(run.supplier, code) for code in exchange.ceasing(run, number))
    changes: list[Change] = [(item, {**item, "status": "closed"}) for item in stored.values() if is_active(item)]
    if not changes:
        return 0
    _keep(run, f"cease-{number:05}", changes, exchange)
    return replace_all(changes, table)


def replace_all(changes: Sequence[Change], table: CustomerBatches) -> int:
    """Change records that are still as they were read; return how many were."""
    with ThreadPoolExecutor(_THREADS) as threads:
        return sum(threads.map(lambda change: table.replace(*change), changes))


def _items(part: Part, run: Run, source: Source, header: Header) -> Iterator[Item]:
    """Yield the items of the lines of a part that change a record."""
    content = source.read(part.start, part.end)
    begins = source.read(0, 2) if run.encoding == "utf-16" else b""
    codec = codec_of_parts(run.encoding, begins)
    lines = io.TextIOWrapper(io.BytesIO(content), codec, newline=run.newline)  # `StringIO` turns line ends into others
    wanted = set(part.lines)
    checker = Checker(header, run.supplier)
    rows = records(lines, header.delimiter, width=len(header.names), first_line=part.first_line)
    for chunk in batched((row for row in rows if row.line in wanted), _BATCH, strict=False):
        yield from (row.item for row in checker.check(chunk) if isinstance(row, Checked))


def _differing(items: Sequence[Item], table: CustomerBatches) -> list[Change]:
    stored = table.read(item["pk"] for item in items)
    return [(stored.get(item["pk"]), item) for item in items if stored.get(item["pk"]) != item]


def _keep(run: Run, part: str, changes: Sequence[Change], exchange: Exchange) -> None:
    exchange.keep(run, part, [{"before": before, "after": after} for before, after in changes])
