"""`make export`: the file for the CRM at any time, whole or not there, out of a deployment on moto."""

import csv
import json
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest
from moto import mock_aws

from tests.unit.crm.world import NOW, registration
from tools.export_customers import cli
from tools.export_customers.cli import DONE, INTERRUPTED, NOTHING_DONE, STOPPED, main
from tools.export_customers.target import Target, find_target
from tools.export_customers.whole_file import whole_file
from utenza.dynamodb import DynamoDb
from utenza.errors import Unavailable
from utenza.tables.accounts import Accounts
from utenza.tables.changes import DAY, ChangeKind, Changes, NewChange
from utenza.tables.closures import Closures

ENERGIA, LUCE = "unogas-energia", "unogas-gas-e-luce"
HEADER = ["COD_CLIENTE", "USER_ID", "TELEFONO", "LINGUA", "STATO", "REGISTRATO_IL", "ULTIMO_ACCESSO", "DOCUMENTI"]
_TABLES = {"AccountsTable": ("pk",), "ChangesTable": ("pk", "sk")}
_TEMPLATE = {
    "Resources": {
        name: {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [
                    {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
                ],
                "AttributeDefinitions": [
                    {"AttributeName": key, "AttributeType": "N" if key == "sk" else "S"} for key in keys
                ],
            },
        }
        for name, keys in _TABLES.items()
    },
    "Outputs": {name: {"Value": {"Ref": name}} for name in _TABLES}
    | {"CrmExportFunctionName": {"Value": "export"}, "ExchangeBucketName": {"Value": "exchange"}},
}


class Office(NamedTuple):
    """A deployment, and where somebody sits at the command line."""

    accounts: Accounts
    changes: Changes
    closures: Closures
    run: Callable[..., tuple[int, str, str]]
    folder: Path

    def register(self, number: int, *, supplier: str = ENERGIA, at: int = NOW) -> None:
        made = registration(number)._replace(supplier=supplier)
        self.accounts.register(made, now=at)
        self._happened("CustomerRegistered", number, supplier, at)

    def close(self, number: int, *, at: int) -> None:
        made = registration(number)
        account = self.accounts.get(ENERGIA, made.account_id)
        assert account is not None
        assert self.closures.close(account, made.email_key, now=at)
        self._happened("AccountClosed", number, ENERGIA, at)

    def rows(self, name: str = "out.csv") -> list[list[str]]:
        text = (self.folder / name).read_bytes().decode("utf-8-sig")
        return [*csv.reader(StringIO(text, newline=""), delimiter=";")]

    def _happened(self, kind: ChangeKind, number: int, supplier: str, at: int) -> None:
        change = NewChange(kind, registration(number).account_id, at)
        self.changes.record(supplier, f"{kind} {number}", change, now=at)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Office]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-south-1")
    monkeypatch.setattr("tools.export_customers.cli.time.time", lambda: float(NOW + 2 * DAY))
    with mock_aws():
        cloudformation = boto3.client("cloudformation")
        cloudformation.create_stack(StackName="utenza", TemplateBody=json.dumps(_TEMPLATE))
        [stack] = cloudformation.describe_stacks(StackName="utenza")["Stacks"]
        named = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        db, table = DynamoDb(boto3.client("dynamodb")), named["AccountsTable"]

        def run(*arguments: str) -> tuple[int, str, str]:
            capsys.readouterr()
            status = main([*arguments, "--aws"])
            return status, *capsys.readouterr()

        yield Office(Accounts(db, table), Changes(db, named["ChangesTable"]), Closures(db, table), run, tmp_path)


def _out(office: Office, name: str = "out.csv") -> str:
    return str(office.folder / name)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_everything_is_everyone_who_is_registered(office: Office) -> None:
    for number in (1, 2, 3):
        office.register(number)
    office.close(3, at=NOW + DAY)
    status, out, err = office.run(_out(office), "--supplier", ENERGIA)
    assert (status, out) == (DONE, f"{_out(office)}: 2 customer codes\n"), err
    header, *rows = office.rows()
    assert header == HEADER
    assert sorted(rows) == [
        ["0101", "mario1@example.org", "'+390425284604", "it", "REGISTRATO", "2026-11-26", "", ""],
        ["0102", "mario2@example.org", "'+390425284604", "it", "REGISTRATO", "2026-11-26", "", ""],
    ]
    assert "mario" not in out + err


def test_since_a_day_is_what_changed_since_it_also_what_is_no_longer_registered(office: Office) -> None:
    for number in (1, 2, 3):
        office.register(number)
    office.close(3, at=NOW + DAY)
    assert office.run(_out(office), "--supplier", ENERGIA, "--since", "2026-11-27")[0] == DONE
    assert [[row[0], row[4]] for row in office.rows()[1:]] == [["0103", "NON_REGISTRATO"]]
    assert office.run(_out(office, "all.csv"), "--supplier", ENERGIA, "--since", "2026-11-26")[0] == DONE
    assert [row[0] for row in office.rows("all.csv")[1:]] == ["0101", "0102", "0103"]
    assert office.run(_out(office, "none.csv"), "--supplier", LUCE, "--since", "2026-11-01")[0] == DONE
    assert office.rows("none.csv") == [HEADER]


def test_of_several_suppliers_each_row_says_whose_it_is(office: Office) -> None:
    office.register(1)
    office.register(2, supplier=LUCE)
    assert office.run(_out(office))[0] == DONE
    assert [row[:2] for row in office.rows()] == [["FORNITORE", "COD_CLIENTE"], [ENERGIA, "0101"], [LUCE, "0102"]]


def test_only_its_owner_can_read_the_file_and_nothing_else_is_left(office: Office) -> None:
    office.register(1)
    office.run(_out(office))
    assert stat.S_IMODE((office.folder / "out.csv").stat().st_mode) == 0o600
    assert _names(office.folder) == ["out.csv"]


def test_a_file_that_is_there_stays_unless_it_is_said(office: Office) -> None:
    (office.folder / "out.csv").write_text("mine")
    status, _, err = office.run(_out(office))
    assert (status, "--force" in err) == (NOTHING_DONE, True)
    assert (office.folder / "out.csv").read_text() == "mine"
    assert office.run(_out(office), "--force")[0] == DONE
    assert office.rows()[0][0] == "FORNITORE"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "make export FILE=out.csv"),
        (("out.csv", "--supplier", "altro"), "unogas-energia, unogas-gas-e-luce"),
        (("out.csv", "--stack", "other"), "there is no stack other"),
        (("/nowhere/out.csv",), "No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_said(office: Office, arguments: Sequence[str], said: str) -> None:
    status, out, err = office.run(*arguments)
    assert (status in {NOTHING_DONE, STOPPED}, out) == (True, "")
    assert said in err
    assert not Path("out.csv").exists()


@pytest.mark.parametrize(
    ("failure", "status"),
    [(KeyboardInterrupt(), INTERRUPTED), (OSError("no space left"), STOPPED), (Unavailable(), STOPPED)],
)
def test_what_stops_half_way_leaves_no_file(
    office: Office, monkeypatch: pytest.MonkeyPatch, failure: BaseException, status: int
) -> None:
    office.register(1)
    whole = cli._rows  # noqa: SLF001 - what fails

    def half(*arguments: Any) -> Iterator[Any]:
        yield from whole(*arguments)
        raise failure

    monkeypatch.setattr(cli, "_rows", half)
    assert office.run(_out(office))[0] == status
    assert _names(office.folder) == []


def test_a_file_that_came_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with pytest.raises(FileExistsError), whole_file(path, replace=False):
        path.write_text("another's")
    assert path.read_text() == "another's"
    assert _names(tmp_path) == ["out.csv"]


def test_a_file_system_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OSError("no links")

    monkeypatch.setattr("tools.export_customers.whole_file.os.link", refuse)
    with whole_file(tmp_path / "out.csv", replace=False) as text:
        text.write("x")
    with pytest.raises(FileExistsError), whole_file(tmp_path / "out.csv", replace=False):
        pass
    assert (tmp_path / "out.csv").read_bytes() == b"\xef\xbb\xbfx"


class _Lambda:
    def __init__(self, answer: dict[str, Any], error: bool = False) -> None:  # noqa: FBT001, FBT002
        self.called: dict[str, Any] = {}
        self._answer: dict[str, Any] = {"Payload": BytesIO(json.dumps(answer).encode())}
        if error:
            self._answer["FunctionError"] = "Unhandled"

    def invoke(self, **request: Any) -> dict[str, Any]:
        self.called = request
        return self._answer


@pytest.mark.parametrize("error", [False, True])
def test_todays_files_are_put_into_the_bucket_by_the_function(
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    error: bool,  # noqa: FBT001
) -> None:
    name = "exports/unogas-energia/registrazioni-2026-11-26.csv"
    function = _Lambda({"errorMessage": "unogas-energia"} if error else {"files": [name]}, error)
    found = find_target(stack="utenza", endpoint="", region="")

    class _Aws:
        def client(self, *_: Any, **__: Any) -> _Lambda:
            return function

    target: Target = found._replace(aws=_Aws())  # type: ignore[arg-type]
    monkeypatch.setattr(cli, "find_target", lambda **_: target)
    status, out, err = office.run("--to-bucket")
    assert (function.called["FunctionName"], json.loads(function.called["Payload"])) == ("export:live", {"today": True})
    if error:
        assert (status, out, "export failed: unogas-energia" in err) == (NOTHING_DONE, "", True)
    else:
        assert (status, out) == (DONE, f"s3://exchange/{name}\n")


_MAKE = shutil.which("make")


@pytest.mark.skipif(_MAKE is None, reason="needs make")
def test_make_hands_file_and_arguments_on() -> None:
    command = [
        str(_MAKE),
        "-s",
        "-o",
        ".venv/.synced",
        "export",
        "FILE=a b.csv",
        "ARGS=--since 2026-11-01",
        "TOOL=echo",
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == "tools.export_customers a b.csv --since 2026-11-01\n"
