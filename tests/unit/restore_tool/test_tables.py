"""A table as it was; the tables beside the accounts; and a table that becomes a stack's."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from tests.unit.accounts_tool.conftest import MARIO, SUPPLIER
from tests.unit.restore_tool.conftest import ANNA, AT, POINT, Ruin
from tools.command_line import Refused
from tools.restore import adopt, copying, other_tables, settings, settling
from tools.restore.deployment import KINDS, SOURCE
from tools.restore.deployment import POINT as POINT_TAG
from tools.restore.since import Since
from tools.translate import written
from utenza.tables import keys
from utenza.tables.changes import AccountChange, Changes, NewChange
from utenza.tables.restored import MARK


def _tags(ruin: Ruin, table: str) -> dict[str, str]:
    arn = ruin.client.describe_table(TableName=table)["Table"]["TableArn"]
    return {tag["Key"]: tag["Value"] for tag in ruin.client.list_tags_of_resource(ResourceArn=arn)["Tags"]}


def test_a_restored_table_says_what_it_is_and_has_the_tags_of_the_stack(ruin: Ruin) -> None:
    assert _tags(ruin, ruin.older) == {
        "team": "area",
        SOURCE: ruin.tables["accounts"],
        POINT_TAG: AT,
    }


def test_restoring_it_again_goes_on_and_a_dry_run_does_nothing(ruin: Ruin) -> None:
    again = ruin.run("begin", "--at", AT, "--to", ruin.older, "--yes")
    assert (again.status, f"{ruin.older} is there" in again.out) == (0, True)
    tables = ruin.client.list_tables()["TableNames"]
    dry = ruin.run("begin", "--at", "2026-09-21T14:13:20", "--of", "activity", "--dry-run")
    assert (dry.status, "-at-20260921T141320Z" in dry.out) == (0, True)
    assert ruin.client.list_tables()["TableNames"] == tables


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["begin", "--at", "yesterday", "--yes"], "no moment"),
        (["compare", "--from", "accounts-older", "--code", "1"], "Which supplier"),
        (["compare", "--from", "accounts-older", "--code", "1", "--supplier", SUPPLIER], "no customer of"),
        (["compare", "--from", "accounts-older", "--account", "x", "--supplier", SUPPLIER], "has not all"),
        (
            ["copy", "--from", "accounts-older", "--of", "changes", "--code", "1", "--reason", "why", "--yes"],
            "Of this table",
        ),
        (["compare", "--from", "TABLE"], "give --since"),
        (["compare", "--from", "accounts-older", "--since", "2099-01-01"], "still to come"),
        (["compare", "--from", "accounts-older", "--list", "/no/such/file"], "No such file"),
        (["compare", "--from", "accounts-older", "--list", "/dev/null"], "names no account"),
        (["begin", "--at", AT, "--to", "TABLE", "--yes"], "another table"),
        (["begin", "--at", "2026-01-01", "--to", "accounts-older", "--yes"], "another table"),
        (["adopt", "--table", "sessions=x"], "no table of the kind sessions"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(ruin: Ruin, arguments: list[str], said: str) -> None:
    outcome = ruin.run(*(ruin.tables["accounts"] if each == "TABLE" else each for each in arguments))
    assert (outcome.status, said in outcome.err) == (1, True), outcome
    assert outcome.err.count("\n") == 1


def test_a_table_that_stands_in_the_way_is_left_alone_also_without_tags(ruin: Ruin) -> None:
    key = {"AttributeName": "pk", "KeyType": "HASH"}
    attributes = [{"AttributeName": "pk", "AttributeType": "S"}]
    ruin.client.create_table(
        TableName="other", KeySchema=[key], AttributeDefinitions=attributes, BillingMode="PAY_PER_REQUEST"
    )
    outcome = ruin.run("begin", "--at", AT, "--to", "other", "--yes")
    assert (outcome.status, "another table" in outcome.err) == (1, True)
    assert _tags(ruin, "other") == {}


def test_a_restore_that_was_begun_without_waiting_goes_on(ruin: Ruin, monkeypatch: pytest.MonkeyPatch) -> None:
    again = ("begin", "--to", "later", "--yes", "--at")
    assert ruin.run(*again, AT, "--no-wait").status == 0
    real = ruin.client.describe_table

    def described(**arguments: str) -> Any:  # moto notes the moment of the call
        found = real(**arguments)
        found["Table"].get("RestoreSummary", {})["RestoreDateTime"] = datetime.fromtimestamp(POINT, UTC)
        return found

    monkeypatch.setattr(ruin.client, "describe_table", described)
    assert ruin.run(*again, "2026-01-01T00:00:00Z").status == 1
    assert ruin.run(*again, AT).status == 0
    assert _tags(ruin, "later")[POINT_TAG] == AT


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "accounts"])
def test_a_table_given_for_another_is_refused_and_nothing_is_copied(ruin: Ruin, kind: str) -> None:
    before = ruin.items(kind)
    of, since = ("--of", kind), ("--since", AT)  # so that its tag does not tell
    copy = ("copy", "--from", ruin.older, *of, *since, "--all-missing", "--reason", "why", "--yes")
    for command in (copy, ("compare", "--from", ruin.older, *of, *since), ("prepare", "--table", ruin.older, *of)):
        outcome = ruin.run(*command, *(("--yes",) if command[0] == "prepare" else ()))
        assert (outcome.status, f"no table of {kind}" in outcome.err) == (1, True)
    assert ruin.items(kind) == before
    outcome = ruin.run("adopt", "--stack", "new", "--table", f"{kind}={ruin.older}", "--yes")
    assert (outcome.status, f"no table of {kind}" in outcome.err) == (1, True)


def test_a_copy_of_another_stacks_table_is_refused_unless_it_is_said(ruin: Ruin) -> None:
    arn = ruin.client.describe_table(TableName=ruin.older)["Table"]["TableArn"]
    ruin.client.tag_resource(ResourceArn=arn, Tags=[{"Key": SOURCE, "Value": "staging-Accounts"}])
    ruin.lose()
    outcome = ruin.copy("--all-missing")
    assert (outcome.status, "a copy of staging-Accounts" in outcome.err) == (1, True)
    assert ruin.items() == {}
    assert ruin.copy("--all-missing", "--since", AT).status == 0


def test_activity_comes_back_for_accounts_that_are_open_and_changes_with_their_numbers(ruin: Ruin) -> None:
    for each in (MARIO, ANNA):
        ruin.activity.note(SUPPLIER, each.account_id, "login", now=4_000_000_000)
    ruin.activity.note(SUPPLIER, MARIO.account_id, "login", now=1_000_000_000)  # expired
    for of in ("activity", "changes"):
        assert ruin.run("begin", "--of", of, "--at", AT, "--to", f"older-{of}", "--yes").status == 0
    account = ruin.accounts.get(SUPPLIER, ANNA.account_id)
    assert account
    ruin.closures.close(account, ANNA.email_key, now=POINT)
    before = ruin.items("changes")
    for of in ("activity", "changes"):
        ruin.lose(of=of)
        for command in (["compare"], ["copy", "--all-missing", "--reason", "why", "--yes"]):
            assert ruin.run(*command, "--of", of, "--from", f"older-{of}").status == 0
    assert ruin.items("changes") == before
    [entry] = ruin.items("activity").values()
    assert entry["pk"] == f"{SUPPLIER}#{MARIO.account_id}"
    assert MARK in entry


def test_the_activity_of_an_account_that_is_closed_while_it_is_copied_does_not_stay(
    ruin: Ruin, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in (MARIO, ANNA):
        ruin.activity.note(SUPPLIER, each.account_id, "login", now=4_000_000_000)
    assert ruin.run("begin", "--of", "activity", "--at", AT, "--to", "older-activity", "--yes").status == 0
    ruin.lose(of="activity")
    real, account = copying.copy_missing, ruin.accounts.get(SUPPLIER, ANNA.account_id)
    assert account

    def closed_meanwhile(*args: Any, **options: Any) -> int:
        assert ruin.closures.close(account, ANNA.email_key, now=POINT)
        ruin.activity.forget(SUPPLIER, ANNA.account_id)
        return real(*args, **options)

    monkeypatch.setattr(other_tables, "copy_missing", closed_meanwhile)
    copy = ("copy", "--of", "activity", "--from", "older-activity", "--all-missing", "--reason", "why", "--yes")
    assert ruin.run(*copy).status == 0
    assert [entry["pk"] for entry in ruin.items("activity").values()] == [f"{SUPPLIER}#{MARIO.account_id}"]


def test_changes_that_began_at_one_again_after_a_loss_go_on_behind_what_came_back(ruin: Ruin) -> None:
    changes = Changes(ruin.db, ruin.tables["changes"])
    for number in range(30):
        changes.record(SUPPLIER, str(number), NewChange("ContactChanged", "x", POINT), now=POINT)
    assert ruin.run("begin", "--of", "changes", "--at", AT, "--to", "older-changes", "--yes").status == 0
    ruin.lose(of="changes")
    assert changes.record(SUPPLIER, "after the loss", NewChange("AccountClosed", "y", POINT + 9), now=POINT + 9) == 1
    copy = ("copy", "--of", "changes", "--from", "older-changes", "--all-missing", "--reason", "why", "--yes")
    outcome = ruin.run(*copy)
    assert (outcome.status, "give the CRM a whole file" in outcome.out) == (0, True)
    assert changes.at(SUPPLIER, 1) == AccountChange(
        1, "AccountClosed", "y", POINT + 9, POINT + 9
    )  # nothing newer is lost
    assert changes.record(SUPPLIER, "later", NewChange("ContactChanged", "x", POINT + 9), now=POINT + 9) == 32
    assert "whole file" not in ruin.run(*copy).out


def test_a_table_that_becomes_the_stacks_gets_what_dynamodb_does_not_restore(ruin: Ruin) -> None:
    for _ in range(2):  # a second time there is nothing to do
        assert ruin.run("prepare", "--table", ruin.older, "--yes").status == 0
    table = ruin.client.describe_table(TableName=ruin.older)["Table"]
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["DeletionProtectionEnabled"]
    lifetime = ruin.client.describe_time_to_live(TableName=ruin.older)["TimeToLiveDescription"]
    assert (lifetime["TimeToLiveStatus"], lifetime["AttributeName"]) == ("ENABLED", "expires_at")
    backups = ruin.client.describe_continuous_backups(TableName=ruin.older)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_what_was_closed_and_frozen_since_is_so_again_before_the_table_has_a_stream(
    ruin: Ruin, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruin.changed("AccountClosed", MARIO.account_id)
    ruin.changed("AccountFrozen", ANNA.account_id)
    real = settling.settle

    def settle(*args: Any, **options: Any) -> Any:
        for settled in real(*args, **options):
            assert "StreamSpecification" not in ruin.client.describe_table(TableName=ruin.older)["Table"]
            yield settled

    monkeypatch.setattr("tools.restore.commands.settle", settle)
    changes = ("--changes", ruin.tables["changes"], "--stack", "gone")
    outcome = ruin.run("prepare", "--table", ruin.older, "--yes", *changes)
    assert outcome.status == 1  # somebody has to look at the frozen one
    assert f"{MARIO.account_id}: closed" in outcome.out
    assert f"{ANNA.account_id}: frozen" in outcome.out
    found = ruin.client.scan(TableName=ruin.older)["Items"]
    status = {item["pk"]["S"]: item["status"]["S"] for item in found if "status" in item}
    assert status[keys.account(SUPPLIER, MARIO.account_id)] == "closed"
    assert status[keys.email(SUPPLIER, ANNA.email_key)] == "frozen"
    assert keys.email(SUPPLIER, MARIO.email_key) not in status
    since = Since(POINT, {MARIO.account_id: frozenset({"AccountClosed"})}, is_known=True)
    assert not list(real(ruin.db, ruin.older, SUPPLIER, since, now=POINT))


def test_a_stack_begins_with_the_tables_as_the_template_has_them() -> None:
    template = adopt.template_of(dict.fromkeys(KINDS, "x"))
    assert len(json.dumps(template, separators=(",", ":"))) < 51_200  # what CloudFormation takes in a request
    for name, resource in template["Resources"].items():
        assert resource["Properties"] == written()["Resources"][name]["Properties"]
        assert (resource["Type"], resource["DeletionPolicy"]) == ("AWS::DynamoDB::Table", "Retain")
    assert set(template["Parameters"]) == set(written()["Parameters"])
    assert "Transform" not in template
    assert "Outputs" not in template  # an import may add none


@pytest.mark.parametrize("is_on", [True, False])
def test_a_table_gets_another_stream_before_a_new_stack_reads_it(*, is_on: bool) -> None:
    """Moto gives a table one stream for good: botocore's stub checks the calls."""
    client = boto3.client("dynamodb", region_name="eu-south-1", aws_access_key_id="x", aws_secret_access_key="x")
    active = {"TableStatus": "ACTIVE", "StreamSpecification": {"StreamEnabled": is_on}}
    off, on = {"StreamEnabled": False}, {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    with Stubber(client) as stub:
        stub.add_response("describe_table", {"Table": active})
        for specification in ([off] if is_on else []) + [on]:
            stub.add_response("update_table", {}, {"TableName": "kept", "StreamSpecification": specification})
            stub.add_response("describe_table", {"Table": active})
        assert settings.renew_stream(client, "kept", "accounts")
        assert not settings.renew_stream(client, "kept", "changes")  # which has none
        stub.assert_no_pending_responses()


class _Aws:
    def __init__(self, client: Any) -> None:
        self._client = client

    def client(self, _: str) -> Any:
        return self._client


def test_adopting_asks_for_an_import_and_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adopt, "_LOOKS_EVERY", 0)
    monkeypatch.setattr(adopt, "renew_stream", lambda *_: True)
    client = boto3.client("cloudformation", region_name="eu-south-1", aws_access_key_id="x", aws_secret_access_key="x")
    wanted = {
        "StackName": "again",
        "ChangeSetName": "adopt-tables",
        "ChangeSetType": "IMPORT",
        "TemplateBody": json.dumps(adopt.template_of({"accounts": "kept"}), separators=(",", ":")),
        "Parameters": [{"ParameterKey": "PointInTimeRecovery", "ParameterValue": "true"}],
        "ResourcesToImport": [
            {
                "ResourceType": "AWS::DynamoDB::Table",
                "LogicalResourceId": "Accounts",
                "ResourceIdentifier": {"TableName": "kept"},
            }
        ],
    }
    arn = "arn:aws:cloudformation:eu-south-1:1:changeSet/adopt-tables/1"
    stack = {"StackName": "again", "CreationTime": 1}
    with Stubber(client) as stub:
        stub.add_client_error("describe_stacks", "ValidationError", "Stack with id again does not exist")
        stub.add_response("create_change_set", {"Id": arn}, wanted)
        for status in ("CREATE_IN_PROGRESS", "CREATE_COMPLETE"):
            stub.add_response("describe_change_set", {"Status": status}, {"ChangeSetName": arn})
        stub.add_response("execute_change_set", {}, {"ChangeSetName": arn})
        for status in ("REVIEW_IN_PROGRESS", "IMPORT_IN_PROGRESS", "IMPORT_COMPLETE"):
            stub.add_response("describe_stacks", {"Stacks": [stack | {"StackStatus": status}]})
        aws: Any = _Aws(client)
        lines = list(adopt.adopt(aws, "again", {"accounts": "kept"}, {"PointInTimeRecovery": "true"}))
        stub.assert_no_pending_responses()
    assert "make deploy" in lines[-1]


@pytest.mark.parametrize("status", ["UPDATE_COMPLETE", "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"])
def test_a_stack_that_has_something_is_left_alone_and_its_state_is_said(status: str) -> None:
    client = boto3.client("cloudformation", region_name="eu-south-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stub:
        stack = {"StackName": "again", "CreationTime": 1, "StackStatus": status}
        stub.add_response("describe_stacks", {"Stacks": [stack]})
        aws: Any = _Aws(client)
        with pytest.raises(Refused, match=status):
            list(adopt.adopt(aws, "again", {"accounts": "kept"}, {}))


def test_an_import_that_was_refused_is_in_nobodys_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adopt, "_LOOKS_EVERY", 0)
    client = boto3.client("cloudformation", region_name="eu-south-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stub:
        for status in ("REVIEW_IN_PROGRESS", "DELETE_IN_PROGRESS"):
            stack = {"StackName": "again", "CreationTime": 1, "StackStatus": status}
            stub.add_response("describe_stacks", {"Stacks": [stack]})
            if status == "REVIEW_IN_PROGRESS":
                stub.add_response("delete_stack", {}, {"StackName": "again"})
        stub.add_client_error("describe_stacks", "ValidationError", "Stack with id again does not exist")
        stub.add_client_error("create_change_set", "ValidationError", "once more")
        aws: Any = _Aws(client)
        with pytest.raises(ClientError, match="once more"):
            list(adopt.adopt(aws, "again", {"accounts": "kept"}, {}))
        stub.assert_no_pending_responses()


def test_a_table_of_another_stack_keeps_its_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adopt, "renew_stream", lambda *_: pytest.fail("a stack reads it"))
    client = boto3.client("cloudformation", region_name="eu-south-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stub:
        stub.add_client_error("describe_stacks", "ValidationError", "Stack with id again does not exist")
        stub.add_response("create_change_set", {"Id": "arn:aws:cloudformation:eu-south-1:1:changeSet/adopt-tables/1"})
        stub.add_response("describe_change_set", {"Status": "FAILED", "StatusReason": "kept belongs to utenza"})
        aws: Any = _Aws(client)
        with pytest.raises(Refused, match="kept belongs to utenza"):
            list(adopt.adopt(aws, "again", {"accounts": "kept"}, {}))
