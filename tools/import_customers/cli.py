"""The command line of the import: which file, which table, and what became of it."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.import_customers import target
from tools.import_customers.batches import Stopped
from tools.import_customers.loading import WORKERS, Loader, Overloaded
from tools.import_customers.mapping import NoMapping, mappings
from tools.import_customers.rejects import check_writable
from tools.import_customers.run import Import
from tools.import_customers.survey import NotAnExport

ALL_LOADED, SOME_REJECTED, NOTHING_DONE, STOPPED_HALF_WAY, INTERRUPTED = 0, 1, 2, 3, 130
_REPEAT = "Run the same command again: it is safe, and what is loaded already is not written twice."
_EPILOG = """\
The file: CSV with a header, UTF-8 or Windows-1252, separated by `;`, `,` or tabs; the names of its columns are in
suppliers.toml. Rows that are wrong go to the rejects file, which can be corrected and imported as it is; a wrong phone
or e-mail is left out and the row loaded. Customers who are in the table and not in the file stay. Accounts are never
touched.

The table: --table, or else the output CustomersTable of --stack; in the local stack when `make run` has started one in
this folder, unless --aws or --endpoint says otherwise.

Exit status: 0 everything loaded, 1 some rows rejected and the others loaded, 2 nothing done (the file is not an export,
or there is no table), 3 stopped half way, 130 interrupted. After 3 and 130, run the same command again.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Import one file; returns the exit status that `--help` explains."""
    options = _parser().parse_args(arguments)
    rejects: Path = options.rejects or _beside(options.file)
    try:
        job = Import(options.file, mappings(options.suppliers), options.supplier, rejects)
        check_writable(rejects, options.file)
        wish = target.Wish(options.table, options.stack, options.endpoint, options.region, options.aws)
        found = target.find(wish, WORKERS)
    except NotAnExport as error:
        return _nothing_done(f"{options.file}: nothing was changed: {error}")
    except OSError as error:
        return _nothing_done(f"{rejects}: {error.strerror}: nothing was changed. Say --rejects FILE")
    except (NoMapping, target.NoTarget) as error:
        return _nothing_done(f"Nothing was changed: {error}")
    print(f"{options.file} -> {found.table} ({found.place})", file=sys.stderr)
    loader = Loader(found.client, found.table, writes=not options.dry_run)
    try:
        return _run(job, loader, dry_run=options.dry_run)
    finally:
        found.client.close()


def _run(job: Import, loader: Loader, *, dry_run: bool) -> int:
    status = ALL_LOADED
    try:
        job.run(loader)
    except KeyboardInterrupt:
        print(f"\nInterrupted after {job.done:,} rows. {_REPEAT}", file=sys.stderr)
        status = INTERRUPTED
    except (Stopped, Overloaded, OSError, EOFError) as error:
        why = target.explain(error) or "the table does not keep up"
        print(f"Stopped after {job.done:,} rows: {why}. {_REPEAT}", file=sys.stderr)
        status = STOPPED_HALF_WAY
    finally:
        loader.close()
        job.close()
    print(job.summary(loader.counts, dry_run=dry_run))
    return status or (SOME_REJECTED if job.rejects.reasons else ALL_LOADED)


def _beside(export: Path) -> Path:
    """Return FILE.rejects.csv, in the current folder when the export's own is for reading only."""
    folder = export.parent if os.access(export.parent, os.W_OK) else Path()
    return folder / f"{export.name}.rejects.csv"


def _nothing_done(message: str) -> int:
    print(message, file=sys.stderr)
    return NOTHING_DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.import_customers",
        description="Loads a CRM export into the Customers table. Repeating a file writes nothing new.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the export")
    parser.add_argument("--supplier", metavar="ID", help="whose customers these are, when the file does not say it")
    parser.add_argument("--dry-run", action="store_true", help="check and compare, write only the rejects file")
    parser.add_argument(
        "--rejects", type=Path, metavar="FILE", help="the rejects file (default: FILE.rejects.csv, beside FILE)"
    )
    parser.add_argument("--table", default="", metavar="NAME", help="the Customers table")
    parser.add_argument("--stack", default="utenza", metavar="NAME", help="the CloudFormation stack (default: utenza)")
    parser.add_argument("--aws", action="store_true", help="load into AWS even when a local stack is known here")
    parser.add_argument("--endpoint", default="", metavar="URL", help="another address than AWS's, of a local stack")
    parser.add_argument("--region", default="", metavar="NAME", help="the AWS region (default: as configured)")
    parser.add_argument("--suppliers", type=Path, default=Path("suppliers/suppliers.toml"), help=argparse.SUPPRESS)
    return parser
