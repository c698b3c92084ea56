"""What the commands change: each within one transaction with its audit entry, or not at all."""

import time
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.unit.accounts_tool.conftest import CODE, MARIO, SUPPLIER, Office, is_arn
from tools.accounts import cli
from utenza.dynamodb import put, update
from utenza.tables.accounts import Account
from utenza.tables.activation_codes import ActivationCodes

NEW_CODE = "00100200302"
DRY = ("--reason", "ticket 4711", "--dry-run")
CHANGES = [
    ("close", "--code", CODE),
    ("close", "--email", MARIO.user_id),
    ("freeze", "--code", CODE),
    ("end-sessions", "--account", MARIO.account_id),
    ("unlink", "--code", CODE),
    ("activation-code", "--code", NEW_CODE),
]


def _account(office: Office) -> Account:
    account = office.accounts.get(SUPPLIER, MARIO.account_id)
    assert account is not None
    return account


@pytest.mark.parametrize("command", CHANGES)
def test_each_change_leaves_one_audit_entry_with_who_and_why(office: Office, command: tuple[str, ...]) -> None:
    office.record(NEW_CODE)
    before = office.items()
    assert office.change(*command, reason="  ticket 4711:\tstolen bill ").status == 0
    assert {pk: item for pk, item in office.items().items() if "#audit#" not in pk} != before
    [entry] = office.audit()
    assert entry["reason"] == {"S": "ticket 4711: stolen bill"}
    assert is_arn(entry["operator"]["S"])
    assert entry["action"] == {"S": command[0].replace("-", "_")}
    about = {"account_id", "customer_code"} & set(entry)
    assert (
        about
        == {
            "close": {"account_id"},
            "freeze": {"account_id"},
            "end-sessions": {"account_id"},
            "unlink": {"account_id", "customer_code"},
            "activation-code": {"customer_code"},
        }[command[0]]
    )
    for text in (MARIO.user_id, MARIO.email_key, MARIO.phone, "Rossi", "Bianchi"):
        assert text not in str(entry)


@pytest.mark.parametrize("command", CHANGES)
def test_a_dry_run_says_what_it_would_do_and_does_nothing(office: Office, command: tuple[str, ...]) -> None:
    office.record(NEW_CODE)
    before = office.items()
    status, out, err = office.run(*command, "--reason", "ticket 4711", "--dry-run")
    assert (status, err) == (0, "")
    assert "Dry run, nothing done. It would be: " in out
    assert office.items() == before


@pytest.mark.parametrize("command", CHANGES)
@pytest.mark.parametrize("typed", ["no", "", "y", None])
def test_what_is_not_confirmed_is_not_done(
    office: Office, command: tuple[str, ...], typed: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(_: str) -> str:
        if typed is None:  # nobody at the keyboard
            raise EOFError
        return typed

    office.record(NEW_CODE)
    before = office.items()
    monkeypatch.setattr("builtins.input", answer)
    outcome = office.run(*command, "--reason", "ticket 4711")
    assert (outcome.status, outcome.err) == (1, "Not confirmed: nothing was done\n")
    assert office.items() == before


def test_what_is_confirmed_is_done(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda _: " Yes ")
    assert office.run("close", "--code", CODE, "--reason", "ticket 4711").status == 0
    assert _account(office).status == "closed"


@pytest.mark.parametrize("command", [CHANGES[0], CHANGES[1], CHANGES[3], CHANGES[4]])
def test_an_account_that_changes_in_this_moment_is_left_alone(
    office: Office, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(_: object) -> None:
        """Change what each command reads, while somebody types yes."""
        account = _account(office)
        assert office.accounts.replace_summary(account, account.summaries[0]._replace(name="Mario Verdi"))
        assert office.accounts.end_sessions(_account(office), MARIO.email_key, now=1)

    monkeypatch.setattr(cli, "confirm", meanwhile)
    outcome = office.run(*command, "--reason", "ticket 4711")
    assert outcome.status == 1
    assert "changed in this moment" in outcome.err
    assert _account(office).customers == (CODE,)
    assert _account(office).generation == 1
    assert not office.audit()


@pytest.mark.parametrize("command", CHANGES)
def test_without_its_audit_entry_nothing_is_changed(
    office: Office, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    office.record(NEW_CODE)
    before = office.items()
    taken = "0" * 32
    office.db.write(put(office.tables["AccountsTable"], {"pk": f"{SUPPLIER}#audit#{taken}"}))
    monkeypatch.setattr("utenza.tables.audit.secrets.token_hex", lambda _: taken)
    outcome = office.change(*command)
    assert outcome.status == 3
    assert "nothing was done" in outcome.err
    assert {pk: item for pk, item in office.items().items() if "#audit#" not in pk} == before


def test_a_closed_account_frees_its_customer_and_its_address(office: Office) -> None:
    assert office.change("close", "--code", CODE).status == 0
    office.accounts.register(MARIO._replace(account_id="b" * 32, step_token_id="token-2"), now=1)
    assert office.accounts.account_of(SUPPLIER, CODE) == "b" * 32
    assert "is closed" in office.change("close", "--account", MARIO.account_id).err


@pytest.mark.parametrize("number", [90, 91, 200])
def test_an_account_is_closed_with_all_its_customers(office: Office, number: int) -> None:
    table, codes = office.tables["AccountsTable"], [CODE, *(f"{each:011}" for each in range(number - 1))]
    for code in codes[1:]:
        office.db.write(put(table, {"pk": f"{SUPPLIER}#customer#{code}", "account_id": MARIO.account_id}))
    account = f"{SUPPLIER}#account#{MARIO.account_id}"
    office.db.write(update(table, account, "SET #customers = :codes", values={"codes": codes}))
    outcome = office.change("close", "--code", CODE)
    assert outcome.status == 0
    assert [pk for pk in office.items() if "#customer#" in pk] == []


def test_a_frozen_account_is_active_again_with_its_password_when_that_is_found_right(office: Office) -> None:
    assert "is active" in office.change("unfreeze", "--code", CODE).err
    assert office.change("freeze", "--code", CODE).status == 0
    assert "status       frozen" in office.run("find", "--code", CODE).out
    assert "is frozen" in office.change("freeze", "--code", CODE).err
    assert office.change("unfreeze", "--code", CODE, reason="ticket 4711: it is theirs").status == 0
    login = office.accounts.login_of(SUPPLIER, MARIO.email_key)
    assert login is not None
    assert (login.status, login.password_hash, login.generation) == ("active", MARIO.password_hash, 1)
    assert sorted(entry["action"]["S"] for entry in office.audit()) == ["freeze", "unfreeze"]


def test_a_frozen_account_can_be_closed(office: Office) -> None:
    assert office.change("freeze", "--code", CODE).status == 0
    assert office.change("close", "--code", CODE).status == 0
    assert _account(office).status == "closed"
    assert office.accounts.login_of(SUPPLIER, MARIO.email_key) is None


def test_an_account_that_is_frozen_in_this_moment_is_not_frozen_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(_: object) -> None:
        assert office.accounts.freeze(_account(office), MARIO.email_key, now=1)

    monkeypatch.setattr(cli, "confirm", meanwhile)
    assert "changed in this moment" in office.run("freeze", "--code", CODE, "--reason", "ticket 4711").err
    assert _account(office).generation == 1
    assert not office.audit()


def test_sessions_end_and_the_password_stays(office: Office) -> None:
    assert office.change("end-sessions", "--code", CODE).status == 0
    login = office.accounts.login_of(SUPPLIER, MARIO.email_key)
    assert login is not None
    assert (login.password_hash, login.generation, _account(office).generation) == (MARIO.password_hash, 1, 1)


def test_a_customer_leaves_the_account_and_its_owner_is_told(office: Office) -> None:
    assert office.change("unlink", "--code", CODE).status == 0
    assert _account(office).customers == ()
    assert office.accounts.account_of(SUPPLIER, CODE) is None
    assert office.items()[f"{SUPPLIER}#email#{MARIO.email_key}"]["unlinked_customer"] == {"S": CODE}
    assert office.items()[f"{SUPPLIER}#email#{MARIO.email_key}"]["unlinked_by"] == {"S": "operator"}


def test_an_activation_code_is_shown_once_and_fits(office: Office) -> None:
    office.record(NEW_CODE)
    codes = ActivationCodes(office.db, office.tables["AccountsTable"])
    first, second = (office.change("activation-code", "--code", NEW_CODE).out.splitlines()[-1] for _ in range(2))
    assert "issues_activation_codes is off" in office.run("activation-code", "--code", NEW_CODE, *DRY).out
    now = int(time.time())
    assert codes.fits(SUPPLIER, NEW_CODE, second, now=now)
    assert not codes.fits(SUPPLIER, NEW_CODE, first, now=now)
    assert second not in str(office.items())


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (CODE, "has an account already"),
        ("00100200303", "is closed"),
        ("00100200304", "is not in the CRM"),
    ],
)
def test_who_cannot_register_gets_no_activation_code(office: Office, code: str, said: str) -> None:
    office.record(CODE)
    office.record("00100200303", status="closed")
    before = office.items()
    outcome = office.change("activation-code", "--code", code)
    assert outcome.status == 1
    assert said in outcome.err
    assert office.items() == before


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "x",
        "y" * 201,
        "a\x07larm",
        "wrote from mario@example.it",
        "Rossi phoned",
        "il sig. MARIO chiede",
        "cf RSSMRA85T10H501O",
    ],
)
def test_a_reason_says_something_and_names_nobody(office: Office, reason: str) -> None:
    before = office.items()
    outcome = office.change("close", "--code", CODE, reason=reason)
    assert outcome.status == 1
    assert "--reason" in outcome.err
    assert office.items() == before


def test_a_refusal_of_aws_is_another_status(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> Any:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}, "GetItem")

    monkeypatch.setattr("tools.accounts.deployment.DynamoDb.get", refused)
    status, out, err = office.run("find", "--code", CODE)
    assert (status, out) == (3, "")
    assert "AccessDenied" in err


def test_whose_hands_did_it_is_what_iam_says(office: Office) -> None:
    arn = boto3.client("sts", region_name="eu-south-1").get_caller_identity()["Arn"]
    assert arn in office.change("close", "--code", CODE).out
    assert office.audit()[0]["operator"] == {"S": arn}
