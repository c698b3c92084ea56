"""What each function may do, and no more."""

from typing import Any

import pytest

from tests.unit.template.translated import RESOURCES, WRITTEN, function, listed
from tools.rotate_signing_key import TAG
from utenza.tables.customers import BY_TAX_CODE
from utenza.tables.passing_time import PLACE, READ
from utenza.tables.registrations import OF_ACCOUNTS, OF_AGREEMENTS, OF_MARKERS
from utenza.tables.sessions import BY_ACCOUNT

_VERIFIES = {
    ("kms:GetPublicKey", "SigningKey"),
    ("kms:GetPublicKey", "later signing keys"),
    ("dynamodb:GetItem", "SigningKeys"),
}
_MAY = {
    "verify": {
        ("dynamodb:GetItem", "Customers"),
        ("dynamodb:GetItem", "Accounts"),
        ("dynamodb:UpdateItem", "Attempts"),
        ("secretsmanager:GetSecretValue", "step-token"),
    },
    "credentials": {
        ("dynamodb:GetItem", "Customers"),
        ("dynamodb:GetItem", "Accounts"),
        ("dynamodb:PutItem", "Accounts"),
        ("dynamodb:UpdateItem", "Accounts"),
        ("dynamodb:DeleteItem", "Accounts"),
        ("dynamodb:UpdateItem", "Attempts"),
        ("secretsmanager:GetSecretValue", "step-token"),
    },
    "login": {
        ("dynamodb:GetItem", "Accounts"),
        ("dynamodb:BatchGetItem", "Accounts"),
        ("dynamodb:BatchGetItem", "Attempts"),
        ("dynamodb:PutItem", "Activity"),
        ("dynamodb:UpdateItem", "Accounts"),
        ("dynamodb:GetItem", "Sessions"),
        ("dynamodb:PutItem", "Sessions"),
        ("dynamodb:UpdateItem", "Sessions"),
        ("dynamodb:DeleteItem", "Sessions"),
        ("dynamodb:UpdateItem", "Attempts"),
        ("kms:Sign", "SigningKey"),
        ("kms:Sign", "later signing keys"),
        ("dynamodb:GetItem", "SigningKeys"),
    },
    "recovery": {
        ("dynamodb:GetItem", "Customers"),
        ("dynamodb:GetItem", "Accounts"),
        ("dynamodb:PutItem", "Accounts"),
        ("dynamodb:UpdateItem", "Accounts"),
        ("dynamodb:DeleteItem", "Accounts"),
        ("dynamodb:UpdateItem", "Attempts"),
        ("dynamodb:DeleteItem", "Attempts"),
        ("dynamodb:PutItem", "Activity"),
        ("secretsmanager:GetSecretValue", "step-token"),
    },
    "reclaim": {
        ("dynamodb:GetItem", "Customers"),
        ("dynamodb:GetItem", "Accounts"),
        ("dynamodb:PutItem", "Accounts"),
        ("dynamodb:UpdateItem", "Accounts"),
        ("dynamodb:DeleteItem", "Accounts"),
        ("dynamodb:UpdateItem", "Attempts"),
        ("secretsmanager:GetSecretValue", "step-token"),
    },
    "account": {
        ("dynamodb:GetItem", "Customers"),
        ("dynamodb:GetItem", "Accounts"),
        ("dynamodb:PutItem", "Accounts"),
        ("dynamodb:UpdateItem", "Accounts"),
        ("dynamodb:DeleteItem", "Accounts"),
        ("dynamodb:GetItem", "Sessions"),
        ("dynamodb:PutItem", "Sessions"),
        ("dynamodb:UpdateItem", "Sessions"),
        ("dynamodb:DeleteItem", "Sessions"),
        ("dynamodb:Query", "Sessions by account"),
        ("dynamodb:PutItem", "Activity"),
        ("dynamodb:Query", "Activity"),
        ("dynamodb:UpdateItem", "Attempts"),
        ("secretsmanager:GetSecretValue", "step-token"),
        ("kms:Sign", "SigningKey"),
        ("kms:Sign", "later signing keys"),
        *_VERIFIES,
    },
    "customer_sync": {
        ("dynamodb:GetItem", "Customers"),
        ("dynamodb:Query", "Customers by tax code"),
        ("dynamodb:GetItem", "Accounts"),
        ("dynamodb:UpdateItem", "Accounts"),
        ("dynamodb:DeleteItem", "Accounts"),
        ("dynamodb:Query", "Activity"),
        ("dynamodb:DeleteItem", "Activity"),
        ("sqs:SendMessage", "DeadCustomerChanges"),
        ("secretsmanager:GetSecretValue", "step-token"),
    },
    "housekeeping": {
        ("dynamodb:Scan", "Accounts"),
        ("dynamodb:GetItem", "Accounts"),
        ("dynamodb:PutItem", "Accounts"),
        ("dynamodb:UpdateItem", "Accounts"),
        ("dynamodb:DeleteItem", "Accounts"),
        ("dynamodb:PutItem", "Activity"),
    },
    "crm_export": {
        ("dynamodb:BatchGetItem", "Accounts"),
        ("dynamodb:GetItem", "Changes"),
        ("dynamodb:Query", "Changes"),
        ("dynamodb:PutItem", "Changes"),
        ("s3:PutObject", "exports"),
    },
    "crm_import": {
        ("dynamodb:BatchGetItem", "Customers"),
        ("dynamodb:BatchWriteItem", "Customers"),
        ("dynamodb:PutItem", "Customers"),
        ("dynamodb:Scan", "Customers"),
        ("dynamodb:BatchGetItem", "Accounts"),
        ("dynamodb:Scan", "Accounts"),
        ("s3:GetObject", "incoming"),
        ("s3:GetObjectVersion", "incoming"),
        *((f"s3:{action}Object", folder) for action in ("Get", "Put") for folder in ("runs", "leases", "manifests")),
        ("s3:DeleteObject", "manifests"),
        ("s3:PutObject", "reports"),
        ("s3:ListBucket", "ExchangeBucket"),
        ("ses:SendEmail", "*"),
    },
    "crm": {("dynamodb:BatchGetItem", "Accounts"), ("dynamodb:GetItem", "Changes"), ("dynamodb:Query", "Changes")},
    "suppliers": set(),
    "canary": set(),
    "discovery": _VERIFIES,
    "authorizer": {("dynamodb:GetItem", "Sessions"), *_VERIFIES},
    "notifications": {
        ("dynamodb:GetItem", "Customers"),
        ("dynamodb:GetItem", "Accounts"),
        ("dynamodb:PutItem", "Accounts"),
        ("dynamodb:Query", "Activity"),
        ("dynamodb:GetItem", "Changes"),
        ("dynamodb:PutItem", "Changes"),
        ("dynamodb:UpdateItem", "Changes"),
        ("dynamodb:GetItem", "Deliveries"),
        ("dynamodb:PutItem", "Deliveries"),
        ("dynamodb:UpdateItem", "Deliveries"),
        ("dynamodb:DeleteItem", "Deliveries"),
        ("dynamodb:UpdateItem", "Attempts"),
        ("events:PutEvents", "EventBus"),
        ("sqs:SendMessage", "NotificationsQueue"),
        ("sqs:SendMessage", "DeadNotifications"),
        ("ses:SendEmail", "*"),
        ("secretsmanager:GetSecretValue", "step-token"),
    },
    "email_feedback": {("dynamodb:GetItem", "Accounts"), ("dynamodb:UpdateItem", "Accounts")},
}


_SUBSTITUTED = {
    f"${{Sessions.Arn}}/index/{BY_ACCOUNT}": "Sessions by account",
    f"${{Customers.Arn}}/index/{BY_TAX_CODE}": "Customers by tax code",
    "${ExchangeBucket.Arn}/exports/*": "exports",
}


def _resource(value: Any) -> str:
    """Return the resource of an ARN; a secret's is a pattern of its name."""
    if value == "*":
        return "*"
    if "Fn::GetAtt" in value:
        return str(value["Fn::GetAtt"][0])
    if value["Fn::Sub"].endswith(":key/*"):
        return "later signing keys"
    if value["Fn::Sub"] in _SUBSTITUTED:
        return _SUBSTITUTED[value["Fn::Sub"]]
    if value["Fn::Sub"].startswith("${ExchangeBucket.Arn}/"):
        return str(value["Fn::Sub"].split("/")[1])
    assert value["Fn::Sub"].endswith("${AWS::StackName}/step-token-??????")
    return "step-token"


def _granted(statement: Any) -> Any:
    """Return a statement, also one that is there under a condition."""
    return statement["Fn::If"][1] if "Fn::If" in statement else statement


def test_mails_are_sent_from_one_address_alone() -> None:
    [sending] = [entry for entry in function("notifications")["Policies"][0]["Statement"] if "Fn::If" in entry]
    condition, granted, otherwise = sending["Fn::If"]
    assert (condition, otherwise) == ("SendsMail", {"Ref": "AWS::NoValue"})
    assert granted["Condition"] == {"StringEqualsIfExists": {"ses:FromAddress": {"Ref": "SenderEmail"}}}


def test_the_notifications_write_no_accounts_but_the_codes_against_what_happened_to_them() -> None:
    statements = map(_granted, function("notifications")["Policies"][0]["Statement"])
    [writing] = [entry for entry in statements if entry["Action"] == "dynamodb:PutItem"]
    assert writing["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#objection#*", "*#undo#*"]}}


def test_the_authorizer_may_read_sessions_where_it_checks_them_alone() -> None:
    [checking] = [entry for entry in function("authorizer")["Policies"][0]["Statement"] if "Fn::If" in entry]
    condition, granted, otherwise = checking["Fn::If"]
    assert (condition, otherwise) == ("ChecksSessions", {"Ref": "AWS::NoValue"})
    assert (granted["Action"], _resource(granted["Resource"])) == ("dynamodb:GetItem", "Sessions")
    assert WRITTEN["Parameters"]["AuthorizerChecksSessions"]["Default"] == "false"
    assert WRITTEN["Conditions"]["ChecksSessions"] == {"Fn::Equals": [{"Ref": "AuthorizerChecksSessions"}, "true"]}


@pytest.mark.parametrize("name", _MAY)
def test_each_function_may_do_what_it_does_and_no_more(name: str) -> None:
    granted = {
        (action, _resource(resource))
        for policy in function(name).get("Policies", [])
        for statement in map(_granted, policy["Statement"])
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }
    assert granted == _MAY[name]


@pytest.mark.parametrize("name", ["crm", "crm_export"])
def test_what_the_crm_learns_is_read_without_secrets(name: str) -> None:
    [batch] = [entry for entry in function(name)["Policies"][0]["Statement"] if "BatchGet" in str(entry["Action"])]
    condition = batch["Condition"]
    keys = {key.strip("*#") for key in condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]}
    assert keys == {"account", "customer", "accepted"}
    read = {"pk", *OF_ACCOUNTS, *OF_MARKERS, *OF_AGREEMENTS}
    assert set(condition["ForAllValues:StringEquals"]["dynamodb:Attributes"]) == read
    assert not read & {"password_hash", "answer_hash", "question", "summaries"}
    present = {"Fn::If": ["IsOnAws", {"dynamodb:Attributes": "false"}, {"Ref": "AWS::NoValue"}]}
    assert condition["Null"] == present


def test_the_export_remembers_days_and_changes_no_record() -> None:
    statements = function("crm_export")["Policies"][0]["Statement"]
    [writing] = [entry for entry in statements if entry["Action"] == "dynamodb:PutItem"]
    assert writing["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#file"]}}


def test_keys_that_the_stack_did_not_create_are_used_with_its_tag_alone() -> None:
    tagged = {"StringEquals": {f"aws:ResourceTag/{TAG}": {"Ref": "AWS::StackName"}}}
    statements = [
        entry for name in _MAY for policy in function(name).get("Policies", []) for entry in policy["Statement"]
    ]
    for statement in map(_granted, statements):
        is_any_key = any("key/*" in str(resource) for resource in listed(statement["Resource"]))
        assert (statement.get("Condition") == tagged) == is_any_key


def test_every_role_may_be_traced() -> None:
    roles = str(RESOURCES["TracingPolicy"]["Properties"]["Roles"])
    for logical_id, resource in RESOURCES.items():
        if resource["Type"] == "AWS::Serverless::Function":
            assert f"{logical_id}Role'" in roles


def test_housekeeping_reads_no_secret_of_an_account_and_writes_what_closes_it_alone() -> None:
    [policy] = function("housekeeping")["Policies"]
    statements = {entry["Action"]: entry["Condition"] for entry in policy["Statement"] if "Condition" in entry}
    [free] = [entry for entry in policy["Statement"] if "Condition" not in entry]
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
