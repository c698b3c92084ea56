"""What each role of the deployed template may do, and no more."""

import pytest

from tests.unit.template.policies import ROLES, allowed, role_of

_VERIFIES = {
    ("kms:GetPublicKey", "SigningKey"),
    ("kms:GetPublicKey", "later signing keys"),
    ("dynamodb:GetItem", "SigningKeys"),
}


def _reads(*tables: str) -> set[tuple[str, str]]:
    """Return what Lambda does on behalf of a function that the streams of tables start."""
    each = {(f"dynamodb:{action}", f"{table}'s stream") for action in _OF_A_STREAM for table in tables}
    return each | {("dynamodb:ListStreams", f"{table}'s streams") for table in tables}


def _takes(queue: str) -> set[tuple[str, str]]:
    """Return what Lambda does on behalf of a function that a queue starts."""
    return {(f"sqs:{action}", queue) for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}


_OF_A_STREAM = ("DescribeStream", "GetRecords", "GetShardIterator")
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
        *_reads("Customers", "Accounts"),
        *_takes("CustomerChangesQueue"),
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
    "key_rotation": {
        (f"secretsmanager:{action}", "step-token")
        for action in ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
    },
    "crm": {("dynamodb:BatchGetItem", "Accounts"), ("dynamodb:GetItem", "Changes"), ("dynamodb:Query", "Changes")},
    "suppliers": set(),
    "canary": set(),
    "discovery": _VERIFIES,
    "authorizer": {("dynamodb:GetItem", "Sessions"), *_VERIFIES},
    "notifications": {
        *_reads("Accounts", "Activity"),
        *_takes("NotificationsQueue"),
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
    "email_feedback": {
        *_takes("EmailFeedbackQueue"),
        ("dynamodb:GetItem", "Accounts"),
        ("dynamodb:UpdateItem", "Accounts"),
    },
}
_OTHERS = {
    "CrmImportRole": {
        ("lambda:InvokeFunction", "CrmImportFunctionAliaslive"),
        ("s3:GetObject", "runs"),
        ("kms:Decrypt", "KmsKeyArn"),
        *((f"states:{action}Execution", "its executions") for action in ("Start", "Describe", "Stop")),
    },
    "CrmImportSentRole": {("states:StartExecution", "CrmImport")},
    "CrmImportNotEndedRole": {("states:StartExecution", "CrmImport")},
    "CrmExportFunctionNightlyRole": {("lambda:InvokeFunction", "CrmExportFunctionAliaslive")},
    "CanaryFunctionOftenRole": {("lambda:InvokeFunction", "CanaryFunctionAliaslive")},
    "CrmWebhookRole": {("events:InvokeApiDestination", "CrmWebhook")},
    "ApiGatewayLogRole": set(),
    "ReleaseRole": {
        *((f"lambda:{action}", "its functions") for action in ("GetAlias", "UpdateAlias")),
        ("lambda:GetProvisionedConcurrencyConfig", "its functions"),
        ("cloudwatch:DescribeAlarms", "alarms"),
    },
}


@pytest.mark.parametrize("name", _MAY)
def test_each_function_may_do_what_it_does_and_no_more(name: str) -> None:
    log = f"{name.title().replace('_', '')}Log"
    assert allowed(role_of(name)) == _MAY[name] | {("logs:CreateLogStream", log), ("logs:PutLogEvents", log)}


@pytest.mark.parametrize("role", _OTHERS)
def test_what_starts_or_releases_functions_may_do_so_and_no_more(role: str) -> None:
    assert allowed(role) == _OTHERS[role]


def test_no_role_is_left_out() -> None:
    assert set(ROLES) == {role_of(name) for name in _MAY} | set(_OTHERS)
    assert len({role_of(name) for name in _MAY}) == len(_MAY)  # each its own
