"""Looks after runs of the import: what was imported, undo a run, approve one that is held."""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from crm_import import flow, undoing
from crm_import.exchange import Busy, Exchange
from crm_import.flow import Dependencies, Request
from crm_import.mapping import SupplierMapping, of_json
from crm_import.runs import Run
from crm_import.source import StoredFile
from crm_import.survey import NotAnExport
from crm_import.undoing import CannotUndo
from tools.aws import choose_endpoint, explain
from tools.command_line import Refused, add_deployment
from tools.import_customers import approval
from tools.import_customers.exchanged import caller
from tools.import_customers.limits import limits_of
from tools.import_customers.parts import carry_out
from tools.import_customers.summary import held
from tools.import_customers.target import (
    Target,
    connect_batches,
    connect_exchange,
    connect_registered,
    find_table,
)
from tools.paths import SUPPLIERS
from tools.pipes import exit_with
from tools.suppliers.compile import SuppliersError, import_mappings, read
from utenza.errors import Stopped
from utenza.objects import Missing, Replaced

DONE, NOTHING_DONE, STOPPED_HALF_WAY, HELD, INTERRUPTED = 0, 2, 3, 4, 130
_EPILOG = """\
Exit status: 0 done, 2 nothing done (there is no such run, or it cannot be done), 3 stopped half way, 4 held again for
other reasons, 130 interrupted. After 3 and 130, run the same command again.
"""
_SHOWN = ("new", "changed", "gone", "rejected")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status that `--help` explains."""
    options = _parser().parse_args(arguments)
    endpoint = choose_endpoint(options.endpoint, aws=options.aws)
    commands: dict[str, Callable[[argparse.Namespace, Target, list[SupplierMapping]], int | None]]
    commands = {"history": _history, "undo": _undo, "approve": _approve}
    try:
        mappings = of_json(import_mappings(read(options.suppliers)))
        target = find_table(
            options.table, stack=options.stack, endpoint=endpoint, region=options.region, bucket=options.bucket
        )
        return commands[options.command](options, target, mappings) or DONE
    except (SuppliersError, Refused, CannotUndo, Busy, NotAnExport) as error:
        print(f"Nothing was changed: {error}", file=sys.stderr)
        return NOTHING_DONE
    except (Stopped, BotoCoreError, ClientError) as error:
        print(f"Stopped: {explain(error)}. Repeat the command: it goes on", file=sys.stderr)
        return STOPPED_HALF_WAY
    except KeyboardInterrupt:
        print("\nInterrupted. Repeat the command: it goes on", file=sys.stderr)
        return INTERRUPTED


def _exchange(target: Target) -> Exchange:
    if not target.bucket:
        raise Refused("there is no exchange bucket, which has the history")
    return connect_exchange(target)


def _history(options: argparse.Namespace, target: Target, mappings: list[SupplierMapping]) -> None:
    exchange = _exchange(target)
    runs = [run for mapping in mappings for run in exchange.runs(mapping.id)]
    runs = [run for run in runs if options.supplier in (None, run.supplier)]
    for run in sorted(runs, key=lambda each: (each.started_at, each.id))[-options.most :]:
        numbers = ", ".join(f"{getattr(run.changes, name):,} {name}" for name in _SHOWN)
        by = run.by + (f", approved by {run.approved_by}" if run.approved_by else "")
        print(f"{run.id}  {run.status}  {run.supplier}\n  {_time(run.started_at)}  {run.source.name}  by {by}")
        print(f"  undoes {run.undoes}: {numbers}" if run.undoes else f"  {numbers}")
        if run.message:
            print(f"  {run.message}")
        if run.reasons:
            print(held(run.reasons))
        if run.status == "held":
            is_over = time.time() > run.held_until
            print(
                f"  it could be approved until {_time(run.held_until)}"
                if is_over
                else f"  until {_time(run.held_until)}"
            )
    if not runs:
        print("Nothing was imported yet.")


def _undo(options: argparse.Namespace, target: Target, mappings: list[SupplierMapping]) -> None:
    exchange = _exchange(target)
    run = _find(options.run, exchange, mappings)
    table, by = connect_batches(target), caller(target.aws)
    undone = undoing.undo(run, exchange, table, by=by, now=int(time.time()), dry_run=options.dry_run)
    print(f"{undone.restored:,} records {'would go' if options.dry_run else 'went'} back to what they were")
    print(f"{undone.removed:,} that were new {'would be' if options.dry_run else 'were'} taken away")
    print(f"{undone.changed_since:,} were changed since, and stay")


def _approve(options: argparse.Namespace, target: Target, mappings: list[SupplierMapping]) -> int:
    exchange = _exchange(target)
    run, by = _find(options.run, exchange, mappings), caller(target.aws)
    approval.check(run, by, target, now=int(time.time()))
    if not run.source.key:
        raise Refused(f"{run.id} was a file on a disk: import it again with --{run.mode} --approve")
    if target.state_machine:
        asked = {"approve": {"supplier": run.supplier, "run": run.id, "by": by}}
        started = target.aws.client("stepfunctions").start_execution(
            stateMachineArn=target.state_machine, input=json.dumps(asked)
        )
        print(f"Approved: {started['executionArn'].rsplit(':', 1)[-1]} applies {run.id}.")
        return DONE
    return _apply(run, by, target, mappings)


def _apply(run: Run, by: str, target: Target, mappings: list[SupplierMapping]) -> int:
    """Apply an approved run here, where there is no state machine that does."""
    exchange, table = _exchange(target), connect_batches(target)
    given = Dependencies(exchange, table, connect_registered(target), mappings, limits_of(target))
    try:
        source = StoredFile(exchange.objects, run.source, run.as_of)
        with tempfile.TemporaryDirectory() as folder:
            request = Request(run.supplier, run.mode, run.by, approved_by=by, agreed=run.reasons)
            surveyed = flow.survey(request, source, given, Path(folder) / "rejects.csv", now=int(time.time()))
        done = carry_out(flow.judge(surveyed, given), source, given, target)
    except (Missing, Replaced):
        raise Refused(f"the file of {run.id} is no longer there: send it again") from None
    if done.status == "held":
        print(f"Held again, as {done.id}, for things are not as they were:\n{held(done.reasons)}")
        return HELD
    print(
        f"Approved and applied: {done.numbers.new:,} new, {done.numbers.changed:,} changed, {done.numbers.gone:,} gone"
    )
    return DONE


def _find(run: str, exchange: Exchange, mappings: list[SupplierMapping]) -> Run:
    found = next((each for mapping in mappings if (each := exchange.run(mapping.id, run))), None)
    if found is None:
        raise Refused(f"there is no run {run}: `make import-history` shows them")
    return found


def _time(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"not a number from 1 on: {text}")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.import_customers.manage",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    history = commands.add_parser("history", help="show what was imported, the last runs at the end")
    history.add_argument("--supplier", metavar="ID", help="of one supplier alone")
    history.add_argument("--most", type=_positive, default=20, metavar="N", help="how many runs (20)")
    undo = commands.add_parser("undo", help="bring the records that a run changed back to what they were")
    undo.add_argument("--dry-run", action="store_true", help="only count them")
    approve = commands.add_parser("approve", help="apply a run that is held")
    for command in (undo, approve):
        command.add_argument("run", metavar="RUN", help="as `make import-history` shows it")
    for command in (history, undo, approve):
        command.add_argument("--table", default="", metavar="NAME", help="the Customers table, beside --bucket")
        command.add_argument("--bucket", default="", metavar="NAME", help="the exchange bucket, beside --table")
        add_deployment(command)
        command.add_argument("--suppliers", type=Path, default=SUPPLIERS, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    exit_with(main)
