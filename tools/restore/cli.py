"""The command line that brings back what was lost."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from botocore.exceptions import BotoCoreError, ClientError

from tools.aws import explain
from tools.command_line import Refused, add_consent, add_deployment, chosen_aws
from tools.restore import commands
from tools.restore.deployment import KINDS, find_deployment
from utenza.dynamodb import TransactionCancelled

DONE, NOT_ALL, USAGE, FAILED = 0, 1, 2, 3
_EPILOG = """\
One step after the other; docs/operations.md, "Restoring data", says which when:

  begin     a table as it was at a moment becomes a new table
  compare   what of it the stack's table has no more; of accounts also what became of them since
  copy      bring that back: of accounts all that are missing, one, or a list. Nobody is mailed, no event is published,
            nothing newer is written over, and what was closed or changed since stays as it is
  prepare   for a table that becomes the stack's: stream, time to live, point-in-time recovery, deletion protection;
            of accounts first what was closed and frozen since
  adopt     a new stack begins with tables that are there

Each can be repeated, and goes on where it stopped. No command shows more of a customer than ids.

While `make run` runs, the command works on that local stack unless --aws or --endpoint is given.

Exit status: 0 done, 1 not everything could be done, or nothing (the lines say what and why; of --all-missing not what
goes on, was closed since or has expired), 2 wrong command line,
3 AWS refused or did not answer: repeat the command.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status that `--help` explains."""
    options = _parser().parse_args(arguments)
    options.now = int(time.time())
    try:
        return _run(options)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return NOT_ALL
    except TransactionCancelled as cancelled:
        print(f"DynamoDB: {cancelled}. Repeat the command", file=sys.stderr)
        return FAILED
    except (BotoCoreError, ClientError, TimeoutError) as error:
        print(f"AWS: {explain(error)}", file=sys.stderr)
        return FAILED


def _run(options: argparse.Namespace) -> int:
    aws = chosen_aws(options)
    if options.command == "adopt":
        return _print(commands.adopt(aws, options))
    deployment = find_deployment(aws, options.stack, changes=getattr(options, "changes", ""))
    run: Callable[..., Iterator[str]] = getattr(commands, options.command)
    return _print(run(deployment, options))


def _print(lines: Iterator[str]) -> int:
    """Print what a command yields; it returns whether everything was done."""
    while True:
        try:
            print(next(lines), flush=True)
        except StopIteration as stopped:
            return DONE if stopped.value is not False else NOT_ALL


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.restore",
        description="Bring back what was lost, and tell nobody.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    steps = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    begin = steps.add_parser("begin", help="a table as it was at a moment becomes a new table")
    begin.add_argument("--at", required=True, metavar="TIME", help="the moment, such as 2026-11-27T05:30:00Z")
    begin.add_argument("--to", default="", metavar="TABLE", help="name of the new table (default: with the moment)")
    begin.add_argument("--no-wait", action="store_true", help="do not wait until it can be read; repeat it later")
    compare = steps.add_parser("compare", help="what is missing, and what became of it since")
    compare.add_argument("--out", default="", metavar="FILE", help="write every account's state and id into a new file")
    copy = steps.add_parser("copy", help="bring back what is missing")
    copy.add_argument("--reason", required=True, metavar="TEXT", help="why, such as a ticket number")
    for step in (compare, copy):
        step.add_argument("--from", dest="source", required=True, metavar="TABLE", help="the table as it was")
        _add_since(step)
        _add_chosen(step, is_required=step is copy)
    prepare = steps.add_parser("prepare", help="set what DynamoDB does not restore with a table")
    prepare.add_argument("--table", required=True, metavar="TABLE", help="the table that becomes the stack's")
    prepare.add_argument("--changes", default="", metavar="TABLE", help="the table Changes of a stack that is gone")
    _add_since(prepare)
    for step in (begin, compare, copy, prepare):
        step.add_argument(
            "--of", dest="kind", choices=KINDS, default="accounts", help="which table (default: accounts)"
        )
    adopt = steps.add_parser("adopt", help="a new stack begins with tables that are there")
    adopt.add_argument("--table", action="append", required=True, metavar="KIND=TABLE", help="such as accounts=NAME")
    adopt.add_argument("--parameter", action="append", default=[], metavar="NAME=VALUE", help="of the template")
    for step in (begin, compare, copy, prepare, adopt):
        add_consent(step)
        add_deployment(step)
    return parser


def _add_since(step: argparse.ArgumentParser) -> None:
    step.add_argument(
        "--since", default="", metavar="TIME", help="the moment that the table is of, unless `begin` noted it"
    )
    step.add_argument(
        "--without-changes",
        action="store_true",
        help="although Changes or Activity lack what happened since: closed accounts and old passwords may come back",
    )


def _add_chosen(step: argparse.ArgumentParser, *, is_required: bool) -> None:
    chosen = step.add_mutually_exclusive_group(required=is_required)
    chosen.add_argument("--all-missing", action="store_true", help="all that is missing")
    chosen.add_argument("--code", default="", help="the account that a customer code was in, with --supplier")
    chosen.add_argument("--account", default="", metavar="ID", help="the account with this id, with --supplier")
    chosen.add_argument("--list", default="", metavar="FILE", help="lines that end with a supplier and an account's id")
    step.add_argument("--supplier", default="", metavar="ID", help="the supplier of --code or --account")
