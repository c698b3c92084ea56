"""The export for a written request: all that operators may read, in a file that nobody overwrites."""

import json
import time
from pathlib import Path

from tests.unit.accounts_tool.conftest import CODE, MARIO, NOW, Office
from utenza.dynamodb import update
from utenza.tables.activity import Origin
from utenza.tables.agreements import Acceptance, Agreements


def test_the_file_has_what_is_held_and_neither_phone_question_nor_hash(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    agreements = Agreements(office.db, office.tables["AccountsTable"])
    accepted = Acceptance("privacy", "2026-01", NOW)
    assert agreements.accept(MARIO.supplier, MARIO.account_id, (), [accepted], now=NOW)
    now = int(time.time())
    office.activity.note(MARIO.supplier, MARIO.account_id, "password_changed", Origin("Chrome|Android"), now=now)
    key, change = (
        f"{MARIO.supplier}#account#{MARIO.account_id}",
        "SET #offered = :offered, #without_supply_since = :now",
    )
    office.db.write(update(office.tables["AccountsTable"], key, change, values={"offered": ["305"], "now": NOW}))
    outcome = office.change("export", "--code", CODE, "--output", str(file))
    assert (outcome.status, outcome.err) == (0, "")
    held = json.loads(file.read_text(encoding="utf-8"))
    assert held["account"]["user_id"] == MARIO.user_id
    assert [each["code"] for each in held["customers"]] == [CODE]
    assert (held["account"]["warned_times"], held["account"]["without_supply_since"]) == (0, "2023-11-14T22:13:20Z")
    assert held["account"]["offered"] == [{"customer_code_end": "305"}]
    assert held["accepted"] == [{"document": "privacy", "version": "2026-01", "accepted_at": "2023-11-14T22:13:20Z"}]
    assert [(each["kind"], each["device"]) for each in held["activity"]] == [("password_changed", "Chrome|Android")]
    assert held["left_out"] == ["phone", "security_question"]
    secrets = (MARIO.phone, MARIO.question, MARIO.password_hash, MARIO.answer_hash)
    assert not [each for each in secrets if each in file.read_text(encoding="utf-8")]
    assert [entry["action"]["S"] for entry in office.audit()] == ["export"]


def test_a_file_that_is_there_stays_as_it_is(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_text("mine", encoding="utf-8")
    outcome = office.change("export", "--code", CODE, "--output", str(file))
    assert (outcome.status, file.read_text(encoding="utf-8")) == (1, "mine")
    assert str(file) in outcome.err
