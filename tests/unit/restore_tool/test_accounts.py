"""Accounts that were lost come back as they were, and nobody is told; nothing newer is written over."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from notifications.changes import Change, notifications_of
from tests.unit.accounts_tool.conftest import CODE, MARIO, SUPPLIER
from tests.unit.restore_tool.conftest import ANNA, POINT, Ruin
from tools.restore import commands, copying
from tools.restore.belongings import AHEAD
from utenza.dynamodb import DynamoDb, Write
from utenza.tables import keys
from utenza.tables.accounts import Accounts
from utenza.tables.changes import ChangeKind
from utenza.tables.new_accounts import Registration
from utenza.tables.objections import Objection, Objections
from utenza.tables.restored import MARK

ACCOUNT = keys.account(SUPPLIER, MARIO.account_id)
LOGIN = keys.email(SUPPLIER, MARIO.email_key)
MARKER = keys.customer(SUPPLIER, CODE)


def _plain(items: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return accounts and what belongs to them without what a copy changes."""
    return {
        key: {name: value for name, value in item.items() if name not in {MARK, "generation"}}
        for key, item in items.items()
        if "#audit#" not in key and "#noted#" not in key
    }


def test_all_that_is_missing_comes_back_as_it_was_and_nobody_is_told(ruin: Ruin) -> None:
    before = ruin.items()
    ruin.lose()
    assert ruin.compare() == {"missing": 2}
    outcome = ruin.copy("--all-missing")
    assert (outcome.status, outcome.err) == (0, "")
    assert _plain(ruin.items()) == _plain(before)
    assert ruin.told({}) == []
    assert ruin.compare() == {"same": 2}
    ruin.lose("#email#")  # once more: what is put back fits what came back before
    assert ruin.compare() == {"incomplete": 2}
    assert ruin.copy("--all-missing").status == 0
    assert ruin.compare() == {"same": 2}


def test_every_session_of_an_account_that_came_back_has_ended_also_of_generations_that_were_lost(ruin: Ruin) -> None:
    ruin.lose()
    ruin.copy("--all-missing")
    items = ruin.items()
    assert items[ACCOUNT]["generation"] == items[LOGIN]["generation"] == AHEAD


def test_what_happens_to_an_account_after_it_came_back_is_told_as_ever(ruin: Ruin) -> None:
    ruin.lose()
    ruin.copy("--all-missing")
    before = ruin.items()
    account = ruin.accounts.get(SUPPLIER, MARIO.account_id)
    assert account
    assert ruin.accounts.freeze(account, MARIO.email_key, now=POINT + 99)
    assert sorted(ruin.told(before)) == ["AccountFrozen", "account_frozen", "account_frozen_elsewhere"]
    before = ruin.items()
    account = ruin.accounts.get(SUPPLIER, MARIO.account_id)
    assert account
    assert ruin.closures.close(account, MARIO.email_key, now=POINT + 99)
    assert sorted(ruin.told(before)) == ["AccountClosed", "account_closed"]


def test_each_copy_leaves_a_trace_that_is_no_event(ruin: Ruin) -> None:
    ruin.lose()
    ruin.copy("--all-missing")
    entries = [item for key, item in ruin.items().items() if "#audit#" in key]
    assert {(entry["action"], entry["reason"], entry["account_id"]) for entry in entries} == {
        ("restore", "ticket 4711", MARIO.account_id),
        ("restore", "ticket 4711", ANNA.account_id),
    }


@pytest.mark.parametrize("named", [("--code", CODE), ("--account", MARIO.account_id)])
def test_one_account_comes_back_with_all_that_belongs_to_it_and_no_other(ruin: Ruin, named: tuple[str, str]) -> None:
    ruin.lose()
    assert ruin.copy(*named, "--supplier", SUPPLIER).status == 0
    assert {key for key in ruin.items() if "#audit#" not in key} == {ACCOUNT, LOGIN, MARKER}


def test_documents_come_back_and_a_list_says_which_accounts(ruin: Ruin, tmp_path: Any) -> None:
    ruin.lose()
    written = tmp_path / "lost.tsv"
    ruin.compare("--out", str(written))
    assert written.stat().st_mode & 0o777 == 0o600
    lines = [line for line in written.read_text().splitlines() if line.endswith(ANNA.account_id)]
    chosen = tmp_path / "chosen.tsv"
    chosen.write_text("\n".join(lines))
    assert ruin.copy("--list", str(chosen)).status == 0
    assert keys.accepted(SUPPLIER, ANNA.account_id) in ruin.items()
    assert ACCOUNT not in ruin.items()


@pytest.mark.parametrize("lost", ["#email#", "#customer#", "#accepted#"])
def test_an_account_that_lost_a_part_gets_that_part_and_keeps_its_sessions(ruin: Ruin, lost: str) -> None:
    before = ruin.items()
    ruin.lose(lost)
    copied = ruin.copy("--all-missing")
    assert copied.status == 0
    items = ruin.items()
    assert _plain(items) == _plain(before)
    assert items[ACCOUNT]["generation"] == items[LOGIN]["generation"] == 0
    assert ruin.told(before) == []


def test_a_dry_run_and_a_refusal_at_the_prompt_change_nothing(ruin: Ruin, monkeypatch: pytest.MonkeyPatch) -> None:
    ruin.lose()
    assert "2  to copy" in ruin.copy("--all-missing", "--dry-run").out
    monkeypatch.setattr("builtins.input", lambda _: "no")
    outcome = ruin.run("copy", "--from", ruin.older, "--reason", "ticket", "--all-missing")
    assert (outcome.status, outcome.err) == (1, "Not confirmed: nothing was done\n")
    assert ruin.items() == {}


def test_who_was_closed_since_stays_closed(ruin: Ruin) -> None:
    account = ruin.accounts.get(SUPPLIER, MARIO.account_id)
    assert account
    ruin.closures.close(account, MARIO.email_key, now=POINT + 60)
    before = ruin.items()
    assert ruin.compare() == {"same": 1, "closed since": 1}
    assert ruin.copy("--all-missing").status == 0  # nothing is left to do
    assert ruin.copy("--account", MARIO.account_id, "--supplier", SUPPLIER).status == 1
    assert ruin.items() == before


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("AccountClosed", "closed since"),
        ("AccountFrozen", "changed since"),
        ("UserIdChanged", "changed since"),
        ("CustomerUnlinked", "changed since"),
        ("SupplyUnlinked", "changed since"),
    ],
)
def test_what_the_changes_know_of_an_account_is_not_undone_though_all_of_it_is_lost(
    ruin: Ruin, kind: ChangeKind, state: str
) -> None:
    ruin.changed(kind, MARIO.account_id)
    ruin.lose()
    assert ruin.compare() == {"missing": 1, state: 1}
    outcome = ruin.copy("--code", CODE, "--supplier", SUPPLIER)
    assert (outcome.status, state in outcome.out) == (1, True)
    assert ruin.items() == {}


def test_a_moment_that_is_given_too_late_hides_no_closing(ruin: Ruin) -> None:
    """The table's tag knows better: half past five in Rome is half past four in UTC."""
    ruin.changed("AccountClosed", MARIO.account_id)
    ruin.lose()
    late = datetime.fromtimestamp(POINT + 1800, UTC).isoformat()
    assert ruin.compare("--since", late) == {"missing": 1, "closed since": 1}


def test_a_password_of_before_does_not_come_back_after_it_was_changed(ruin: Ruin) -> None:
    ruin.activity.note(SUPPLIER, MARIO.account_id, "password_changed", now=POINT + 60)
    ruin.activity.note(SUPPLIER, ANNA.account_id, "password_changed", now=POINT - 600)
    ruin.lose()
    assert ruin.compare() == {"missing": 1, "changed since": 1}


@pytest.mark.parametrize(
    "again",
    [MARIO._replace(email_key="other@example.it"), MARIO._replace(customer_code="00100200303")],
    ids=["customer", "address"],
)
def test_who_registered_since_with_the_same_customer_or_address_keeps_it(ruin: Ruin, again: Registration) -> None:
    ruin.lose()
    ruin.accounts.register(again._replace(account_id="c" * 32, step_token_id="t3"), now=POINT + 60)
    before = ruin.items()
    assert ruin.compare() == {"missing": 1, "taken": 1}
    assert ruin.copy("--all-missing").status == 1
    assert {key: ruin.items()[key] for key in before} == before
    assert ACCOUNT not in ruin.items()


def test_who_registers_in_the_very_moment_wins(ruin: Ruin, monkeypatch: pytest.MonkeyPatch) -> None:
    real, again = copying.copy_account, MARIO._replace(account_id="c" * 32, step_token_id="t3")

    def late(*args: Any, **options: Any) -> Any:
        if args[0].belongings.account_id == MARIO.account_id:
            ruin.accounts.register(again, now=POINT + 60)
        return real(*args, **options)

    ruin.lose()
    monkeypatch.setattr(commands, "copy_account", late)
    outcome = ruin.copy("--code", CODE, "--supplier", SUPPLIER)
    assert (outcome.status, "changed in this moment" in outcome.out) == (1, True)
    assert ruin.items()[MARKER]["account_id"] == again.account_id
    assert ACCOUNT not in ruin.items()


def test_an_account_that_goes_on_is_not_written_over(ruin: Ruin) -> None:
    account = ruin.accounts.get(SUPPLIER, MARIO.account_id)
    assert account
    assert ruin.accounts.end_sessions(account, MARIO.email_key, now=POINT + 60)
    before = ruin.items()
    assert ruin.compare() == {"same": 1, "newer": 1}
    assert ruin.copy("--all-missing").status == 0
    assert ruin.items() == before
    ruin.lose("#email#")  # its login of before has another generation, and perhaps another password
    assert ruin.compare() == {"incomplete": 1, "changed since": 1}


def test_without_the_changes_nothing_comes_back_unless_it_is_said(ruin: Ruin, tmp_path: Any) -> None:
    ruin.lose()
    ruin.lose(of="changes")
    outcome = ruin.copy("--all-missing")
    assert (outcome.status, "Bring that table back first" in outcome.err) == (1, True)
    assert ruin.items() == {}
    listed = ("compare", "--from", ruin.older, "--out", str(tmp_path / "lost.tsv"))
    assert ruin.run(*listed).status == 1
    assert ruin.run(*listed, "--without-changes").status == 0  # no half list is in its way
    assert ruin.copy("--all-missing", "--without-changes").status == 0


def test_a_password_of_before_all_activity_does_not_come_back_unless_it_is_said(ruin: Ruin) -> None:
    ruin.lose()
    long_ago = ("--since", "2024-01-01T00:00:00Z")
    outcome = ruin.copy("--all-missing", *long_ago)
    assert (outcome.status, "ActivityMonths" in outcome.err) == (1, True)
    assert ruin.copy("--all-missing", "--without-changes", *long_ago).status == 0


@pytest.mark.parametrize("how", ["lost", "expired"])
def test_a_closing_that_the_changes_have_no_more_brings_nobody_back(ruin: Ruin, how: str) -> None:
    """ChangesKeptDays may be 30, point-in-time recovery reaches back 35 days, and a backup years."""
    ruin.changed("AccountClosed", MARIO.account_id)
    ruin.changed("ContactChanged", ANNA.account_id)
    key = {"pk": {"S": SUPPLIER}, "sk": {"N": "2"}}
    if how == "lost":
        ruin.client.delete_item(TableName=ruin.tables["changes"], Key=key)
    else:
        change = {"expires_at": {"Value": {"N": str(POINT)}}}
        ruin.client.update_item(TableName=ruin.tables["changes"], Key=key, AttributeUpdates=change)
    ruin.lose()
    outcome = ruin.copy("--all-missing")
    assert (outcome.status, "Bring that table back first" in outcome.err) == (1, True)
    assert ruin.items() == {}


def test_changes_that_are_all_older_than_the_point_are_enough_also_when_they_have_expired(ruin: Ruin) -> None:
    for number in (1, "last"):
        pk, sk = (f"{SUPPLIER}#last", "0") if number == "last" else (SUPPLIER, "1")
        then = {"recorded_at": {"Value": {"N": str(POINT - 9_999)}}, "expires_at": {"Value": {"N": str(POINT)}}}
        key = {"pk": {"S": pk}, "sk": {"N": sk}}
        ruin.client.update_item(TableName=ruin.tables["changes"], Key=key, AttributeUpdates=then)
    ruin.lose()
    assert ruin.copy("--all-missing").status == 0


def test_codes_of_notices_and_audit_entries_come_back_for_accounts_that_are_there(ruin: Ruin) -> None:
    objections, other = Objections(ruin.db, ruin.older), "c" * 32
    code = objections.issue(SUPPLIER, Objection(MARIO.account_id, CODE), now=4_000_000_000)
    objections.issue(SUPPLIER, Objection(other, "x"), now=4_000_000_000)
    objections.issue(SUPPLIER, Objection(MARIO.account_id, CODE), now=1)  # expired
    ruin.lose()
    assert ruin.copy("--all-missing").status == 0
    found = [item for key, item in ruin.items().items() if "#objection#" in key]
    assert [item["account_id"] for item in found] == [MARIO.account_id]
    assert Objections(ruin.db, ruin.tables["accounts"]).find(SUPPLIER, code, now=POINT)


def test_an_address_that_looks_like_another_kind_of_item_stays_forgotten(ruin: Ruin) -> None:
    address = "eve#audit#x@example.it"
    eve = MARIO._replace(account_id="e" * 32, customer_code="9", step_token_id="t9", user_id=address, email_key=address)
    Accounts(ruin.db, ruin.older).register(eve, now=POINT - 900)
    ruin.changed("AccountClosed", eve.account_id)
    ruin.lose()
    assert ruin.copy("--all-missing").status == 0
    assert keys.email(SUPPLIER, address) not in ruin.items()


def _give_supplies(ruin: Ruin, number: int) -> list[str]:
    """Give Mario more supplies, in the older table; lose all in the stack's, and return their codes."""
    codes = [f"{each:011}" for each in range(number)]
    ruin.client.update_item(
        TableName=ruin.older,
        Key={"pk": {"S": ACCOUNT}},
        UpdateExpression="SET customers = :all",
        ExpressionAttributeValues={":all": {"L": [{"S": code} for code in (CODE, *codes)]}},
    )
    for code in codes:
        item = {"pk": {"S": keys.customer(SUPPLIER, code)}, "account_id": {"S": MARIO.account_id}}
        ruin.client.put_item(TableName=ruin.older, Item=item)
    ruin.lose()
    return codes


def _markers(ruin: Ruin, account_id: str = MARIO.account_id) -> int:
    return len([1 for key, item in ruin.items().items() if "#customer#" in key and item["account_id"] == account_id])


def test_an_account_with_more_supplies_than_a_transaction_has_room_for_comes_back(ruin: Ruin) -> None:
    codes = _give_supplies(ruin, 95)
    assert ruin.copy("--account", MARIO.account_id, "--supplier", SUPPLIER).status == 0
    assert _markers(ruin) == 96
    ruin.lose(codes[-1], codes[-2])
    assert ruin.copy("--account", MARIO.account_id, "--supplier", SUPPLIER).status == 0
    assert _markers(ruin) == 96


def _between(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Have something happen before the second transaction of the next copy."""
    real, number = DynamoDb.transact, count()

    def transact(self: DynamoDb, *writes: Write) -> None:
        if next(number) == 1:
            happens()
        real(self, *writes)

    monkeypatch.setattr(DynamoDb, "transact", transact)


def test_who_registers_a_supply_between_two_transactions_has_it_alone(
    ruin: Ruin, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = _give_supplies(ruin, 95)
    again = MARIO._replace(account_id="c" * 32, step_token_id="t3", customer_code=codes[3], email_key="c@example.it")
    with monkeypatch.context() as patch:
        _between(patch, lambda: ruin.accounts.register(again, now=POINT + 60))
        assert ruin.copy("--account", MARIO.account_id, "--supplier", SUPPLIER).status == 1
    assert ACCOUNT not in ruin.items()
    assert (_markers(ruin), _markers(ruin, again.account_id)) == (0, 1)


def test_a_command_that_dies_between_two_transactions_leaves_no_half_account_and_goes_on(
    ruin: Ruin, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    _give_supplies(ruin, 95)
    with monkeypatch.context() as patch:
        _between(patch, die)
        with pytest.raises(KeyboardInterrupt):
            ruin.copy("--account", MARIO.account_id, "--supplier", SUPPLIER)
    assert ACCOUNT not in ruin.items()
    assert 0 < _markers(ruin) < 96  # nobody else can register these until it is repeated
    assert ruin.copy("--account", MARIO.account_id, "--supplier", SUPPLIER).status == 0
    assert (_markers(ruin), ACCOUNT in ruin.items()) == (96, True)


def test_no_line_says_more_of_a_customer_than_ids(ruin: Ruin) -> None:
    ruin.lose()
    said = [ruin.run("compare", "--from", ruin.older), ruin.copy("--all-missing"), ruin.copy("--all-missing")]
    for outcome in said:
        for personal in ("Mario", "mario", "anna", CODE, "+3906", "argon2"):
            assert personal not in outcome.out + outcome.err


ITEMS: list[dict[str, Any]] = [
    {"pk": "gas#account#a", "account_id": "a", "status": "active", "created_at": 1, "generation": 0},
    {"pk": "gas#customer#1", "account_id": "a", "customer_code": "1", "role": "holder"},
    {"pk": "gas#audit#1", "action": "close", "operator": "o", "reason": "r"},
    {"pk": "gas#a", "sk": "1-a", "is_new_device": True},
]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: str(item["pk"]))
def test_an_item_is_silent_once_when_it_comes_back_and_again_when_another_run_brings_it(item: dict[str, Any]) -> None:
    assert notifications_of(Change("e", 1, None, item))
    assert notifications_of(Change("e", 1, None, item | {MARK: "run-1"})) == []
    assert notifications_of(Change("e", 1, item | {MARK: "run-1"}, item | {MARK: "run-2"})) == []
