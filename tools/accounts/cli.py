"""The command line for accounts."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from tools.accounts import lookup, plans, reasons
from tools.accounts.deployment import Deployment, find_deployment
from tools.accounts.plans import Plan
from tools.aws import explain
from tools.command_line import Refused, add_consent, add_deployment, chosen_aws, confirm
from tools.paths import SUPPLIERS
from tools.suppliers.compile import SuppliersError
from utenza.dynamodb import TransactionCancelled
from utenza.tables.accounts import Account
from utenza.tables.audit import AuditEntry, audited

DONE, NOTHING_DONE, FAILED = 0, 1, 3
_EPILOG = """\
An account is named by --code (a customer code), --email (the address that logs in) or --account (its id).

Every change needs a reason, such as a ticket number. It is stored with the caller's ARN in the same transaction as the
change, and published as the event OperatorAction (docs/events.md): write nothing personal into it.
No command shows or changes a password, a question or an answer.

While `make run` runs, the command works on that local stack unless --aws or --endpoint is given.

Exit status: 0 done, 1 nothing done (no such account, not confirmed, changed in this moment), 2 wrong command line,
3 AWS refused or did not answer: look with `find` before you repeat the command.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status that `--help` explains."""
    options = _parser().parse_args(arguments)
    try:
        deployment = find_deployment(chosen_aws(options), options.stack, options.suppliers)
        supplier = deployment.supplier(options.supplier).id
        lines = _LOOKUPS.get(options.command, _change)
        for line in lines(deployment, supplier, options):
            print(line, flush=True)
    except (Refused, SuppliersError) as refused:
        print(refused, file=sys.stderr)
        return NOTHING_DONE
    except TransactionCancelled as cancelled:
        print(f"The items of this account do not fit together, and nothing was done: {cancelled}", file=sys.stderr)
        return FAILED
    except (BotoCoreError, ClientError) as error:
        print(f"AWS: {explain(error)}", file=sys.stderr)
        return FAILED
    return DONE


def _find(deployment: Deployment, supplier: str, options: argparse.Namespace) -> Iterator[str]:
    account = _account(deployment, supplier, options)
    yield from lookup.described(account)
    yield f"sessions     {lookup.open_sessions(deployment, account, now=int(time.time()))} open"


def _delegates(deployment: Deployment, supplier: str, options: argparse.Namespace) -> Iterator[str]:
    code = lookup.valid_code(deployment, supplier, options.code) if options.code else ""
    yield from lookup.delegated(_account(deployment, supplier, options), code)


def _activity(deployment: Deployment, supplier: str, options: argparse.Namespace) -> Iterator[str]:
    yield from lookup.activity(deployment, _account(deployment, supplier, options), now=int(time.time()))


def _change(deployment: Deployment, supplier: str, options: argparse.Namespace) -> Iterator[str]:
    account, plan = _plan(deployment, supplier, options)
    reason = reasons.check(options.reason, account)
    yield f"{deployment.aws.place}, {supplier}, as {deployment.operator}"
    if account is not None:
        yield from lookup.described(account)
    if options.dry_run:
        yield f"Dry run, nothing done. It would be: {plan.text}."
        return
    yield f"{plan.text}."
    confirm(options)
    entry = AuditEntry(
        supplier, plan.action, deployment.operator, reason, plan.account_id, customer_code=plan.customer_code
    )
    now = int(time.time())
    yield plan.do([audited(deployment.accounts, entry, now=now)], now)


def _plan(deployment: Deployment, supplier: str, options: argparse.Namespace) -> tuple[Account | None, Plan]:
    """Return the account, if the command is about one, and what will be done."""
    if options.command == "activation-code":
        code = lookup.valid_code(deployment, supplier, options.code)
        return None, plans.activation_code(deployment, supplier, code)
    account = _account(deployment, supplier, options)
    if options.command == "export":
        return account, plans.export(deployment, account, options.output)
    if options.command == "unlink":
        return account, plans.unlink(deployment, account, lookup.valid_code(deployment, supplier, options.code))
    return account, _PLANS[options.command](deployment, account)


def _account(deployment: Deployment, supplier: str, options: argparse.Namespace) -> Account:
    if options.code:
        return lookup.by_code(deployment, supplier, lookup.valid_code(deployment, supplier, options.code))
    if options.email:
        return lookup.by_address(deployment, supplier, options.email)
    return lookup.by_id(deployment, supplier, options.account)


_PLANS: dict[str, Callable[[Deployment, Account], Plan]] = {
    "close": plans.close,
    "freeze": plans.freeze,
    "unfreeze": plans.unfreeze,
    "end-sessions": plans.end_sessions,
}
_LOOKUPS: dict[str, Callable[[Deployment, str, argparse.Namespace], Iterator[str]]] = {
    "find": _find,
    "activity": _activity,
    "delegates": _delegates,
}
_COMMANDS = {
    "find": "show an account: id, status, user id, language, customers, logins, e-mail status, open sessions",
    "activity": "show what happened in an account, the last first: logins, changes, kinds of device, parts of networks",
    "delegates": "show which supplies an account looks after for somebody else; with --code, whether it does that one",
    "export": "write what is held about a customer into a JSON file, for who asks for it in writing",
    "close": "close an account: its address and its customers can register again at once",
    "freeze": "freeze an account until it is found out whose it is: nobody can log in, every session ends",
    "unfreeze": "make a frozen account active again, with the same password",
    "end-sessions": "end every session of an account",
    "unlink": "take a customer code from its account: the customer can register again",
    "activation-code": "issue the code with which a customer without an e-mail address in the CRM can register",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.accounts",
        description="Customer care for accounts.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in _COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        _add_subject(command, only_code=name in {"unlink", "activation-code"})
        if name not in _LOOKUPS:
            command.add_argument("--reason", required=True, metavar="TEXT", help="why, such as a ticket number")
            add_consent(command)
        if name == "export":
            command.add_argument(
                "--output", type=Path, required=True, metavar="FILE", help="a file that is not there yet"
            )
        add_deployment(command)
        command.add_argument("--suppliers", type=Path, default=SUPPLIERS, help=argparse.SUPPRESS)
    return parser


def _add_subject(command: argparse.ArgumentParser, *, only_code: bool) -> None:
    command.add_argument("--supplier", default="", metavar="ID", help="the supplier, if there are several")
    if only_code:
        command.add_argument("--code", required=True, help="the customer code")
        return
    subject = command.add_mutually_exclusive_group(required=True)
    subject.add_argument("--code", default="", help="a customer code of the account")
    subject.add_argument("--email", default="", metavar="ADDRESS", help="the address that logs in")
    subject.add_argument("--account", default="", metavar="ID", help="the account's id")
