"""The import in AWS: the state machine from a file that was sent to its report, with the handler, on fakes."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from crm_import import app, flow
from crm_import.exchange import Busy
from crm_import.guard import Limits
from crm_import.runs import HELD_SECONDS, Part, Run
from tests.unit.crm_import.engine import START, SUPPLIER, Engine, File, code_of
from tests.unit.crm_import.machine import Ended, Machine
from utenza.errors import Stopped

FULL = File("full", 1, dict.fromkeys(range(10), "ROSSI"))
NEXT = File("full", 2, {number: "VERDI" if number == 4 else "ROSSI" for number in range(9)})
KEY = f"incoming/{SUPPLIER}/full/clienti.csv"
NOW = START + 10**6
SENT = {"sent-by": "arn:me"}


class Aws(NamedTuple):
    """The import with its bucket, table, mails and clock."""

    engine: Engine
    mails: list[dict[str, Any]]
    clock: SimpleNamespace
    settings: SimpleNamespace

    def send(self, file: File, key: str = KEY) -> dict[str, Any]:
        """Put a file into the bucket and return the event of it."""
        content = self.engine.write(file).read_bytes()
        self.engine.objects.send(key, content, modified=START + 3600 * file.hour)
        version = self.engine.objects.head(key).version
        return {
            "source": "aws.s3",
            "detail-type": "Object Created",
            "detail": {"object": {"key": key, "size": 1, "version-id": version}, "requester": "123456789012"},
        }

    def execute(self, given: Any, invoke: Callable[[dict[str, Any]], Any] | None = None) -> Ended:
        return Machine(invoke or call, lambda key: json.loads(self.engine.objects.get(key))).run(given)

    def report(self, kind: str = ".txt") -> str:
        *_, key = (key for key in self.engine.objects.keys("reports/") if key.endswith(kind))
        return self.engine.objects.get(key).decode()

    def last(self) -> Run:
        *_, run = self.engine.dependencies().exchange.runs(SUPPLIER)
        return run

    def older(self) -> Run:
        return next(iter(self.engine.dependencies().exchange.runs(SUPPLIER)))

    def run(self) -> str:
        return self.last().id


def call(event: dict[str, Any]) -> Any:
    return app.handler(event, LambdaContext())


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Aws:
    engine = Engine(tmp_path, limits=Limits(ceasing=2))
    mails: list[dict[str, Any]] = []
    clock = SimpleNamespace(now=NOW)
    settings = SimpleNamespace(
        sends_mail=True, sender_email="a@example.it", operators_email="b@example.it", import_approval="anyone"
    )
    ses = SimpleNamespace(send_email=lambda **mail: mails.append(mail))
    monkeypatch.setattr(app, "dependencies", engine.dependencies)
    monkeypatch.setattr(app.Settings, "load", lambda: settings)
    monkeypatch.setattr(app, "client", lambda _: ses)
    monkeypatch.setattr("time.time", lambda: clock.now)
    return Aws(engine, mails, clock, settings)


def test_a_full_file_goes_all_the_way_to_its_report_and_mail(aws: Aws) -> None:
    assert aws.execute(aws.send(FULL)).error == ""
    ended = aws.execute(aws.send(NEXT))
    assert ended.steps == [
        "WhatCame",
        "Survey",
        "HowItLooks",
        "Guard",
        "IsHeld",
        "Apply",
        "WhoIsGone",
        "Cease",
        "Report",
    ]
    assert (ended.error, ended.output["status"]) == ("", "applied")
    assert aws.engine.names() == {**NEXT.rows, 9: "ROSSI-"}
    assert "clienti modificati: 1" in aws.report()
    assert "clienti cessati perché non più nel file: 1" in aws.report()
    assert aws.mails[-1]["Destination"] == {"ToAddresses": ["b@example.it"]}
    assert "eseguita" in aws.mails[-1]["Content"]["Simple"]["Subject"]["Data"]
    assert "ROSSI" not in str(aws.mails)


def test_a_night_without_changes_maps_over_nothing(aws: Aws) -> None:
    aws.execute(aws.send(FULL))
    same = aws.execute(aws.send(FULL._replace(hour=2)))
    header_alone = aws.execute(aws.send(File("delta", 3, {}), KEY.replace("full", "delta")))
    for ended in (same, header_alone):
        assert (ended.error, ended.steps[4:]) == ("", ["IsHeld", "WhoIsGone", "Report"])
    assert aws.engine.active() == FULL.rows
    assert aws.execute(aws.send(File("full", 4, {}))).error == "NotAnExport"


def test_an_empty_file_is_refused_and_a_folder_of_a_console_is_none(aws: Aws) -> None:
    event = aws.send(FULL)
    aws.engine.objects.send(KEY, b"", modified=START)
    event["detail"]["object"] |= {"version-id": aws.engine.objects.head(KEY).version, "size": 0}
    assert aws.execute(event).error == "NotAnExport"
    assert "il file è vuoto" in aws.report()
    assert len(aws.mails) == 1
    event["detail"]["object"] |= {"key": f"incoming/{SUPPLIER}/full/"}
    assert (aws.execute(event).error, aws.execute(event).steps) == ("", ["WhatCame", "Folder"])


@pytest.mark.parametrize("names", [("VERDI", "BIANCHI"), ("BIANCHI", "VERDI")])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_uploads_of_one_key_within_a_second_the_later_counts(
    aws: Aws, names: tuple[str, str], order: tuple[int, int]
) -> None:
    """In whatever order their events arrive; S3's times are whole seconds, its sequencers tell them apart."""
    aws.execute(aws.send(FULL))
    key = KEY.replace("full", "delta")
    events = [aws.send(File("delta", 2, {1: name}), key) for name in names]
    for event, sequencer in zip(events, ("0055aed6dcd90281e5", "0055AED6DCD90281E51"), strict=True):
        event["detail"]["object"]["sequencer"] = sequencer
    for at in (*order, *order):
        assert aws.execute(events[at]).error == ""
    assert aws.engine.names()[1] == names[1]


def test_no_mail_is_sent_without_an_address(aws: Aws) -> None:
    aws.settings.operators_email = ""
    assert aws.execute(aws.send(FULL)).error == ""
    assert aws.mails == []


def test_a_held_run_changes_nothing_and_an_approval_within_a_week_applies_that_very_file(aws: Aws) -> None:
    aws.execute(aws.send(FULL))
    before = dict(aws.engine.table.items)
    half = FULL._replace(hour=2, rows=dict.fromkeys(range(6), "ROSSI"))
    held = aws.execute(aws.send(half))
    assert (held.error, held.steps[-2:], aws.engine.table.items) == ("", ["IsHeld", "Report"], before)
    assert "cesserebbero 4 clienti attivi; senza conferma al massimo 2" in aws.report()
    assert "il file ha 6 righe; in base all'ultimo file completo almeno 8" in aws.report()
    run = aws.run()
    aws.send(FULL._replace(hour=3, rows={1: "ALTRI"}))  # the key is written again; its event is late
    approval = {"approve": {"supplier": SUPPLIER, "run": run, "by": "arn:somebody"}}
    assert aws.execute(approval).error == ""
    assert aws.engine.active() == half.rows
    assert "Approvato da: arn:somebody" in aws.report()


@pytest.mark.parametrize(
    ("approval", "by", "late", "error"),
    [
        ("anyone", "s3:123456789012", 0, ""),
        ("another", "s3:123456789012", 0, "NotApproved"),
        ("another", "arn:somebody", 0, ""),
        ("anyone", "arn:somebody", HELD_SECONDS + 1, "NotApproved"),
        ("anyone", "", 0, "NotApproved"),
    ],
)
def test_who_may_approve_and_until_when(aws: Aws, approval: str, by: str, late: int, error: str) -> None:
    aws.settings.import_approval = approval
    aws.execute(aws.send(FULL))
    aws.execute(aws.send(FULL._replace(hour=2, rows={1: "ROSSI"})))
    aws.clock.now += late
    ended = aws.execute({"approve": {"supplier": SUPPLIER, "run": aws.run(), "by": by}})
    assert ended.error == error
    assert (len(aws.engine.active()) == 1) == (error == "")


def test_who_approves_agrees_to_what_the_report_said_and_to_no_more(aws: Aws) -> None:
    """An older file is held as that alone; approved it is one of now, and what it would do then is said first."""
    aws.execute(aws.send(FULL._replace(hour=5)))
    aws.execute(aws.send(FULL._replace(rows=dict.fromkeys(range(6), "ROSSI"))))
    approval = {"supplier": SUPPLIER, "run": aws.older().id, "by": "arn:somebody"}
    again = aws.execute({"approve": approval})
    assert (again.error, again.output["status"], aws.engine.active()) == ("", "held", FULL.rows)
    assert "cesserebbero 4 clienti attivi; senza conferma al massimo 2" in aws.report()
    assert "Approvato da" not in aws.report()
    ended = aws.execute({"approve": {**approval, "run": again.output["run"]}})
    assert (ended.output["status"], len(aws.engine.active())) == ("applied", 6)


def test_an_older_file_is_approved_once(aws: Aws) -> None:
    """It is applied as one of now; approved once more it would be newer than a file that has come in since."""
    aws.engine.limits = Limits()
    aws.execute(aws.send(FULL._replace(hour=5)))
    aws.execute(aws.send(NEXT._replace(hour=3)))
    held = aws.older()
    approval = {"approve": {"supplier": SUPPLIER, "run": held.id, "by": "arn:somebody"}}
    assert (held.status, aws.execute(approval).output["status"]) == ("held", "applied")
    assert (aws.older().id, aws.older().status, aws.older().approved_by) == (held.id, "approved", "arn:somebody")
    aws.execute(aws.send(FULL._replace(hour=400)))
    aws.clock.now += 3600
    assert (aws.execute(approval).error, aws.engine.active()) == ("NotApproved", FULL.rows)


def test_an_approved_run_that_failed_is_approved_again(aws: Aws) -> None:
    aws.execute(aws.send(FULL))
    aws.execute(aws.send(FULL._replace(hour=2, rows={1: "VERDI"})))
    approval = {"approve": {"supplier": SUPPLIER, "run": aws.run(), "by": "arn:somebody"}}

    def invoke(given: dict[str, Any]) -> Any:
        if given["step"] == "cease":
            raise Stopped("PutItem: ThrottlingException")
        return call(given)

    assert aws.execute(approval, invoke).error == "ImportFailed"
    aws.clock.now += app.LINGERING
    assert aws.execute(approval).error == ""
    assert aws.engine.active() == {1: "VERDI"}


def test_who_sent_a_file_may_say_so_and_does_not_approve_it(aws: Aws) -> None:
    aws.settings.import_approval = "another"
    aws.execute(aws.send(FULL))
    aws.engine.objects.send(KEY, aws.engine.write(NEXT._replace(rows={1: "ROSSI"})).read_bytes(), modified=NOW, **SENT)
    aws.execute({"detail": {"object": {"key": KEY}, "requester": "123456789012"}})
    assert aws.last().by == "arn:me"
    assert aws.execute({"approve": {"supplier": SUPPLIER, "run": aws.run(), "by": "arn:me"}}).error == "NotApproved"
    assert aws.execute({"approve": {"supplier": SUPPLIER, "run": aws.run(), "by": "arn:you"}}).error == ""


def test_a_run_that_is_not_held_is_not_approved(aws: Aws) -> None:
    aws.execute(aws.send(FULL))
    assert aws.execute({"approve": {"supplier": SUPPLIER, "run": aws.run(), "by": "x"}}).error == "NotApproved"


def test_the_same_event_twice_is_one_import(aws: Aws) -> None:
    event = aws.send(FULL)
    aws.execute(event)
    written = list(aws.engine.table.written)
    assert aws.execute(event).steps == ["WhatCame", "Survey", "HowItLooks", "AppliedAlready"]
    assert aws.engine.table.written == written


def test_a_file_that_is_no_export_fails_and_its_report_says_why(aws: Aws) -> None:
    aws.engine.objects.send(KEY, b"<html>\r\n", modified=START)
    ended = aws.execute({"detail": {"object": {"key": KEY}}})
    assert (ended.error, ended.steps[-1]) == ("NotAnExport", "Refused")
    assert "Perché: il file non è un CSV ma una pagina web (HTML o XML)" in aws.report()
    assert "(In English: it is not a CSV file but a web page (HTML or XML)" in aws.report()
    assert "RIFIUTATA" in aws.mails[-1]["Content"]["Simple"]["Subject"]["Data"]
    assert aws.execute(aws.send(FULL)).error == ""  # nothing holds up the next file


@pytest.mark.parametrize(
    "key", ["incoming/nobody/full/x.csv", f"incoming/{SUPPLIER}/all/x.csv", f"incoming/{SUPPLIER}/full/a/b.csv", "x"]
)
def test_other_objects_are_refused_without_a_word_of_their_names(
    aws: Aws, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert aws.execute(aws.send(FULL, key)).error == "Strange"
    assert (aws.engine.table.items, caplog.records) == ({}, [])


def test_the_same_event_twice_at_the_same_time_is_one_import_after_the_other(aws: Aws) -> None:
    event, other = aws.send(FULL), list[Part]()

    def invoke(given: dict[str, Any]) -> Any:
        """Begin a second execution when the first one has applied a part."""
        if given["step"] == "apply" and not other:
            with pytest.raises(Busy):
                call({"step": "survey", "input": event, "execution": "another"})
            reports = list(aws.engine.objects.keys("reports/"))
            late = {**event, "failure": {"Error": "Busy", "Cause": "{}"}}
            call({"step": "not_surveyed", "input": late, "execution": "another"})
            assert (aws.last().status, list(aws.engine.objects.keys("reports/"))) == ("applying", reports)
            other.append(aws.engine.dependencies().exchange.part(aws.last(), 2))
        return call(given)

    assert aws.execute(event, invoke).error == ""
    assert aws.engine.dependencies().exchange.part(aws.last(), 2) == other[0]  # its plan is as it was
    assert aws.execute(event).steps[-1] == "AppliedAlready"


def test_a_survey_that_is_ended_by_lambda_is_reported_and_holds_the_next_file_up_for_minutes(aws: Aws) -> None:
    def invoke(given: dict[str, Any]) -> Any:
        result = call(given)
        if given["step"] == "survey":
            raise RuntimeError  # it took too long: nothing was tidied up
        return result

    ended = aws.execute(aws.send(FULL), invoke)
    assert (ended.error, ended.steps) == ("ImportFailed", ["WhatCame", "Survey", "NotSurveyed", "Failed"])
    assert "INTERROTTA" in aws.report()
    assert "INTERROTTA" in aws.mails[-1]["Content"]["Simple"]["Subject"]["Data"]
    assert aws.execute(aws.send(NEXT)).error == "ImportFailed"  # it may be running
    assert "un'altra importazione di questo fornitore non è finita in tempo (Busy)" in aws.report()
    aws.clock.now += app.LINGERING
    assert aws.execute(aws.send(NEXT)).error == ""


def test_a_part_that_fails_is_tried_again_and_does_nothing_twice(aws: Aws) -> None:
    failures = [Stopped("BatchWriteItem: ThrottlingException")] * 2

    def invoke(event: dict[str, Any]) -> Any:
        result = call(event)
        if event["step"] == "apply" and event["input"]["part"] == 2 and failures:
            raise failures.pop()
        return result

    assert aws.execute(aws.send(FULL), invoke).error == ""
    assert aws.engine.active() == FULL.rows
    assert len(aws.engine.table.written) == len(FULL.rows)


def test_a_part_that_fails_for_good_is_reported_and_the_file_goes_on_when_it_is_sent_again(aws: Aws) -> None:
    def invoke(event: dict[str, Any]) -> Any:
        if event["step"] == "apply" and event["input"]["part"] == 2:
            raise Stopped("BatchWriteItem: ThrottlingException")
        return call(event)

    ended = aws.execute(aws.send(FULL), invoke)
    assert (ended.error, ended.steps[-2:]) == ("ImportFailed", ["GiveUp", "Failed"])
    assert "INTERROTTA" in aws.report()
    assert "Perché: AWS non ha risposto (Stopped)" in aws.report()
    assert len(aws.engine.active()) == 3
    with pytest.raises(Busy):  # other parts may not have ended
        aws.engine.survey(NEXT)
    aws.clock.now += app.LINGERING
    ended = aws.execute(aws.send(FULL))
    assert (ended.error, ended.output["run"]) == ("", aws.run())
    assert aws.engine.active() == FULL.rows
    assert "clienti nuovi: 7" in aws.report()  # the first part was done
    assert "in tutto: 10 nuovi" in aws.report()


@pytest.mark.parametrize(("hour", "rows", "status"), [(2, 9, "applied"), (2, 1, "held")])
def test_a_run_whose_report_cannot_be_written_is_what_it_is(aws: Aws, hour: int, rows: int, status: str) -> None:
    aws.execute(aws.send(FULL))

    def invoke(given: dict[str, Any]) -> Any:
        result = call(given)
        if given["step"] == "finish":
            raise Stopped("PutObject: AccessDenied")
        return result

    ended = aws.execute(aws.send(FULL._replace(hour=hour, rows=dict.fromkeys(range(rows), "ROSSI"))), invoke)
    assert (ended.error, ended.steps[-2:]) == ("ImportFailed", ["GiveUp", "Failed"])  # and the alarm
    assert aws.last().status == status
    assert "INTERROTTA" not in aws.report()


def test_a_file_that_is_replaced_during_its_import_is_imported_and_so_is_the_other_one(aws: Aws) -> None:
    later = list[dict[str, Any]]()

    def invoke(given: dict[str, Any]) -> Any:
        if given["step"] == "apply" and not later:
            later.append(aws.send(NEXT))  # under the same key
        return call(given)

    assert aws.execute(aws.send(FULL), invoke).error == ""
    assert aws.engine.active() == FULL.rows
    assert aws.execute(later[0]).error == ""
    assert aws.engine.names() == {**NEXT.rows, 9: "ROSSI-"}


class _Ended(BaseException):
    """Step Functions lets an execution go."""


def _ended(aws: Aws, given: dict[str, Any], before: str, status: str) -> dict[str, Any]:
    """Begin an execution, end it before the first of these steps, and return the event of that."""
    execution = ""

    def invoke(asked: dict[str, Any]) -> Any:
        nonlocal execution
        execution = execution or asked["execution"]
        if asked["step"] == before:
            raise _Ended
        return call(asked)

    with pytest.raises(_Ended):
        aws.execute(given, invoke)
    detail = {"executionArn": execution, "status": status, "input": json.dumps(given)}
    return {"source": "aws.states", "detail-type": "Step Functions Execution Status Change", "detail": detail}


@pytest.mark.parametrize("before", ["survey", "guard", "apply", "cease"])
@pytest.mark.parametrize(
    ("status", "why"), [("TIMED_OUT", "l'importazione è durata troppo"), ("ABORTED", "qualcuno ha fermato")]
)
def test_an_execution_that_is_ended_is_reported_and_the_same_file_goes_on(
    aws: Aws, before: str, status: str, why: str
) -> None:
    aws.execute(aws.send(FULL))
    sent = aws.send(NEXT)
    event, reports, mails = _ended(aws, sent, before, status), list(aws.engine.objects.keys("reports/")), len(aws.mails)
    assert aws.execute(event).steps == ["WhatCame", "NotEnded"]
    assert why in aws.report()
    assert f"({status})" in aws.report()
    assert (aws.last().status, len(list(aws.engine.objects.keys("reports/")))) == ("failed", len(reports) + 2)
    assert "INTERROTTA" in aws.mails[mails]["Content"]["Simple"]["Subject"]["Data"]
    aws.clock.now += app.LINGERING
    assert aws.execute(sent).error == ""
    assert aws.engine.names() == {**NEXT.rows, 9: "ROSSI-"}


def test_a_held_file_whose_execution_is_ended_before_its_report_has_one(aws: Aws) -> None:
    aws.execute(aws.send(FULL))
    event = _ended(aws, aws.send(NEXT._replace(rows={1: "ROSSI"})), "finish", "ABORTED")
    assert aws.execute(event).error == ""
    assert "TRATTENUTA" in aws.report()
    assert aws.execute({"approve": {"supplier": SUPPLIER, "run": aws.run(), "by": "arn:somebody"}}).error == ""


def test_what_another_execution_has_taken_over_is_left_to_it(aws: Aws) -> None:
    sent = aws.send(FULL)
    event = _ended(aws, sent, "apply", "TIMED_OUT")
    aws.engine.objects.delete(f"leases/{SUPPLIER}.json")
    assert aws.execute(sent).error == ""
    report = aws.report()
    assert aws.execute(event).error == ""
    assert (aws.last().status, aws.report()) == ("applied", report)


@pytest.mark.parametrize("given", ['{"supplier": "x", "run": "y", "part": 1}', '{"source": "aws.states"}', None])
def test_other_executions_that_are_ended_have_nothing_to_report(aws: Aws, given: str | None) -> None:
    """Those of a map's parts, and those that report others: they never begin one another."""
    ended = aws.execute({"source": "aws.states", "detail": {"executionArn": "x", "status": "ABORTED", "input": given}})
    assert (ended.error, ended.output, list(aws.engine.objects.keys(""))) == ("", {}, [])


def test_a_second_file_waits_for_the_first(aws: Aws) -> None:
    aws.execute(aws.send(FULL))
    aws.engine.survey(NEXT)  # another one has begun
    tries: list[str] = []

    def invoke(event: dict[str, Any]) -> Any:
        tries.append(event["step"])
        if len(tries) == 4:
            aws.engine.objects.delete(f"leases/{SUPPLIER}.json")
        return call(event)

    late = FULL._replace(hour=5, rows={**FULL.rows, 1: "NERI"})
    assert aws.execute(aws.send(late), invoke).error == ""
    assert tries[:5] == ["survey"] * 4 + ["guard"]


def test_what_nobody_expected_says_nothing_of_the_file(
    aws: Aws, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ValueError(f"ROSSI {code_of(1)}")

    event = aws.send(FULL)
    monkeypatch.setattr(flow, "survey", broken)
    with pytest.raises(app.Failed, match=r"^ValueError$"):
        call({"step": "survey", "input": event})
    logged = str([vars(record) for record in caplog.records])
    assert "ValueError" in logged
    assert not [word for word in ("ROSSI", code_of(1), KEY) if word in logged]


def test_a_table_that_is_not_used_to_so_many_writes_is_given_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-south-1")
    settings = SimpleNamespace(exchange_bucket="b", customers_table="c", accounts_table="a", limits=Limits())
    monkeypatch.setattr(app.Settings, "load", lambda: settings)
    given = app.dependencies.__wrapped__()
    config = given.customers._client.meta.config  # noqa: SLF001 - what boto3 was told
    assert (config.read_timeout, config.retries["total_max_attempts"]) == (20, 8)
