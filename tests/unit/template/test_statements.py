"""Under which conditions the functions' roles may do what they may."""

import pytest

from tests.unit.template.policies import resource_of, role_of, said, statements_of
from tests.unit.template.translated import FUNCTIONS, WRITTEN, listed
from tools.rotate_signing_key import TAG
from utenza.tables.passing_time import PLACE, READ
from utenza.tables.registrations import OF_ACCOUNTS, OF_AGREEMENTS, OF_MARKERS


def test_mails_are_sent_from_one_address_alone() -> None:
    [sending] = [entry for entry in statements_of(role_of("notifications")) if "Fn::If" in entry]
    condition, granted, otherwise = sending["Fn::If"]
    assert (condition, otherwise) == ("SendsMail", {"Ref": "AWS::NoValue"})
    assert granted["Condition"] == {"StringEqualsIfExists": {"ses:FromAddress": {"Ref": "SenderEmail"}}}


def test_the_notifications_write_no_accounts_but_the_codes_against_what_happened_to_them() -> None:
    statements = map(said, statements_of(role_of("notifications")))
    [writing] = [entry for entry in statements if entry["Action"] == "dynamodb:PutItem"]
    assert writing["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#objection#*", "*#undo#*"]}}


def test_the_authorizer_may_read_sessions_where_it_checks_them_alone() -> None:
    [checking] = [entry for entry in statements_of(role_of("authorizer")) if "Fn::If" in entry]
    condition, granted, otherwise = checking["Fn::If"]
    assert (condition, otherwise) == ("ChecksSessions", {"Ref": "AWS::NoValue"})
    assert (granted["Action"], resource_of(granted["Resource"])) == ("dynamodb:GetItem", "Sessions")
    assert WRITTEN["Parameters"]["AuthorizerChecksSessions"]["Default"] == "false"
    assert WRITTEN["Conditions"]["ChecksSessions"] == {"Fn::Equals": [{"Ref": "AuthorizerChecksSessions"}, "true"]}


@pytest.mark.parametrize("name", ["crm", "crm_export"])
def test_what_the_crm_learns_is_read_without_secrets(name: str) -> None:
    [batch] = [entry for entry in statements_of(role_of(name)) if "BatchGet" in str(entry["Action"])]
    condition = batch["Condition"]
    keys = {key.strip("*#") for key in condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]}
    assert keys == {"account", "customer", "accepted"}
    read = {"pk", *OF_ACCOUNTS, *OF_MARKERS, *OF_AGREEMENTS}
    assert set(condition["ForAllValues:StringEquals"]["dynamodb:Attributes"]) == read
    assert not read & {"password_hash", "answer_hash", "question", "summaries"}
    present = {"Fn::If": ["IsOnAws", {"dynamodb:Attributes": "false"}, {"Ref": "AWS::NoValue"}]}
    assert condition["Null"] == present


def test_the_export_remembers_days_and_changes_no_record() -> None:
    statements = statements_of(role_of("crm_export"))
    [writing] = [entry for entry in statements if entry["Action"] == "dynamodb:PutItem"]
    assert writing["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#file"]}}


def test_keys_that_the_stack_did_not_create_are_used_with_its_tag_alone() -> None:
    tagged = {"StringEquals": {f"aws:ResourceTag/{TAG}": {"Ref": "AWS::StackName"}}}
    statements = [entry for name in FUNCTIONS for entry in statements_of(role_of(name))]
    for statement in map(said, statements):
        is_any_key = any("key/*" in str(resource) for resource in listed(statement["Resource"]))
        assert (statement.get("Condition") == tagged) == is_any_key


def test_housekeeping_reads_no_secret_of_an_account_and_writes_what_closes_it_alone() -> None:
    every = statements_of(role_of("housekeeping"))
    statements = {entry["Action"]: entry["Condition"] for entry in every if "Condition" in entry}
    [_, free] = [entry for entry in every if "Condition" not in entry]  # the first is about its log
    assert free["Resource"] == {"Fn::GetAtt": ["Activity", "Arn"]}
    assert statements["dynamodb:Scan"] == {
        "ForAllValues:StringEquals": {"dynamodb:Attributes": ["pk", *READ]},
        "Null": {"dynamodb:Attributes": "false"},
    }
    assert statements["dynamodb:GetItem"] == {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [PLACE]}}
    keys = {
        action: {key.strip("*#") for key in condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]}
        for action, condition in statements.items()
        if action in {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
    }
    assert keys == {
        "dynamodb:UpdateItem": {"account"},
        "dynamodb:PutItem": {"account", "closed", "removed", "noted", PLACE.strip("#")},
        "dynamodb:DeleteItem": {"email", "customer", "new-user-id", "user-ids", "accepted"},
    }
