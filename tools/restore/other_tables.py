"""The tables beside the accounts, item by item: activity, changes, customers, signing keys."""

import argparse
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import batched

from tools.restore.copying import Run, copy_missing, count_on, missing_in, take_away
from tools.restore.deployment import KINDS, Deployment
from tools.restore.rows import Row, Rows, has_expired, text
from utenza.tables import keys
from utenza.tables.activity import subject_of

type Lines = Generator[str, None, bool]
"""Lines for people, and whether all was done."""

_THREADS = 16


def compare_rows(deployment: Deployment, options: argparse.Namespace) -> Lines:
    table = Rows(deployment.dynamodb, deployment.table(options.kind))
    missing = sum(
        len(missing_in(table, _wanted(page, deployment, options)))
        for page in Rows(deployment.dynamodb, options.source).pages()
    )
    yield f"{missing:>9,}  items of {options.source} are not in {table.table}"
    return True


def copy_rows(deployment: Deployment, run: Run, options: argparse.Namespace) -> Lines:
    older, copied = Rows(deployment.dynamodb, options.source), 0
    if options.dry_run:
        return (yield from compare_rows(deployment, options))
    parts = (part for page in older.pages() for part in batched(_wanted(page, deployment, options), 100, strict=False))
    for number in side_by_side(lambda part: _copy_part(older, part, run, deployment, options), parts):
        copied += number
    yield f"{copied:>9,}  copied"
    if options.kind == "changes" and (behind := count_on(older, run)):
        yield f"{behind:>9,}  suppliers' numbers had begun at 1 again: give the CRM a whole file (make export)"
    return True


def _copy_part(older: Rows, part: Sequence[Row], run: Run, deployment: Deployment, options: argparse.Namespace) -> int:
    """Copy some items; return how many. Of an account that was closed meanwhile none stays.

    Whoever closes one erases its activity after that, and so erases what was copied before.
    """
    copied = copy_missing(older, part, run, is_marked=KINDS[options.kind].is_marked)
    if options.kind == "activity":
        still = [*map(older.key_of, _wanted([*part], deployment, options))]
        take_away([row for row in part if older.key_of(row) not in still], run)
    return copied


def _wanted(page: list[Row], deployment: Deployment, options: argparse.Namespace) -> list[Row]:
    """Return the items that may come back: none that has expired, and no activity of an account that is not open."""
    rows = [row for row in page if not has_expired(row, options.now)]
    if options.kind != "activity":
        return rows
    accounts = Rows(deployment.dynamodb, deployment.table("accounts"))
    keys_of = {text(row, "pk"): keys.account(*subject_of(text(row, "pk"))) for row in rows}
    there = accounts.get({"pk": {"S": key}} for key in keys_of.values())
    is_open = {key[0][1] for key, row in there.items() if text(row, "status") != "closed"}
    return [row for row in rows if keys_of[text(row, "pk")] in is_open]


def side_by_side[T, R](work: Callable[[T], R], parts: Iterable[T]) -> Iterator[R]:
    """Yield the results of work on parts in order, some at a time: all of them would not fit into memory."""
    with ThreadPoolExecutor(_THREADS) as threads:
        for some in batched(parts, 4 * _THREADS, strict=False):
            yield from threads.map(work, some)
