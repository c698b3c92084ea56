"""What the last release and the next one can do side by side, on the real description with one thing changed."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tools.paths import ROOT
from tools.shared_state import tokens
from tools.shared_state.compare import incompatible
from tools.shared_state.description import from_code, items, released
from tools.shared_state.recording import recording
from utenza.dynamodb import DynamoDb, Write, put
from utenza.tables import reminders
from utenza.tables.accounts import Account, Accounts
from utenza.tables.reminders import Reminders
from utenza.tokens.signed_state import SignedState

_ACCOUNT, _RUN, _CHANGE = "utenza.tables.accounts.Account", "crm_import.runs.Run", "customer_sync.changes.Change"
_STEP, _LEASE, _MANIFEST = "step+jwt credentials", "leases/gas.json", "runs/gas/RUN/manifest.gz"
_REQUIRED, _OPTIONAL = {"type": "string", "required": True}, {"type": "string", "required": False}


@pytest.fixture(scope="module")
def before() -> dict[str, Any]:
    return released()


def test_this_version_and_the_last_release_can_serve_side_by_side(before: dict[str, Any]) -> None:
    """What is written to items is compared by `pytest --shared-state=check`, at the end of the contract tests."""
    assert incompatible(before, from_code()) == []


def _drop(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(now: dict[str, Any]) -> None:
        for step in path[:-1]:
            now = now[step]
        del now[path[-1]]

    return change


def _set(*path: Any) -> Callable[[dict[str, Any]], None]:
    def change(now: dict[str, Any]) -> None:
        for step in path[:-2]:
            now = now[step]
        now[path[-2]] = path[-1]

    return change


@pytest.mark.parametrize(
    ("change", "path", "advice"),
    [
        (_drop("items", "account", "carried"), "items.account.carried", "`unneeded`"),
        (_drop("items", "objection"), "items.objection.account_id", "`unneeded`"),
        (_set("items", "account", "generation", "S"), "items.account.generation", "was N in the last release and is S"),
        (_set("items", "session", "spent", "L|S"), "items.session.spent", "Write a new one beside it"),
        (_drop("read", _ACCOUNT, "phone"), f"read.{_ACCOUNT}.phone", "`unneeded`"),
        (_set("read", _ACCOUNT, "city", _REQUIRED), f"read.{_ACCOUNT}.city", "Give it a default"),
        (_set("read", _ACCOUNT, "phone", "required", True), f"read.{_ACCOUNT}.phone", "Give it a default"),
        (_set("read", _ACCOUNT, "status", "values", ["active", "closed"]), "status=frozen", "`unneeded`"),
        (
            _set("read", _ACCOUNT, "status", "values", ["active", "asleep", "closed", "frozen"]),
            f"read.{_ACCOUNT}.status=asleep",
            "`unwritten`",
        ),
        (_set("read", _ACCOUNT, "summaries[].city", _OPTIONAL), "summaries[].city", "refuses what it does not know"),
        (_drop("tokens", _STEP, "holder"), f"tokens.{_STEP}.holder", "`unneeded`"),
        (_set("tokens", _STEP, "code", "type", "integer"), f"tokens.{_STEP}.code", "read both"),
        (_drop("messages", _RUN), f"messages.{_RUN}", "`unneeded`"),
        (_set("messages", _RUN, "fields", "city", _REQUIRED), f"messages.{_RUN}.city", "Give it a default"),
        (_set("messages", _CHANGE, "fields", "city", _OPTIONAL), f"messages.{_CHANGE}.city", "`unwritten`"),
        (_drop("files", _LEASE, "content.until"), "files.leases/gas.json.content.until", "`unneeded`"),
        (_set("files", _MANIFEST, "line 2", "type", "1;digest;a"), f"files.{_MANIFEST}.line 2", "read both"),
        (_drop("events", "schema 1", "customer_code"), "events.schema 1.customer_code", "`unneeded`"),
        (_set("rights", "LoginFunction", "role", "Another"), "rights.LoginFunction.role", "Rollout=off"),
        (_set("rights", "LoginFunction", "may", []), "rights.LoginFunction.kms:Sign SigningKey", "next release"),
    ],
)
def test_what_the_last_release_could_not_live_beside_is_said_with_what_to_do(
    before: dict[str, Any], change: Callable[[dict[str, Any]], None], path: str, advice: str
) -> None:
    now = copy.deepcopy(before)
    change(now)
    found = [each for each in incompatible(before, now) if path in each]
    assert found, incompatible(before, now)
    assert advice in found[0]


@pytest.mark.parametrize(
    "change",
    [
        _set("items", "account", "city", "S"),
        _set("items", "letter", {"pk": "S"}),
        _set("read", _ACCOUNT, "city", _OPTIONAL),
        _set("messages", _RUN, "fields", "city", _OPTIONAL),
        _set("tokens", _STEP, "city", _REQUIRED),
        _set("rights", "LetterFunction", {"role": "LetterRole", "may": []}),
        _drop("rights", "CrmExportFunction"),
    ],
)
def test_additions_pass(before: dict[str, Any], change: Callable[[dict[str, Any]], None]) -> None:
    now = copy.deepcopy(before)
    change(now)
    assert incompatible(before, now) == []


def test_two_releases_take_an_attribute_away(before: dict[str, Any]) -> None:
    """The first one notes it and still writes it; the second one does not. Noted in the second alone, it fails."""
    first = copy.deepcopy(before)
    first["notes"]["unneeded"] = ["items.account.carried"]
    assert incompatible(before, first) == []
    second = copy.deepcopy(first)
    del second["items"]["account"]["carried"]
    assert incompatible(first, second) == []
    assert incompatible(before, second)


def test_two_releases_bring_a_value_and_another_role(before: dict[str, Any]) -> None:
    now = copy.deepcopy(before)
    now["read"][_ACCOUNT]["status"]["values"].append("asleep")
    now["rights"]["LoginFunction"]["role"] = "Another"
    assert len(incompatible(before, now)) == 2
    now["notes"]["unwritten"] = [f"read.{_ACCOUNT}.status=asleep"]
    now["notes"]["at_once"] = ["rights.LoginFunction.role"]
    assert incompatible(before, now) == []
    now["notes"]["at_once"] = ["items.account.carried"]  # nothing that is stored can be noted so
    del now["items"]["account"]["carried"]
    assert any(each.startswith("items.account.carried ") for each in incompatible(before, now))


def test_a_class_may_be_moved(before: dict[str, Any]) -> None:
    now = copy.deepcopy(before)
    now["read"]["utenza.tables.people.Account"] = now["read"].pop(_ACCOUNT)
    now["messages"]["crm_import.history.Run"] = now["messages"].pop(_RUN)
    assert incompatible(before, now) == []


class _Client:
    """A DynamoDB that takes everything."""

    class exceptions:  # noqa: N801 - boto3's name
        ConditionalCheckFailedException = KeyError
        TransactionCanceledException = KeyError

    def __getattr__(self, _: str) -> Callable[..., dict[str, Any]]:
        return lambda **_: {}


def test_what_the_tables_write_is_recorded_and_what_a_test_writes_is_not() -> None:
    written: dict[str, dict[str, set[str]]] = {}
    db = DynamoDb(_Client())
    account = Account("a1", "gas", "active", "it", ("1",), 1, 1, user_id="mario@example.it")
    with recording(written):
        Accounts(db, "table").note_email_status(account, "bounced")
        Accounts(db, "table").end_sessions(account, "mario@example.it", now=5)
        db.write(put("table", {"pk": "gas#account#a1", "city": "Milano"}))
    Accounts(db, "table").freeze(account, "mario@example.it", now=5)
    assert items(written) == {
        "account": {"pk": "S", "email_status": "S", "generation": "N"},
        "email": {"pk": "S", "sessions_ended_at": "N", "generation": "N"},
    }


def test_code_that_leaves_an_attribute_or_a_claim_out_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the code itself to the finding: a claim of the step token, and an attribute of a reminder."""
    issue, before, after = SignedState.issue, dict[str, dict[str, set[str]]](), dict[str, dict[str, set[str]]]()
    claims = tokens.claims()
    table = Reminders(DynamoDb(_Client()), "table")
    with recording(before):
        table.request("gas", "1", "a1", now=5)

    def without_holder(self: SignedState, given: dict[str, Any], *, now: int) -> tuple[str, int]:
        return issue(self, {name: value for name, value in given.items() if name != "holder"}, now=now)

    def without_id(table: str, item: dict[str, Any], **more: Any) -> Write:
        return put(table, {name: value for name, value in item.items() if name != "reminder_id"}, **more)

    monkeypatch.setattr(SignedState, "issue", without_holder)
    monkeypatch.setattr(reminders, "put", without_id)
    with recording(after):
        table.request("gas", "1", "a1", now=5)
    found = incompatible({"tokens": claims, "items": items(before)}, {"tokens": tokens.claims(), "items": items(after)})
    assert [each.split(" is ")[0] for each in found] == ["items.reminder.reminder_id", f"tokens.{_STEP}.holder"]


def test_every_kind_of_token_is_described() -> None:
    """Modules that sign a state are in tools/shared_state/tokens.py."""
    modules = (ROOT / "layers/common/utenza/tokens").glob("*.py")
    signs = [path.stem for path in modules if "SignedState(" in path.read_text(encoding="utf-8")]
    described = {name.partition("+")[0] for name in tokens.claims()}
    assert len(signs) == len(described - {"at"})  # access tokens are signed by KMS
