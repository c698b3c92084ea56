"""What each command does. It yields lines for people, and returns False if something was left undone."""

import argparse
import os
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from tools.accounts import reasons
from tools.aws import Aws
from tools.command_line import Refused, confirm
from tools.restore import adopt as adoption
from tools.restore import point
from tools.restore.accounts import Older, Part
from tools.restore.belongings import COPIED, IN_WORDS, NOTHING_TO_DO, STATES, Found
from tools.restore.copying import Run, copy_account, copy_beside
from tools.restore.deployment import KINDS, Deployment, time_of
from tools.restore.meant import check_kind, check_source
from tools.restore.other_tables import Lines, compare_rows, copy_rows, side_by_side
from tools.restore.rows import Rows, text
from tools.restore.settings import restore_settings
from tools.restore.settling import settle

_SHOWN = 10  # ids of each state
_EVERY = 1000  # accounts, or parts of them, after which there is a line


def begin(deployment: Deployment, options: argparse.Namespace) -> Lines:
    source, moment = deployment.table(options.kind), time_of(options.at)
    target = options.to or point.name_for(source, moment)
    yield f"{deployment.aws.place}: {source} as it was at {moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC, as {target}"
    if options.dry_run:
        yield "Dry run, nothing done"
        return True
    confirm(options)
    if not point.begin(deployment, source, target, moment):
        yield f"{target} is there, or on its way, already"
    if options.no_wait:
        yield "Repeat the command later: it gives the table its tags"
        return True
    yield from point.wait(deployment, target)
    point.label(deployment, target, source, moment)
    yield f"Done. Next: compare --of {options.kind} --from {target}"
    yield "That table is a second copy of personal data, and costs as much: delete it when you are done"
    return True


def compare(deployment: Deployment, options: argparse.Namespace) -> Lines:
    check_source(deployment, options.source, options.kind, since=options.since)
    if options.kind != "accounts":
        return (yield from compare_rows(deployment, options))
    counts, shown = Counter[str](), dict[str, list[str]]()
    older, parts = _chosen(deployment, options)
    with _new_file(options.out) as out:
        for number, part in enumerate(side_by_side(older.found, parts), 1):
            for found in part:
                counts[found.state] += 1
                ids = shown.setdefault(found.state, [])
                ids += [found.belongings.account_id] if len(ids) < _SHOWN else []
                if out:
                    print(found.state, found.belongings.supplier, found.belongings.account_id, sep="\t", file=out)
            if number % _EVERY == 0:
                yield f"{counts.total():,} compared"
    yield f"{deployment.aws.place}: accounts of {options.source}, in {deployment.table('accounts')} now"
    yield f"What happened since {datetime.fromtimestamp(older.moment, UTC):%Y-%m-%d %H:%M:%S} UTC counts"
    yield from _summary(counts, shown)
    return True


def _summary(counts: Counter[str], shown: Mapping[str, list[str]]) -> Iterator[str]:
    for state in STATES:
        if counts[state]:
            yield f"{counts[state]:>9,}  {state:<14} {IN_WORDS[state]}"
            yield from (f"{'':11}{account_id}" for account_id in shown[state] if state != "same")
    yield f"{sum(counts[state] for state in COPIED):>9,}  can be copied"


def copy(deployment: Deployment, options: argparse.Namespace) -> Lines:
    reason = reasons.check(options.reason, None)
    if options.kind != "accounts" and not options.all_missing:
        raise Refused("Of this table only --all-missing can be copied")
    check_source(deployment, options.source, options.kind, since=options.since)
    name = deployment.table(options.kind)
    run = Run(deployment.db, name, secrets.token_hex(4), deployment.operator, reason)
    yield f"{deployment.aws.place}: from {options.source} into {name}, as {run.operator}, run {run.run}"
    if not options.dry_run:
        confirm(options)
    if options.kind != "accounts":
        return (yield from copy_rows(deployment, run, options))
    counts, told = Counter[str](), 0
    older, parts = _chosen(deployment, options)
    for outcomes in side_by_side(lambda part: [*_copied(older.found(part), run, options)], parts):
        counts.update(outcome for _, outcome in outcomes if outcome != "same")
        if not options.all_missing:
            said = ((account_id, outcome) for account_id, outcome in outcomes if outcome not in {"copied", "to copy"})
            yield from (
                f"{account_id}: {outcome}, {IN_WORDS.get(outcome, 'look again')}" for account_id, outcome in said
            )
        if counts["copied"] >= told + _EVERY:
            told = counts["copied"]
            yield f"{told:,} copied"
    if options.all_missing and not options.dry_run:
        beside = sum(copy_beside(Rows(deployment.dynamodb, options.source), run, now=options.now))
        yield f"{beside:>9,}  audit entries and codes of notices"
    yield from (f"{number:>9,}  {outcome}" for outcome, number in sorted(counts.items()))
    return not {*counts} - {"copied", "to copy"} - ({*NOTHING_TO_DO} if options.all_missing else set())


def _copied(accounts: list[Found], run: Run, options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Copy what can be copied of some accounts; yield the id of each with what was done, or its state."""
    for found in accounts:
        outcome: str = found.state
        if found.state in COPIED:
            outcome = "to copy" if options.dry_run else copy_account(found, run, now=options.now)
        yield found.belongings.account_id, outcome


def prepare(deployment: Deployment, options: argparse.Namespace) -> Lines:
    check_kind(deployment.dynamodb, options.table, options.kind)
    yield f"{deployment.aws.place}: {options.table} becomes a table of {options.kind}"
    if options.dry_run:
        yield "Dry run, nothing done"
        return True
    confirm(options)
    is_settled = True
    if options.kind == "accounts":
        is_settled = yield from _settle(deployment, options)
    for setting in restore_settings(deployment.dynamodb, options.table, options.kind):
        yield f"set: {setting}"
    return is_settled


def adopt(aws: Aws, options: argparse.Namespace) -> Lines:
    tables, parameters = _pairs(options.table), _pairs(options.parameter)
    if unknown := {*tables} - {*KINDS}:
        raise Refused(f"There is no table of the kind {', '.join(sorted(unknown))}: one of {', '.join(KINDS)}")
    for kind, table in tables.items():
        check_kind(aws.client("dynamodb"), table, kind)
    listed = ", ".join(f"{kind} {name}" for kind, name in tables.items())
    yield f"{aws.place}: a new stack {options.stack} with {listed}"
    if options.dry_run:
        yield "Dry run, nothing done"
        return True
    confirm(options)
    yield from adoption.adopt(aws, options.stack, tables, parameters)
    return True


def _settle(deployment: Deployment, options: argparse.Namespace) -> Lines:
    moment, is_settled = deployment.point_of(options.table, options.since, now=options.now), True
    older = Rows(deployment.dynamodb, options.table)
    suppliers = {text(row, "supplier") for page in older.pages("#account#") for row in page} - {""}
    for supplier in sorted(suppliers):
        since = deployment.since(supplier, moment, without_changes=options.without_changes, now=options.now)
        for settled in settle(deployment.db, options.table, supplier, since, now=options.now):
            yield f"{supplier} {settled.account_id}: {settled.done}"
            is_settled &= settled.done != "look"
    return is_settled


def _chosen(deployment: Deployment, options: argparse.Namespace) -> tuple[Older, Iterator[Part]]:
    moment = deployment.point_of(options.source, options.since, now=options.now)
    older = Older(deployment, options.source, moment, without_changes=options.without_changes, now=options.now)
    if options.list:
        return older, older.some(_listed(options.list))
    if not options.code and not options.account:
        return older, older.all()
    if not options.supplier:
        raise Refused("Which supplier? Give --supplier")
    account_id = options.account or older.id_of(options.supplier, options.code)
    return older, older.some([(options.supplier, account_id)])


def _listed(name: str) -> list[tuple[str, str]]:
    """Return suppliers and ids of the accounts in a list; Refused if it cannot be read, or names none."""
    try:
        lines = [line.split() for line in Path(name).read_text(encoding="utf-8").splitlines()]
    except OSError as error:
        raise Refused(f"{name}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Refused(f"{name}: it is no text") from None
    found = [(words[-2], words[-1]) for words in lines if len(words) > 1]
    if not found:
        raise Refused(f"{name} names no account: each line ends with a supplier and an account's id")
    return found


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = dict(each.partition("=")[::2] for each in texts)
    if not all(pairs.values()):
        raise Refused("Write KIND=TABLE and NAME=VALUE, with the sign in between")
    return pairs


@contextmanager
def _new_file(name: str) -> Iterator[TextIO | None]:
    """Open a file that is not there yet, for nobody else to read; nothing without a name. Refused if it is there.

    It goes again if the block fails: half a list looks like a whole one.
    """
    if not name:
        yield None
        return
    try:
        file = os.fdopen(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")
    except OSError as error:
        raise Refused(f"{name}: {error.strerror}") from None
    try:
        with file:
            yield file
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
