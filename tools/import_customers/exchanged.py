"""An import with an exchange bucket: guarded, remembered, and undone if need be; a run for each supplier."""

import getpass
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from crm_import import flow
from crm_import.columns import Header, choose
from crm_import.encodings import LABELS
from crm_import.exchange import Exchange
from crm_import.flow import Dependencies, Request
from crm_import.guard import Limits
from crm_import.mapping import SupplierMapping
from crm_import.records import records
from crm_import.runs import Mode, Run
from crm_import.source import LocalFile
from crm_import.survey import NotAnExport, Survey, survey
from tools.aws import Aws
from tools.import_customers import approval
from tools.import_customers.dry import WithoutWrites
from tools.import_customers.parts import carry_out
from tools.import_customers.progress import Progress
from tools.import_customers.summary import Summary
from tools.import_customers.target import (
    Target,
    connect_batches,
    connect_comparer,
    connect_exchange,
    connect_registered,
)
from utenza.identifiers.separators import clean
from utenza.objects import Objects, Replaced

_CLOCKS_DIFFER = 300  # seconds


class Options(NamedTuple):
    """What the command line asks for; `supplier` None means all that the file names."""

    path: Path
    mode: Mode
    supplier: str | None
    rejects: Path
    encoding: str
    approve: bool
    dry_run: bool
    trusts: bool
    limits: Limits


class Outcome(NamedTuple):
    """A run as it ended, for people: `is_repeated` is a file that was applied before."""

    run: Run
    summary: str
    is_repeated: bool = False


class ExchangedImport:
    """The import of one file; the constructor reads it once and raises NotAnExport, and OSError."""

    def __init__(self, options: Options, mappings: Sequence[SupplierMapping], target: Target) -> None:
        self._options, self._target = options, target
        self._survey = survey(options.path, options.encoding, may_be_empty=options.mode == "delta")
        self._header, only = choose(self._survey.header, mappings, options.supplier)
        self.suppliers = [only] if only else _in_file(options.path, self._header, self._survey)
        if options.mode == "full" and len(self.suppliers) > 1:
            raise NotAnExport("a full file says who is all of one supplier's customers: add --supplier")
        self._source = _unchanged(options.path)
        self._by = caller(target.aws)
        exchange = connect_exchange(target)
        self._dependencies = Dependencies(
            Exchange(WithoutWrites(exchange.objects)) if options.dry_run else exchange,
            connect_batches(target),
            connect_registered(target),
            mappings,
            options.limits,
            partial(connect_comparer, target),
        )
        self.done = 0

    def run(self) -> Iterator[Outcome]:
        """Run the import for one supplier after the other; raises NotAnExport, Busy, Refused, Replaced and Stopped."""
        for at, supplier in enumerate(self.suppliers):
            yield self._import(supplier, at)

    def _import(self, supplier: str, at: int) -> Outcome:
        options = self._options
        rejects = options.rejects
        if at > 0:
            rejects = rejects.with_name(f"{options.path.name}.{supplier}.rejects.csv")
        request = Request(supplier, options.mode, self._by, encoding=options.encoding, trusts=options.trusts)
        if options.approve:
            known = flow.run_of(request, self._source, now=0)
            held_before = self._dependencies.exchange.run(supplier, known.id)
            approval.check_person(held_before, self._by, self._target)
            request = request._replace(by=held_before.by if held_before else self._by, approved_by=self._by)
        with Progress(self._survey.rows) as progress:
            run = flow.survey(
                request,
                self._source,
                self._dependencies,
                rejects,
                now=int(time.time()),
                step=progress.step,
                others=frozenset(self.suppliers) - {supplier},
                only_own=at > 0,
                found=self._survey,
            )
            self.done = progress.done
            seconds = progress.seconds
        if run.status == "applied":
            return Outcome(run, "", is_repeated=True)
        if options.dry_run:
            run = flow.judge(run, self._dependencies)
        else:
            run, seconds = self._go_on(run, seconds)
        return Outcome(run, self._summary(run, seconds, rejects))

    def _go_on(self, run: Run, seconds: float) -> tuple[Run, float]:
        began = time.monotonic()
        run = flow.judge(run, self._dependencies)
        with Progress(run.numbers.new + run.numbers.changed if run.status == "applying" else 0) as progress:
            run = carry_out(run, self._source, self._dependencies, self._target, progress.step)
        return run, seconds + time.monotonic() - began

    def _summary(self, run: Run, seconds: float, rejects: Path) -> str:
        numbers = run.numbers
        counts = {name: getattr(numbers, name) for name in ("new", "changed", "unchanged", "repeated")}
        counts |= {"ceased": numbers.gone} if run.mode == "full" else {}
        counts |= {name: getattr(numbers, name) for name in ("superseded", "kept") if getattr(numbers, name)}
        parted = [(what.partition(" "), count) for what, count in run.rejects.items()]
        rejected = [((field, code), count) for (code, _, field), count in parted]
        return Summary(
            numbers.rows,
            seconds,
            LABELS[self._survey.encoding.removesuffix("-sig")],
            self._header.separated_by,
            counts,
            rejected,
            rejects,
            {field: (each.rows, each.lines) for field, each in run.left_out.items()},
            self._header.ignored,
        ).text(dry_run=self._options.dry_run)


def _unchanged(path: Path) -> LocalFile:
    try:
        file = LocalFile(path)
    except Replaced:
        raise NotAnExport("it was changed while it was read") from None
    if file.as_of > time.time() + _CLOCKS_DIFFER:
        raise NotAnExport("its time is in the future, and each later file would be older: touch it, or set the clock")
    return file


def send(path: Path, objects: Objects, key: str, by: str) -> None:
    """Put a file into the exchange bucket, with the time of its data and its sender; raises OSError and Stopped."""
    said = {"as-of": str(int(path.stat().st_mtime)), "sent-by": by.encode("ascii", "replace").decode()}
    with path.open("rb") as file:
        objects.put(key, file, "text/csv", said)


def outcomes(run: Run) -> Mapping[str, int]:
    """Return the number of rows by outcome, as the metric of an import has them."""
    numbers = run.numbers
    loaded = numbers.new + numbers.changed + numbers.unchanged
    return {"loaded": loaded, "repeated": numbers.repeated, "rejected": numbers.rejected}


def caller(aws: Aws) -> str:
    """Return who asks: the principal in AWS, or the user of this machine for a local stack."""
    if aws.is_local:
        return f"{getpass.getuser()} (local)"
    try:
        return str(aws.client("sts").get_caller_identity()["Arn"])
    except (BotoCoreError, ClientError):
        return getpass.getuser()


def _in_file(path: Path, header: Header, found: Survey) -> list[str]:
    """Return the suppliers that the rows name, the first of all if they name none."""
    at, named = header.supplier_at, set[str]()
    with path.open(encoding=found.encoding, newline=found.newline) as lines:
        rest = islice(lines, found.header_line, None)
        for record in records(rest, header.delimiter, width=len(header.names)):
            if at is not None and len(record.cells) > at:
                named.add(record.cells[at])
    suppliers = {clean(each).casefold() for each in named}
    return [each for each in header.layouts if each in suppliers] or list(header.layouts)[:1]
