"""The commands of docs/operations.md, run as they stand there."""

import re
import shlex
from pathlib import Path

import pytest

from tests.unit.accounts_tool.conftest import MARIO, SUPPLIER, Office
from utenza.customers.record import Customer
from utenza.dynamodb import put
from utenza.tables.customers import to_item

_SECTION = Path("docs/operations.md").read_text(encoding="utf-8").partition("## Customer care")[2]
_COMMANDS = re.findall(r'^make accounts ARGS="(.+)"$', _SECTION, re.MULTILINE)


def test_the_documented_commands_do_what_they_say_one_after_the_other(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    record = Customer(SUPPLIER, MARIO.customer_code, "person", "Mario", "Rossi")
    office.db.write(put(office.tables["CustomersTable"], to_item(record)))
    other = MARIO._replace(
        customer_code="00100200302", account_id="c" * 32, step_token_id="token-2", email_key="anna@example.it"
    )
    office.accounts.register(other._replace(user_id="anna@example.it"), now=1)
    monkeypatch.chdir(tmp_path)
    for command in _COMMANDS:
        outcome = office.run_main([*shlex.split(command), "--aws", "--region", "eu-south-1"])
        assert (outcome.status, outcome.err) == (0, ""), command
    done = [shlex.split(command)[0] for command in _COMMANDS if "--reason" in command and "--dry-run" not in command]
    assert sorted(entry["action"]["S"] for entry in office.audit()) == sorted(each.replace("-", "_") for each in done)
    assert {
        "find",
        "activity",
        "delegates",
        "export",
        "freeze",
        "unfreeze",
        "end-sessions",
        "close",
        "activation-code",
        "unlink",
    } == {each.split()[0] for each in _COMMANDS}
