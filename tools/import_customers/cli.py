"""The command line of the import."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from crm_import.encodings import LABELS
from crm_import.exchange import Busy
from crm_import.loading import Stopped
from crm_import.mapping import SupplierMapping, of_json
from crm_import.rejects import check_writable
from crm_import.runs import Mode
from crm_import.survey import NotAnExport
from tools.aws import choose_endpoint, explain
from tools.command_line import Refused, add_deployment
from tools.import_customers import metrics
from tools.import_customers.exchanged import ExchangedImport, Options, Outcome, caller, outcomes, send
from tools.import_customers.limits import add_limits, limits
from tools.import_customers.run import Import
from tools.import_customers.summary import held
from tools.import_customers.target import Target, connect_exchange, connect_loader, find_table
from tools.paths import SUPPLIERS
from tools.suppliers.compile import SuppliersError, import_mappings, read
from utenza.objects import Replaced

ALL_LOADED, SOME_REJECTED, NOTHING_DONE, STOPPED_HALF_WAY, HELD, INTERRUPTED = 0, 1, 2, 3, 4, 130
_REPEAT = "Run the same command again: it is safe, and customers that are loaded already are not written twice."
_EPILOG = """\
The file: CSV with a header, in UTF-8, UTF-16 or Windows-1252, separated by `;`, `,` or tabs; suppliers/suppliers.toml
names its columns. A file that seems to be in another encoding is refused until --encoding names it. Wrong rows go to
the rejects file; correct that file and import it as it is. A wrong phone or e-mail, a wrong tax code beside a right
one, or a wrong company name of a person is left out and the row is loaded. Accounts follow seconds later: a customer
whose tax codes and name are others has a new holder, and leaves the account.

--delta: customers that are in the table but not in the file stay. --full: the file says who is all of the supplier's
customers; those who are gone are set to closed. An import that looks like a mistake is held: it says why in numbers and
changes nothing, until it is repeated with --approve.

The table: --table, or else the output CustomersTable of --stack. While `make run` runs, the command loads into that
local stack unless --aws or --endpoint is given.

Exit status: 0 everything loaded, 1 some rows rejected and the others loaded, 2 nothing done (the file is not an export,
there is no table, or another import has not ended), 3 stopped half way, 4 held, 130 interrupted. After 3 and 130, run
the same command again.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Import one file and return the exit status that `--help` explains."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.send and (options.dry_run or options.approve or options.encoding or options.compare_table):
        parser.error(
            "--send only puts the file into the bucket: leave out --dry-run, --approve, --encoding, --compare-table"
        )
    rejects: Path = options.rejects or _default_rejects(options.file)
    endpoint = choose_endpoint(options.endpoint, aws=options.aws)
    try:
        mappings = of_json(import_mappings(read(options.suppliers)))
        target = find_table(
            options.table, stack=options.stack, endpoint=endpoint, region=options.region, bucket=options.bucket
        )
        if options.send:
            return _send(options, mappings, target)
        job = _job(options, mappings, rejects, target)
        check_writable(rejects, options.file)
    except NotAnExport as error:
        return _nothing_done(f"{options.file}: nothing was changed: {error}")
    except OSError as error:
        return _nothing_done(f"{rejects}: {error.strerror}: nothing was changed. Give --rejects FILE")
    except (SuppliersError, Refused) as error:
        return _nothing_done(f"Nothing was changed: {error}")
    print(f"{options.file} -> {target.table} ({target.aws.place})", file=sys.stderr)
    if isinstance(job, ExchangedImport):
        return _run_exchanged(job, target, dry_run=options.dry_run)
    return _run(job, target, dry_run=options.dry_run)


def _send(options: argparse.Namespace, mappings: Sequence[SupplierMapping], target: Target) -> int:
    """Put the file where the state machine of the stack begins with it; raises Refused."""
    supplier = options.supplier or (mappings[0].id if len(mappings) == 1 else "")
    if not target.bucket or supplier not in {each.id for each in mappings}:
        raise Refused("--send needs the exchange bucket of a stack, and --supplier where there are several")
    key = f"incoming/{supplier}/{'full' if options.full else 'delta'}/{options.file.name}"
    try:
        send(options.file, connect_exchange(target).objects, key, caller(target.aws))
    except OSError as error:
        return _nothing_done(f"{options.file}: {error.strerror}")
    except Stopped as error:
        return _nothing_done(f"Nothing was changed: {explain(error)}")
    print(f"Sent to {target.bucket}/{key}. `make import-history` shows what becomes of it.")
    return ALL_LOADED


def _job(
    options: argparse.Namespace, mappings: Sequence[SupplierMapping], rejects: Path, target: Target
) -> Import | ExchangedImport:
    """Return the import, which has read the file once; raises NotAnExport, OSError and Refused."""
    if target.bucket:
        mode: Mode = "full" if options.full else "delta"
        asked = Options(
            options.file,
            mode,
            options.supplier,
            rejects,
            options.encoding,
            approve=options.approve,
            dry_run=options.dry_run,
            trusts=not options.compare_table,
            limits=limits(options, target),
        )
        return ExchangedImport(asked, mappings, target)
    if options.full or options.approve:
        raise Refused("a full import needs the exchange bucket: give --stack, or --bucket beside --table")
    return Import(options.file, mappings, options.supplier, rejects, encoding=options.encoding)


def _run_exchanged(job: ExchangedImport, target: Target, *, dry_run: bool) -> int:
    statuses = [ALL_LOADED]
    try:
        for outcome in job.run():
            statuses.append(_tell(outcome))
            if outcome.run.status == "applied" and not (outcome.is_repeated or dry_run or target.aws.is_local):
                _publish_metrics(outcomes(outcome.run), target)
    except KeyboardInterrupt:
        print(f"\nInterrupted after {job.done:,} rows. {_REPEAT}", file=sys.stderr)
        return INTERRUPTED
    except (Busy, Refused, NotAnExport) as error:
        if len(statuses) == 1:
            return _nothing_done(f"Nothing was changed: {error}")
        print(f"Stopped before the next supplier: {error}. {_REPEAT}", file=sys.stderr)
        return STOPPED_HALF_WAY
    except Replaced:
        print("Stopped: the file was changed while it was imported. Import it again", file=sys.stderr)
        return STOPPED_HALF_WAY
    except (Stopped, OSError) as error:
        print(f"Stopped after {job.done:,} rows: {explain(error)}. {_REPEAT}", file=sys.stderr)
        return STOPPED_HALF_WAY
    return max(statuses)


def _tell(outcome: Outcome) -> int:
    """Print what became of a run, and return its exit status."""
    run = outcome.run
    if outcome.is_repeated:
        print(f"Nothing to do: this file was applied already, as run {run.id} of {run.supplier}.")
        return ALL_LOADED
    print(outcome.summary)
    if run.reasons:
        print(f"{'Held: nothing was changed' if run.status == 'held' else 'Approved, although'}:")
        print(held(run.reasons))
    if run.status == "held":
        print(f"Is it right? Import the file again with --approve (run {run.id} of {run.supplier}).")
        return HELD
    return SOME_REJECTED if run.numbers.rejected else ALL_LOADED


def _run(job: Import, target: Target, *, dry_run: bool) -> int:
    status = ALL_LOADED
    try:
        job.run(partial(connect_loader, target, writes=not dry_run))
    except KeyboardInterrupt:
        print(f"\nInterrupted after {job.done:,} rows. {_REPEAT}", file=sys.stderr)
        status = INTERRUPTED
    except (Stopped, OSError) as error:
        print(f"Stopped after {job.done:,} rows: {explain(error)}. {_REPEAT}", file=sys.stderr)
        status = STOPPED_HALF_WAY
    finally:
        job.close()
    print(job.summary(dry_run=dry_run))
    if status == ALL_LOADED and not dry_run and not target.aws.is_local:
        _publish_metrics(job.outcomes, target)
    return status or (SOME_REJECTED if job.rejects.reasons else ALL_LOADED)


def _publish_metrics(rows: Mapping[str, int], target: Target) -> None:
    try:
        metrics.publish(target.aws.client("cloudwatch"), target.stack, rows)
    except (BotoCoreError, ClientError) as error:
        print(f"Warning: the import's metrics were not published: {explain(error)}", file=sys.stderr)


def _default_rejects(export: Path) -> Path:
    """Return FILE.rejects.csv beside the export, or in the current folder if that of the export is read-only."""
    folder = export.parent if os.access(export.parent, os.W_OK) else Path()
    return folder / f"{export.name}.rejects.csv"


def _nothing_done(message: str) -> int:
    print(message, file=sys.stderr)
    return NOTHING_DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.import_customers",
        description="Loads a CRM export into the Customers table. A repeated import writes nothing new.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the export")
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--full", action="store_true", help="the file names all customers: those who are gone cease")
    modes.add_argument("--delta", action="store_true", help="the file names some customers (default)")
    parser.add_argument("--approve", action="store_true", help="apply the file although it would be held")
    parser.add_argument("--send", action="store_true", help="put the file into the exchange bucket, for AWS to import")
    parser.add_argument(
        "--compare-table", action="store_true", help="compare a full file with the table, not with the last full file"
    )
    parser.add_argument("--supplier", metavar="ID", help="the supplier of all rows, if the file does not name it")
    parser.add_argument("--encoding", choices=LABELS, default="", help="the encoding of the file (default: recognised)")
    parser.add_argument("--dry-run", action="store_true", help="check and compare, write only the rejects file")
    parser.add_argument(
        "--rejects", type=Path, metavar="FILE", help="the rejects file (default: FILE.rejects.csv, beside FILE)"
    )
    parser.add_argument("--table", default="", metavar="NAME", help="the Customers table")
    parser.add_argument("--bucket", default="", metavar="NAME", help="the exchange bucket, beside --table")
    add_deployment(parser)
    add_limits(parser)
    parser.add_argument("--suppliers", type=Path, default=SUPPLIERS, help=argparse.SUPPRESS)
    return parser
