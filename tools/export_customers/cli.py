"""The command line of the export."""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from tqdm import tqdm

from tools.aws import choose_endpoint, explain
from tools.command_line import Refused, add_deployment
from tools.export_customers.target import Target, find_target
from tools.export_customers.whole_file import whole_file
from tools.paths import SUPPLIERS
from tools.suppliers.compile import SuppliersError, read
from tools.suppliers.models import SupplierEntry
from utenza.crm.days import begin_of
from utenza.crm.file import CrmFile
from utenza.crm.standing import Standing, all_standings, changed_codes, standings
from utenza.errors import Unavailable
from utenza.suppliers import ExportColumn
from utenza.tables.changes import Changes
from utenza.tables.registrations import Registrations

DONE, NOTHING_DONE, STOPPED, INTERRUPTED = 0, 2, 3, 130
_SECONDS_BETWEEN_LINES = 5.0
_EPILOG = """\
The file: `;`, UTF-8 with a byte order mark, one row per customer code, in the columns of [suppliers.export.columns] of
suppliers/suppliers.toml (docs/crm.md). Of several suppliers, a first column FORNITORE says whose row it is. It is there
whole or not at all, and only you can read it: it has telephone numbers and e-mail addresses.

Without --since: every customer code that is registered. With it: every code of which something changed since that day
(of Italy), how it stands now; those that are no longer registered too.

While `make run` runs, the command reads that local stack unless --aws or --endpoint is given. It only reads: in AWS it
needs cloudformation:DescribeStacks, dynamodb:Scan and BatchGetItem on the Accounts table, and GetItem and Query on
Changes; --to-bucket needs lambda:InvokeFunction instead.

Exit status: 0 done, 2 nothing done, 3 stopped half way (there is no file then), 130 interrupted.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Export to a file, or have today's files put into the bucket; return the exit status that `--help` explains."""
    options = _parser().parse_args(arguments)
    endpoint = choose_endpoint(options.endpoint, aws=options.aws)
    try:
        suppliers = _chosen(read(options.suppliers), options.supplier)
        if not options.to_bucket:
            _check(options, suppliers)
        target = find_target(stack=options.stack, endpoint=endpoint, region=options.region)
        if options.to_bucket:
            print(*target.make_todays_files(), sep="\n")
            return DONE
    except (Refused, SuppliersError, BotoCoreError, ClientError) as error:
        return _said(str(error) if not isinstance(error, BotoCoreError | ClientError) else explain(error), NOTHING_DONE)
    print(f"{target.aws.place} -> {options.file}", file=sys.stderr)
    return _export(options, suppliers, target)


def _export(options: argparse.Namespace, suppliers: Sequence[SupplierEntry], target: Target) -> int:
    try:
        with whole_file(options.file, replace=options.force) as text:
            columns = [ExportColumn(*column) for column in suppliers[0].export.columns.items()]
            file = CrmFile(text, columns, ("FORNITORE",) if len(suppliers) > 1 else ())
            written = 0
            for supplier in suppliers:
                rows = _shown(_rows(supplier.id, target, options.since), supplier.id)
                written += file.add(rows, (supplier.id,) if len(suppliers) > 1 else ())
    except KeyboardInterrupt:
        return _said("Interrupted: there is no file", INTERRUPTED)
    except FileExistsError:
        return _said(f"{options.file} is there already. Give --force to replace it", NOTHING_DONE)
    except Unavailable:
        return _said("Stopped, there is no file: DynamoDB puts reads off. Repeat the command later", STOPPED)
    except (BotoCoreError, ClientError, OSError) as error:
        return _said(f"Stopped, there is no file: {explain(error)}", STOPPED)
    print(f"{options.file}: {written:,} customer codes")
    return DONE


def _rows(supplier: str, target: Target, since: date | None) -> Iterator[Standing]:
    return rows_since(supplier, target.registrations, target.changes, since, now=int(time.time()))


def rows_since(
    supplier: str, registrations: Registrations, changes: Changes, since: date | None, *, now: int
) -> Iterator[Standing]:
    """Yield how every registered code stands, or every one of which something changed since a day."""
    if since is None:
        yield from all_standings(supplier, registrations)
    else:
        after = changes.number_before(supplier, begin_of(since))
        yield from standings(changed_codes(changes, registrations, supplier, after, now=now), supplier, registrations)


def _shown(rows: Iterable[Standing], supplier: str) -> Iterator[Standing]:
    """Yield rows and show on stderr how many there were: a bar in a terminal, a line every few seconds elsewhere."""
    bar = tqdm(unit=" codes", desc=supplier, disable=None)  # None: disabled outside a terminal
    number, last = 0, time.monotonic()
    with bar:
        for row in rows:
            yield row
            number += 1
            bar.update()
            if bar.disable and time.monotonic() - last >= _SECONDS_BETWEEN_LINES:
                last = time.monotonic()
                print(f"{supplier}: {number:,} customer codes", file=sys.stderr, flush=True)


def _chosen(suppliers: list[SupplierEntry], name: str) -> list[SupplierEntry]:
    chosen = [supplier for supplier in suppliers if name in ("", supplier.id)]
    if not chosen:
        raise Refused(f"There is no supplier {name}. Give --supplier, one of: {_ids(suppliers)}")
    return chosen


def _check(options: argparse.Namespace, suppliers: Sequence[SupplierEntry]) -> None:
    if options.file is None:
        raise Refused("Which file? make export FILE=out.csv")
    if any([*supplier.export.columns.items()] != [*suppliers[0].export.columns.items()] for supplier in suppliers):
        raise Refused(f"The suppliers have columns of their own. Give --supplier, one of: {_ids(suppliers)}")
    if options.file.exists() and not options.force:
        raise Refused(f"{options.file} is there already. Give --force to replace it")


def _ids(suppliers: Iterable[SupplierEntry]) -> str:
    return ", ".join(supplier.id for supplier in suppliers)


def _said(message: str, status: int) -> int:
    print(message, file=sys.stderr)
    return status


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a day such as 2026-11-01: {text}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.export_customers",
        description="Writes a file for the CRM: who is registered, and how they are reached.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE", nargs="?", help="the file to write")
    parser.add_argument(
        "--since", type=_day, metavar="DAY", help="only what changed since this day, such as 2026-11-01"
    )
    parser.add_argument("--supplier", default="", metavar="ID", help="only this supplier (default: all)")
    parser.add_argument("--force", action="store_true", help="replace FILE if it is there")
    parser.add_argument(
        "--to-bucket",
        action="store_true",
        help="no FILE: put today's files, as they are so far, into the exchange bucket, as the night will",
    )
    add_deployment(parser)
    parser.add_argument("--suppliers", type=Path, default=SUPPLIERS, help=argparse.SUPPRESS)
    return parser
