"""What the command shows of an account, and what it never even reads."""

import time
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.unit.accounts_tool.conftest import CODE, MARIO, SUPPLIER, Office
from tools.accounts.cli import main
from utenza.customers.record import CustomerSummary
from utenza.tables.activity import Origin
from utenza.tables.supplies import Supplies

SUBJECTS = [
    ("--code", CODE),
    ("--code", "001 0020-0301"),
    ("--email", "mario.rossi@example.it"),
    ("--email", "MARIO.ROSSI@EXAMPLE.IT"),
    ("--account", MARIO.account_id),
]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_an_account_is_found_by_code_address_and_id(office: Office, subject: tuple[str, str]) -> None:
    assert office.run("find", *subject) == (
        0,
        f"account      {MARIO.account_id}\n"
        f"supplier     {SUPPLIER}\n"
        "status       active\n"
        "user id      Mario.Rossi@Example.it\n"
        "e-mail       ok\n"
        "language     de\n"
        f"customer     {CODE}  Mario Rossi (person, active)\n"
        "created      2023-11-14 22:13 UTC\n"
        "last login   never\n"
        "sessions     0 open\n",
        "",
    )


def test_logins_bounces_and_open_sessions_are_shown(office: Office) -> None:
    now = int(time.time())
    sessions, accounts = office.sessions, office.accounts
    for account_id, generation, lifetime in (
        (MARIO.account_id, 0, 900),
        (MARIO.account_id, 0, 900),
        (MARIO.account_id, 1, 900),  # of another generation
        (MARIO.account_id, 0, -1),  # expired, and not yet cleaned up
        ("b" * 32, 0, 900),  # somebody else's
    ):
        also = [accounts.login_noted(SUPPLIER, MARIO.account_id, now=1_700_000_060)]
        sessions.open(SUPPLIER, account_id, generation=generation, now=now, lifetime=lifetime, also=also)
    account = accounts.get(SUPPLIER, MARIO.account_id)
    assert account
    accounts.note_email_status(account, "bounced")
    found = office.run("find", "--code", CODE).out
    assert "sessions     2 open" in found
    assert "last login   2023-11-14 22:14 UTC" in found
    assert "e-mail       bounced" in found


@pytest.mark.parametrize("command", ["find", "activity", "delegates", "close", "end-sessions", "unlink"])
def test_question_answer_password_phone_and_hashes_are_neither_shown_nor_read(
    office: Office, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[Any] = []
    real = boto3.Session.client

    def client(*given: Any, **more: Any) -> Any:
        made = real(*given, **more)
        made.meta.events.register("after-call.dynamodb", lambda parsed, **_: answers.append(parsed))
        return made

    monkeypatch.setattr(boto3.Session, "client", client)
    change = [] if command in {"find", "activity", "delegates"} else ["--reason", "ticket 4711", "--yes"]
    outcome = office.run(command, "--code", CODE, *change)
    assert outcome.status == 0
    assert MARIO.account_id in str(answers)
    for secret in (MARIO.question, MARIO.password_hash, MARIO.answer_hash, MARIO.phone):
        assert secret not in outcome.out + outcome.err + str(answers)
    assert MARIO.holder[0] not in outcome.out


def test_what_happened_in_an_account_is_shown_with_the_last_first(office: Office) -> None:
    now = int(time.time())
    home = Origin("Chrome|Android", "192.0.2.0/24")
    office.db.write(office.activity.noted(SUPPLIER, MARIO.account_id, "login", home, now=now - 60, failed=3))
    office.activity.note(SUPPLIER, MARIO.account_id, "question_changed", now=now)
    office.activity.note(SUPPLIER, "b" * 32, "password_changed", now=now)
    status, out, err = office.run("activity", "--code", CODE)
    assert (status, err) == (0, "")
    account, changed, login = out.splitlines()
    assert account.endswith(MARIO.account_id)
    assert changed.endswith(" UTC  question_changed, unknown device, unknown network")
    assert login.endswith(" UTC  login, Chrome on Android, 192.0.2.0/24, after 3 wrong passwords")


def test_an_account_without_activity_says_so(office: Office) -> None:
    assert office.run("activity", "--email", MARIO.user_id).out.splitlines()[1:] == ["nothing"]


def test_delegates_are_shown_with_what_they_look_after(office: Office) -> None:
    assert office.run("delegates", "--code", CODE).out.splitlines()[1:] == ["delegate of  nobody"]
    account = office.accounts.get(SUPPLIER, MARIO.account_id)
    assert account
    mothers = CustomerSummary("00100200399", "person", "Ada Neri", "active", ("h4",), "delegate")
    assert Supplies(office.db, office.tables["AccountsTable"]).link(account, mothers)
    for subject in (("--code", mothers.code), ("--email", MARIO.user_id), ("--account", MARIO.account_id)):
        shown = office.run("delegates", *subject).out.splitlines()
        assert shown[1:] == ["delegate of  00100200399  Ada Neri (person, active)"]
    assert office.run("delegates", "--code", CODE).out.splitlines()[1:] == ["delegate of  nobody"]
    assert "customer     00100200399  Ada Neri (person, active, delegate)" in office.run("find", "--code", CODE).out
    assert office.change("unlink", "--code", mothers.code).status == 0
    assert office.run("delegates", "--email", MARIO.user_id).out.splitlines()[1:] == ["delegate of  nobody"]


def test_a_closed_account_is_found_by_its_id_alone(office: Office) -> None:
    assert office.change("close", "--code", CODE).status == 0
    found = office.run("find", "--account", MARIO.account_id)
    assert "status       closed" in found.out
    assert "user id" not in found.out
    for subject in (("--code", CODE), ("--email", MARIO.user_id)):
        assert office.run("find", *subject).status == 1


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (("--code", "00999999999"), "the customer 00999999999 has no account"),
        (("--code", "x"), "no customer codes like this one"),
        (("--email", "nobody@example.it"), "no account has this address"),
        (("--email", "no address"), "not an e-mail address"),
        (("--account", "b" * 32), "there is no account"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(office: Office, subject: tuple[str, str], said: str) -> None:
    status, out, err = office.run("find", *subject)
    assert (status, out, len(err.splitlines())) == (1, "", 1)
    assert said in err


@pytest.mark.parametrize("supplier", ["", "nobody"])
def test_a_supplier_is_asked_for_where_there_are_several(office: Office, supplier: str) -> None:
    status, out, err = office.run("find", "--code", CODE, supplier=supplier)
    assert (status, out) == (1, "")
    assert SUPPLIER in err


@mock_aws
def test_a_stack_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", "--code", CODE, "--aws", "--region", "eu-south-1", "--stack", "other"]) == 1
    assert "there is no stack other" in capsys.readouterr().err


@mock_aws
def test_a_stack_of_something_else_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    body = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
    boto3.client("cloudformation", region_name="eu-south-1").create_stack(StackName="utenza", TemplateBody=body)
    assert main(["find", "--code", CODE, "--aws", "--region", "eu-south-1"]) == 1
    assert "no deployment of Utenza" in capsys.readouterr().err


def test_a_local_stack_that_does_not_answer_is_another_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", "--code", CODE, "--endpoint", "http://127.0.0.1:9"]) == 3
    assert "does not answer" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["find"],
        ["find", "--code", CODE, "--email", "a@example.it"],
        ["close", "--code", CODE],
        ["unlink", "--email", "a@example.it", "--reason", "ticket"],
        ["password", "--code", CODE, "--reason", "ticket"],
    ],
)
def test_a_wrong_command_line_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
