"""The steps of an import that Step Functions calls, one after the other or side by side (import.asl.json).

What fails is raised by its name, which says to Step Functions whether to try again; what was in the file is not said.
"""

import tempfile
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext

from crm_import import flow, mapping, messages, reports
from crm_import.exchange import Busy, Exchange
from crm_import.flow import Dependencies, Request
from crm_import.guard import Limits
from crm_import.runs import Run
from crm_import.schemas import Approved, Begin, NotEnded, Sent, Step, Strange, Work
from crm_import.source import Source, StoredFile, stored
from crm_import.survey import NotAnExport
from utenza.clients import client
from utenza.errors import Stopped
from utenza.objects import Missing, Objects, Replaced
from utenza.observability import count, count_many, log, log_failure, traced
from utenza.operators import tell
from utenza.settings import MailSettings
from utenza.tables.customer_batches import CustomerBatches
from utenza.tables.registered import RegisteredCustomers

LINGERING = 900  # seconds that a part may take: the function's timeout
_KNOWN = (Busy, Missing, NotAnExport, Replaced, Stopped, Strange)


class NotApproved(Exception):
    """The run is not held, or not any more, or who sent it may not approve it."""


class Failed(Exception):
    """A bug or an item that nobody expected; why is in the log, without what it said."""


class Settings(MailSettings):
    customers_table: str
    accounts_table: str
    exchange_bucket: str
    operators_email: str
    import_approval: Literal["anyone", "another"]
    import_most_ceasing: int
    import_most_ceasing_percent: float
    import_most_changing_hands: int
    import_most_changing_hands_percent: float
    import_least_rows_percent: float
    import_most_rejected_percent: float

    @property
    def limits(self) -> Limits:
        return Limits(
            self.import_most_ceasing,
            self.import_most_ceasing_percent,
            self.import_most_changing_hands,
            self.import_most_changing_hands_percent,
            self.import_least_rows_percent,
            self.import_most_rejected_percent,
        )


@cache
def dependencies() -> Dependencies:
    settings = Settings.load()
    dynamodb = client("dynamodb", is_patient=True)
    return Dependencies(
        Exchange(Objects(client("s3"), settings.exchange_bucket)),
        CustomerBatches(dynamodb, settings.customers_table),
        RegisteredCustomers(dynamodb, settings.accounts_table),
        mapping.load(),
        settings.limits,
    )


@traced
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Do `event["step"]` with `event["input"]`, and return what the next step needs."""
    steps: Mapping[Step, Callable[[Any], dict[str, Any]]] = {
        "survey": lambda asked: _survey(Begin.model_validate(asked), event.get("execution", "")),
        "not_surveyed": lambda asked: _not_surveyed(Begin.model_validate(asked), event.get("execution", "")),
        "not_ended": lambda event: _not_ended(NotEnded.model_validate(event)),
        "guard": lambda work: _guard(Work.model_validate(work)),
        "apply": lambda work: _apply(Work.model_validate(work)),
        "cease": lambda work: _cease(Work.model_validate(work)),
        "finish": lambda work: _finish(Work.model_validate(work)),
        "give_up": lambda work: _give_up(Work.model_validate(work)),
    }
    try:
        return steps[event["step"]](event["input"])
    except (*_KNOWN, NotApproved):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is: its message may quote a customer
        log_failure(error, step=str(event.get("step", "")))
        raise Failed(type(error).__name__) from None


def _survey(begin: Begin, execution: str) -> dict[str, Any]:
    given, now = dependencies(), int(time.time())
    request, source = _asked(begin, given, now)
    request = request._replace(lease=execution)
    try:
        with tempfile.TemporaryDirectory() as folder:
            run = flow.survey(request, source, given, Path(folder) / "rejects.csv", now=now)
    except NotAnExport as refusal:
        run = flow.give_up(flow.run_of(request, source, now=now), refusal.message, given, now=now, refused=True)
        _tell(run)
    return _state(run)


def _not_surveyed(begin: Begin, execution: str) -> dict[str, Any]:
    """Report a file that could not be surveyed; a run that waits for approval, or is another execution's, stays."""
    given, now = dependencies(), int(time.time())
    request, source = _asked(begin, given, now)
    run = flow.run_of(request._replace(lease=execution), source, now=now)
    earlier = given.exchange.run(run.supplier, run.id)
    if earlier is None or earlier.lease == run.lease or earlier.status == "failed":
        run = flow.give_up(run, messages.of_failure(begin.failure.error), given, now=now, lingering=LINGERING)
        _tell(run)
    else:
        given.exchange.release(run, until=now + LINGERING)
    return _state(run)


def _not_ended(event: NotEnded) -> dict[str, Any]:
    """Report a file whose execution took too long or was stopped, which no state of it could do."""
    begin, execution = event.begin, event.detail.arn
    if begin is None:
        return {}
    given, now = dependencies(), int(time.time())
    run = flow.run_of_lease(_supplier(begin, given), execution, given)
    if run is None:
        return _not_surveyed(begin, execution)
    if run.status in {"surveyed", "applying", "failed"}:
        run = flow.give_up(run, messages.of_failure(begin.failure.error), given, now=now, lingering=LINGERING)
    else:
        run = flow.finish(run, given, now=now)
    _tell(run)
    return _state(run)


def _guard(work: Work) -> dict[str, Any]:
    return _state(flow.judge(_run(work), dependencies()))


def _apply(work: Work) -> dict[str, Any]:
    run = _run(work)
    return {"written": flow.apply(work.part, run, _source(run), dependencies())}


def _cease(work: Work) -> dict[str, Any]:
    return {"written": flow.cease(work.part, _run(work), dependencies())}


def _finish(work: Work) -> dict[str, Any]:
    run = flow.finish(_run(work), dependencies(), now=int(time.time()))
    _tell(run)
    return _state(run)


def _give_up(work: Work) -> dict[str, Any]:
    why = messages.of_failure(work.error)
    run = flow.give_up(_run(work), why, dependencies(), now=int(time.time()), lingering=LINGERING)
    _tell(run)
    return _state(run)


def _asked(begin: Begin, given: Dependencies, now: int) -> tuple[Request, Source]:
    if begin.approve:
        return _approved(begin.approve, given, now)
    sent = _sent(begin)
    supplier, mode = _supplier(begin, given), sent.place[1]
    file = sent.detail.object
    source = stored(given.exchange.objects, file.key, file.version, file.order)
    return Request(supplier, mode, source.file.sent_by or f"s3:{sent.detail.requester}"), source


def _sent(begin: Begin) -> Sent:
    return Sent.model_validate({"detail": begin.detail.model_dump(by_alias=True) if begin.detail else None})


def _supplier(begin: Begin, given: Dependencies) -> str:
    supplier = begin.approve.supplier if begin.approve else _sent(begin).place[0]
    if supplier not in {each.id for each in given.mappings}:
        raise Strange
    return supplier


def _approved(approved: Approved, given: Dependencies, now: int) -> tuple[Request, Source]:
    run = given.exchange.run(approved.supplier, approved.run)
    is_sender = run is not None and Settings.load().import_approval == "another" and approved.by == run.by
    if run is None or not run.may_be_approved or now > run.held_until or is_sender or not approved.by:
        raise NotApproved
    return Request(run.supplier, run.mode, run.by, approved_by=approved.by, agreed=run.reasons), _source(run)


def _source(run: Run) -> Source:
    """Return the very file that was surveyed; to read another one raises Replaced."""
    return StoredFile(dependencies().exchange.objects, run.source, run.as_of)


def _run(work: Work) -> Run:
    run = dependencies().exchange.run(work.supplier, work.run)
    if run is None:
        raise Missing
    return run


def _state(run: Run) -> dict[str, Any]:
    folder = f"runs/{run.supplier}/{run.id}"
    return {
        "supplier": run.supplier,
        "run": run.id,
        "status": run.status,
        "changes": "some" if run.parts else "none",
        "parts": f"{folder}/parts.json",
        "gone": "some" if run.cease_parts else "none",
        "ceasing": f"{folder}/ceasing.json",
    }


def _tell(run: Run) -> None:
    """Say how a run ended: to the log, to CloudWatch, and to the operators' address if there is one."""
    log("import_ended", run=run.id, supplier=run.supplier, status=run.status)
    count("Imports", outcome=run.status)
    if run.status == "applied":
        numbers = run.numbers
        loaded = numbers.new + numbers.changed + numbers.unchanged
        for outcome, rows in (("loaded", loaded), ("repeated", numbers.repeated), ("rejected", numbers.rejected)):
            count_many("ImportRows", rows, outcome=outcome)
    settings = Settings.load()
    if settings.sends_mail and settings.operators_email:
        subject = f"Importazione {run.supplier}: {reports.status(run)}"
        tell(client("sesv2"), settings.sender_email, settings.operators_email, subject, reports.text(run))
