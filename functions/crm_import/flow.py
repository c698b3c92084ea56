"""The steps of an import: survey, guard, apply, cease, report. Each may be repeated, and goes on where it was killed.

The command line calls them one after the other, Step Functions calls them by `app`.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from crm_import import applying, guard, reports
from crm_import.columns import choose, understand
from crm_import.exchange import Exchange
from crm_import.guard import Limits, Totals
from crm_import.loading import Comparer, Found
from crm_import.mapping import SupplierMapping
from crm_import.messages import Message
from crm_import.rejects import Rejects
from crm_import.runs import Mode, Reason, Run, run_id
from crm_import.source import Source
from crm_import.survey import Survey
from crm_import.survey import survey as survey_file
from crm_import.surveying import PART_ROWS, Reading, Surveyor
from crm_import.worker_pool import CreateLoader
from utenza.tables.customer_batches import CustomerBatches
from utenza.tables.registered import RegisteredCustomers


class Dependencies(NamedTuple):
    """`create_comparer` makes one for each process that checks rows; processes must not share connections."""

    exchange: Exchange
    customers: CustomerBatches
    registered: RegisteredCustomers | None
    mappings: Sequence[SupplierMapping]
    limits: Limits = Limits()
    create_comparer: CreateLoader[list[Found]] | None = None
    part_rows: int = PART_ROWS


class Request(NamedTuple):
    """What is asked for. `approved_by` is who wants the file applied whatever the guard says, empty for nobody.

    `agreed` are the reasons that they have read, if they must have: for others the run is held again.

    Without `trusts` every row of a full file is compared with the table, whatever manifests say. `lease` is that of an
    execution in AWS: the same event twice is one run, but not two at once. At a terminal it is the file's.
    """

    supplier: str
    mode: Mode
    by: str
    approved_by: str = ""
    encoding: str = ""
    trusts: bool = True
    lease: str = ""
    agreed: Sequence[Reason] | None = None


def survey(
    request: Request,
    source: Source,
    dependencies: Dependencies,
    rejects: Path,
    *,
    now: int,
    step: Callable[[int], object] = lambda _: None,
    others: frozenset[str] = frozenset(),
    only_own: bool = False,
    found: Survey | None = None,
) -> Run:
    """Read the file, write the plan and return the run; raises NotAnExport, Busy, Replaced and Stopped.

    A run that was applied already is returned as it is. The lease is taken, and kept unless the survey fails.
    `found` is what `survey.survey` has said of the file, where it was asked before.
    """
    exchange = dependencies.exchange
    run = _begin(request, source, exchange, now)
    if run.status == "applied":
        return run
    exchange.take_lease(run, now)
    try:
        with source.whole() as path:
            found = found or survey_file(path, request.encoding, may_be_empty=request.mode == "delta")
            header, _ = choose(found.header, dependencies.mappings, request.supplier)
            refused = Rejects(rejects, header.names)
            reading = Reading(path, found, header, refused, others, only_own)
            surveyor = Surveyor(
                run, exchange, dependencies.customers, dependencies.registered, step, part_rows=dependencies.part_rows
            )
            create = dependencies.create_comparer or (lambda: Comparer(dependencies.customers))
            surveyed = surveyor.survey(reading, create, trusts=request.trusts)
            refused.close()
        exchange.save(surveyed)
        if refused.reasons:
            with rejects.open("rb") as file:
                exchange.report(run, ".rejects.csv", file, "text/csv; charset=utf-8")
    except BaseException:
        exchange.release(run)
        raise
    return surveyed


def judge(run: Run, dependencies: Dependencies) -> Run:
    """Hold a surveyed run or let it begin, and remember which."""
    exchange = dependencies.exchange
    known = dependencies.registered
    totals = Totals(
        active=lambda: dependencies.customers.count_active(run.supplier),
        registered=lambda: known.count(run.supplier) if known else 0,
    )
    later_full = [each for each in exchange.applied(run.supplier) if "-full-" in each and each > run.id]
    numbers, reasons = guard.check(
        run.mode, run.numbers, dependencies.limits, totals, is_older=bool(later_full), is_undone=run.was_undone
    )
    is_held = bool(reasons) and not (run.approved_by and guard.is_agreed(reasons, run.agreed))
    status = {"status": "held", "approved_by": ""} if is_held else {"status": "applying"}
    judged = run.model_copy(update={"numbers": numbers, "reasons": reasons, **status})
    exchange.save(judged)
    if is_held:
        exchange.release(run)
    else:
        exchange.open(judged)
    _note_approved(run, exchange)
    return judged


def apply(number: int, run: Run, source: Source, dependencies: Dependencies) -> int:
    """Write the records that part `number` changes; return how many. Raises Replaced and Stopped."""
    header = understand(run.header, [each for each in dependencies.mappings if each.id == run.supplier])
    exchange, table = dependencies.exchange, dependencies.customers
    return applying.apply_part(number, run, source, header, exchange=exchange, table=table)


def cease(number: int, run: Run, dependencies: Dependencies) -> int:
    """Set the customers of part `number` of those who are gone to closed; return how many. Raises Stopped."""
    return applying.cease_part(number, run, dependencies.exchange, dependencies.customers)


def finish(run: Run, dependencies: Dependencies, *, now: int) -> Run:
    """Publish what was applied, give the lease back, and write the report, also of a run that is held."""
    exchange = dependencies.exchange
    if run.status == "applying":
        exchange.publish(run)
        run = run.model_copy(update={"status": "applied", "ended_at": now})
        exchange.save(run)
    exchange.release(run)
    _report(run, exchange)
    return run


def give_up(
    run: Run, why: Message, dependencies: Dependencies, *, now: int, refused: bool = False, lingering: int = 0
) -> Run:
    """Remember why a run ended; what it has written stays, and the same file goes on where it ended.

    What is applied or held stays so: its report alone was missing. Other parts may be written for `lingering` seconds
    still: so long nobody else begins.
    """
    status = "refused" if refused else "failed"
    said = {"message": why.english, "message_it": why.italian}
    if run.status not in {"applied", "held"}:
        run = run.model_copy(update={"status": status, "ended_at": now, **said})
        dependencies.exchange.save(run)
    dependencies.exchange.release(run, until=now + lingering if lingering else 0)
    _report(run, dependencies.exchange)
    return run


def run_of(request: Request, source: Source, *, now: int) -> Run:
    """Return the run of a file before it is surveyed."""
    run = run_id(request.mode, source.as_of, source.file.identity, source.file.order)
    return Run(
        id=run,
        supplier=request.supplier,
        mode=request.mode,
        source=source.file,
        as_of=source.as_of,
        by=request.by,
        approved_by=request.approved_by,
        agreed=request.agreed,
        started_at=now,
        lease=request.lease or run,
    )


def run_of_lease(supplier: str, lease: str, dependencies: Dependencies) -> Run | None:
    """Return the last run that an execution has surveyed, None if it has come to none."""
    return max(
        (run for run in dependencies.exchange.runs(supplier) if run.lease == lease),
        key=lambda run: run.started_at,
        default=None,
    )


def _begin(request: Request, source: Source, exchange: Exchange, now: int) -> Run:
    """Return the run of a file; one that is approved against what came after it is of now."""
    run = run_of(request, source, now=now)
    earlier = exchange.run(run.supplier, run.id)
    is_older = any("-full-" in each and each > run.id for each in exchange.applied(run.supplier))
    was_undone = earlier is not None and (earlier.was_undone or earlier.status == "undone")
    was_applied = earlier is not None and earlier.status == "applied"
    if request.approved_by and (is_older or was_undone or was_applied):
        own = run_id(run.mode, now, source.file.identity, source.file.order)
        of_now = {"id": own, "as_of": now, "stands_for": run.id}
        return run.model_copy(update=of_now)
    if earlier and was_applied:
        return earlier
    begun = earlier.changes if earlier and earlier.status in {"applying", "failed"} and earlier.parts else None
    return run.model_copy(update={"was_undone": was_undone, "begun": begun})


def _note_approved(run: Run, exchange: Exchange) -> None:
    """Let nobody approve the run that was held once more: by then a newer file may have come in."""
    held = exchange.run(run.supplier, run.stands_for) if run.stands_for else None
    if held and held.may_be_approved:
        exchange.save(held.model_copy(update={"status": "approved", "approved_by": run.approved_by}))


def _report(run: Run, exchange: Exchange) -> None:
    exchange.report(run, ".json", run.model_dump_json(indent=1).encode(), "application/json")
    exchange.report(run, ".txt", reports.text(run).encode(), "text/plain; charset=utf-8")
