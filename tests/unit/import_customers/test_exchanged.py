"""The import with an exchange bucket, by its command lines: full files, held runs, history, undo."""

import getpass
import json
import multiprocessing
import os
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any, NamedTuple

import boto3
import pytest

from crm_import.exchange import Exchange
from crm_import.flow import Dependencies
from crm_import.source import stored
from tests.fakes.objects import FakeObjects
from tools.aws import Aws
from tools.import_customers import cli, manage, parts
from tools.import_customers import exchanged as exchanged_import
from tools.import_customers.cli import main
from tools.import_customers.target import Target
from utenza.errors import Stopped
from utenza.tables.customer_batches import CustomerBatches

from .conftest import HEADER, MARIO, TERMO, Export, Outcome, Table

BUCKET = "utenza-exchange"
SUPPLIER = "unogas-energia"
START = 1_700_000_000


class Exchanged(NamedTuple):
    """An import into a table with an exchange bucket; files are of the hour that is given."""

    table: Table
    objects: FakeObjects
    load: Callable[..., Outcome]
    manage: Callable[..., Outcome]

    def keys(self, prefix: str) -> list[str]:
        return list(self.objects.keys(prefix))

    def run(self) -> str:
        """Return the last run."""
        return str(re.findall(r"^\d{8}T\S+", self.manage("history").out, re.MULTILINE)[-1])

    def statuses(self) -> dict[str, str]:
        return {pk.split("#")[1]: item["status"] for pk, item in self.table.items().items()}


@pytest.fixture
def exchanged(table: Table, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Exchanged:
    clients: dict[str, Any] = {}
    create = Aws.client

    def client(aws: Aws, service: str, **settings: Any) -> Any:
        """Return one client for each service: to create one takes as long as ten imports here."""
        if service not in clients:
            clients[service] = create(aws, service)
        return clients[service]

    monkeypatch.setattr(Aws, "client", client)
    objects = FakeObjects()
    for user in (exchanged_import, manage, parts, cli):
        monkeypatch.setattr(user, "connect_exchange", lambda _: Exchange(objects))
    where = ["--endpoint", table.endpoint, "--table", "customers", "--bucket", BUCKET]

    def load(path: Path, *options: str, hour: int = 1) -> Outcome:
        os.utime(path, (START + 3600 * hour,) * 2)
        status = main([str(path), *where, *options])
        return Outcome(status, *capsys.readouterr())

    def look_after(command: str, *options: str) -> Outcome:
        return Outcome(manage.main([command, *options, *where]), *capsys.readouterr())

    return Exchanged(table, objects, load, look_after)


def many(count: int, *, first: int = 0) -> list[str]:
    return [MARIO.replace("00100200301", f"{n:08}") for n in range(first, first + count)]


def test_a_full_file_says_who_is_gone_and_writes_what_has_changed_alone(
    exchanged: Exchanged, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = exchanged.load(export(*many(30)), "--full", "--supplier", SUPPLIER)
    assert (first.status, first.count("new"), first.count("ceased")) == (0, 30, 0)
    read: list[str] = []
    batches = "utenza.tables.customer_batches.CustomerBatches"
    original = CustomerBatches.read

    def watched(batch: Any, keys: Any) -> Any:
        read.extend(wanted := list(keys))
        return original(batch, wanted)

    monkeypatch.setattr(f"{batches}.read", watched)
    rows = many(30)[:28]
    rows[3] = rows[3].replace("ROSSI", "VERDI")
    outcome = exchanged.load(export(*rows), "--full", "--supplier", SUPPLIER, hour=2)
    counts = [outcome.count(name) for name in ("new", "changed", "unchanged", "ceased")]
    assert (outcome.status, counts) == (0, [0, 1, 27, 2])
    assert set(read) == {f"{SUPPLIER}#{n:08}" for n in (3, 28, 29)}  # the others by their digests alone
    closed = {code for code, status in exchanged.statuses().items() if status == "closed"}
    assert closed == {"00000028", "00000029"}


def test_a_held_import_changes_nothing_and_says_why_until_it_is_approved(exchanged: Exchanged, export: Export) -> None:
    exchanged.load(export(*many(100)), "--full", "--supplier", SUPPLIER)
    before = exchanged.table.items()
    half = export(*many(40))
    held = exchanged.load(half, "--full", "--supplier", SUPPLIER, hour=2)
    assert (held.status, exchanged.table.items()) == (4, before)
    assert "60 active customers would cease, and at most 50 may" in held.out
    assert "the file has 40 rows; by the last full file it should have 80 at least" in held.out
    assert "held" in exchanged.manage("history").out
    approved = exchanged.load(half, "--full", "--supplier", SUPPLIER, "--approve", hour=2)
    assert (approved.status, approved.count("ceased")) == (0, 60)
    assert list(exchanged.statuses().values()).count("closed") == 60


def test_limits_are_options(exchanged: Exchanged, export: Export) -> None:
    exchanged.load(export(*many(30)), "--full", "--supplier", SUPPLIER)
    limits = ("--most-ceasing", "1", "--most-ceasing-percent", "1", "--least-rows-percent", "10")
    held = exchanged.load(export(*many(28)), "--full", "--supplier", SUPPLIER, *limits, hour=2)
    assert held.status == 4
    assert "2 active customers would cease, and at most 1 may" in held.out


def test_a_file_that_was_applied_is_not_applied_again(exchanged: Exchanged, export: Export) -> None:
    path = export(MARIO, TERMO)
    assert exchanged.load(path).count("new") == 2
    again = exchanged.load(path)
    assert (again.status, again.out.startswith("Nothing to do")) == (0, True)


def test_a_delta_may_be_of_several_suppliers_and_a_full_file_not(exchanged: Exchanged, export: Export) -> None:
    other = MARIO.replace(SUPPLIER, "unogas-gas-e-luce")
    path = export(MARIO, other, TERMO.replace(";G;", ";X;"))
    refused = exchanged.load(path, "--full")
    assert (refused.status, exchanged.table.items()) == (2, {})
    assert "--supplier" in refused.err
    outcome = exchanged.load(path)
    assert outcome.status == 1
    assert sorted(exchanged.table.items()) == [f"{SUPPLIER}#00100200301", "unogas-gas-e-luce#00100200301"]
    assert len(exchanged.keys("manifests/")) == 2


def test_an_undone_import_brings_back_what_was_there_but_for_what_changed_since(
    exchanged: Exchanged, export: Export
) -> None:
    exchanged.load(export(*many(5)))
    before = exchanged.table.items()
    rows = [row.replace("ROSSI", "VERDI") for row in many(4)]
    exchanged.load(export(*rows, *many(1, first=9)), hour=2)
    run = exchanged.run()
    exchanged.load(export(many(1)[0].replace("ROSSI", "NERI")), hour=3)
    changed = exchanged.table.items()
    dry = exchanged.manage("undo", run, "--dry-run")
    assert (dry.status, exchanged.table.items()) == (0, changed)
    assert "3 records would go back" in dry.out
    assert exchanged.manage("undo", run).status == 0
    mine = f"{SUPPLIER}#00000000"
    assert exchanged.table.items() == before | {mine: changed[mine]}
    assert "undone" in exchanged.manage("history").out


def test_a_row_that_is_rejected_ceases_nobody(exchanged: Exchanged, export: Export) -> None:
    exchanged.load(export(*many(40)), "--full", "--supplier", SUPPLIER)
    rows = many(40)
    rows[0] = rows[0].replace("ROSSI", "=1+1")
    outcome = exchanged.load(export(*rows), "--full", "--supplier", SUPPLIER, hour=2)
    assert (outcome.status, outcome.count("ceased"), outcome.count("rejected")) == (1, 0, 1)
    rows[1] = rows[1].replace("00000001", "?")
    outcome = exchanged.load(export(*rows), "--full", "--supplier", SUPPLIER, hour=3)
    assert (outcome.count("ceased"), outcome.count("kept")) == (0, 1)
    assert set(exchanged.statuses().values()) == {"active"}
    again = exchanged.load(export(*many(40)[2:]), "--full", "--supplier", SUPPLIER, hour=4)
    assert again.count("ceased") == 2


def test_a_dry_run_remembers_nothing(exchanged: Exchanged, export: Export) -> None:
    outcome = exchanged.load(export(*many(3)), "--full", "--supplier", SUPPLIER, "--dry-run")
    assert (outcome.status, outcome.count("new"), exchanged.table.items()) == (0, 3, {})
    assert exchanged.keys("") == []
    assert "Nothing was imported yet" in exchanged.manage("history").out
    assert exchanged.load(export(*many(3)), "--full", "--supplier", SUPPLIER).status == 0


def test_a_full_import_without_a_bucket_is_refused(table: Table, export: Export) -> None:
    status = main([str(export(MARIO)), "--endpoint", table.endpoint, "--table", "customers", "--full"])
    assert (status, table.items()) == (2, {})


@pytest.mark.parametrize("command", ["undo", "approve"])
def test_a_run_that_there_is_not_is_named(exchanged: Exchanged, command: str) -> None:
    outcome = exchanged.manage(command, "20260101T000000Z-full-00000000")
    assert (outcome.status, "there is no run 20260101T000000Z-full-00000000" in outcome.err) == (2, True)


def test_a_held_file_from_a_disk_is_approved_by_importing_it(exchanged: Exchanged, export: Export) -> None:
    exchanged.load(export(*many(100)), "--full", "--supplier", SUPPLIER)
    exchanged.load(export(*many(40)), "--full", "--supplier", SUPPLIER, hour=2)
    outcome = exchanged.manage("approve", exchanged.run())
    assert (outcome.status, "import it again with --full --approve" in outcome.err) == (2, True)


def test_the_reports_say_nothing_of_a_customer_but_for_the_rejected_rows(exchanged: Exchanged, export: Export) -> None:
    exchanged.load(export(MARIO, TERMO.replace(";G;", ";X;")))
    reports = {key.rsplit("Z", 1)[1]: key for key in exchanged.keys("reports/")}
    contents = {kind.split(".", 1)[1]: exchanged.objects.get(key).decode() for kind, key in reports.items()}
    assert set(contents) == {"json", "txt", "rejects.csv"}
    for kind in ("json", "txt"):
        assert not [word for word in ("ROSSI", "00100200301", "TERMO", "00500600701") if word in contents[kind]]
    assert "1 × unknown_kind in TIPO" in contents["txt"]
    assert "00500600701" in contents["rejects.csv"]
    assert HEADER.split(";")[0] in contents["rejects.csv"]


def test_somebody_else_than_who_sent_it_approves_where_it_is_configured(
    exchanged: Exchanged, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in (cli, manage):
        find = user.find_table
        monkeypatch.setattr(
            user,
            "find_table",
            lambda *a, find=find, **o: find(*a, **o)._replace(parameters={"ImportApproval": "another"}),
        )
    full = ("--full", "--supplier", SUPPLIER)
    exchanged.load(export(*many(100)), *full)
    half = export(*many(40))
    first = exchanged.load(half, *full, "--approve", hour=2)
    assert (first.status, "without --approve first" in first.err) == (2, True)
    assert exchanged.load(half, *full, hour=2).status == 4
    own = exchanged.load(half, *full, "--approve", hour=2)
    assert (own.status, "somebody else must approve it" in own.err) == (2, True)
    monkeypatch.setattr(exchanged_import, "caller", lambda _: "arn:another")
    assert exchanged.load(half, *full, "--approve", hour=2).status == 0
    by = re.findall("  by (.*)", exchanged.manage("history").out)[-1]
    assert by == f"{getpass.getuser()} (local), approved by arn:another"


def test_a_held_run_expires_after_a_week(exchanged: Exchanged, export: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    exchanged.load(export(*many(100)), "--full", "--supplier", SUPPLIER)
    exchanged.load(export(*many(40)), "--full", "--supplier", SUPPLIER, hour=2)
    assert re.search(r"^  until 20", exchanged.manage("history").out, re.MULTILINE)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 8 * 86_400)
    late = exchanged.manage("approve", exchanged.run())
    assert (late.status, "send the file again" in late.err) == (2, True)
    assert "it could be approved until" in exchanged.manage("history").out


def test_a_file_of_the_future_is_refused(exchanged: Exchanged, export: Export) -> None:
    outcome = exchanged.load(export(MARIO), hour=1_000_000)
    assert (outcome.status, "its time is in the future" in outcome.err, exchanged.keys("")) == (2, True, [])


@pytest.mark.parametrize("option", ["--dry-run", "--approve", "--compare-table"])
def test_send_goes_with_nothing_that_it_would_pass_over(exchanged: Exchanged, export: Export, option: str) -> None:
    with pytest.raises(SystemExit):
        exchanged.load(export(MARIO), "--full", "--supplier", SUPPLIER, "--send", option)
    assert exchanged.keys("") == []


def test_hundreds_of_runs_are_read_side_by_side_and_the_last_are_shown(
    exchanged: Exchanged, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchanged.load(export(MARIO), "--supplier", SUPPLIER)
    [run] = Exchange(exchanged.objects).runs(SUPPLIER)
    for number in range(1, 300):
        Exchange(exchanged.objects).save(run.model_copy(update={"id": f"{number:03}", "started_at": number}))
    together, get = Barrier(2), exchanged.objects.get

    def wait_for_another(key: str) -> bytes:
        together.wait(timeout=2)  # BrokenBarrierError where requests go one after the other
        return get(key)

    monkeypatch.setattr(exchanged.objects, "get", wait_for_another)
    shown = exchanged.manage("history", "--most", "2").out
    assert re.findall(r"^\S+", shown, re.MULTILINE) == ["299", run.id]
    for most in ("0", "-1", "x"):
        with pytest.raises(SystemExit):
            exchanged.manage("history", "--most", most)


def test_history_says_why_a_run_failed(exchanged: Exchanged, export: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any) -> None:
        raise Stopped("BatchWriteItem: ThrottlingException")

    with monkeypatch.context() as patched:
        patched.setattr(CustomerBatches, "put", failing)
        assert exchanged.load(export(MARIO)).status == 3
    assert "AWS did not answer (Stopped)" in exchanged.manage("history").out
    assert exchanged.load(export(MARIO)).status == 0


def test_a_file_is_sent_with_the_time_of_its_data(exchanged: Exchanged, export: Export) -> None:
    outcome = exchanged.load(export(MARIO), "--full", "--supplier", SUPPLIER, "--send")
    key = f"incoming/{SUPPLIER}/full/export.csv"
    assert (outcome.status, exchanged.table.items(), exchanged.keys("incoming/")) == (0, {}, [key])
    sent = stored(exchanged.objects, key)
    assert (sent.as_of, sent.file.sent_by) == (START + 3600, f"{getpass.getuser()} (local)")
    assert exchanged.load(export(MARIO), "--send").status == 2  # of which supplier?


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_many_parts_are_applied_by_several_processes(
    exchanged: Exchanged, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    def own_connections(target: Target) -> CustomerBatches:
        client = boto3.client("dynamodb", "eu-south-1", endpoint_url=exchanged.table.endpoint)
        return CustomerBatches(client, target.table)

    monkeypatch.setattr(parts, "can_fork", lambda: True)  # the other threads of the tests hold no lock
    monkeypatch.setattr(parts, "connect_batches", own_connections)
    monkeypatch.setattr(exchanged_import, "Dependencies", partial(Dependencies, part_rows=10))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    outcome = exchanged.load(export(*many(35)), "--full", "--supplier", SUPPLIER)
    assert (outcome.status, len(exchanged.table.items())) == (0, 35)
    assert len(json.loads(exchanged.objects.get(exchanged.keys("runs/")[0].rsplit("/", 1)[0] + "/parts.json"))) == 4
    assert not multiprocessing.active_children()
