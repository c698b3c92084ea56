"""The template: what each function may do, what each parameter says, and that the gateway speaks like the contract."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import decode  # type: ignore[import-untyped]

from tools.local_stack.deploy import NOT_DEPLOYED
from tools.local_stack.gateway import GatewayResponses
from tools.paths import ROOT
from tools.redrive.cli import QUEUES
from tools.rotate_signing_key import TAG
from utenza.http.problems import STATUS
from utenza.settings import HttpSettings
from utenza.tables.closures import STUB_LIFETIME
from utenza.tables.customers import BY_TAX_CODE
from utenza.tables.passing_time import PLACE, READ
from utenza.tables.registrations import OF_ACCOUNTS, OF_AGREEMENTS, OF_MARKERS
from utenza.tables.sessions import BY_ACCOUNT

_FILE = Path(__file__).parents[2] / "template.yaml"
_TEMPLATE: dict[str, Any] = decode(str(_FILE))[0]
_RESOURCES = _TEMPLATE["Resources"]

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


_OF_ALL = set(_TEMPLATE["Globals"]["Function"]["Environment"]["Variables"])


def _function(name: str) -> dict[str, Any]:
    properties: dict[str, Any] = _RESOURCES[f"{name.title().replace('_', '')}Function"]["Properties"]
    return properties


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


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
    [sending] = [entry for entry in _function("notifications")["Policies"][0]["Statement"] if "Fn::If" in entry]
    condition, granted, otherwise = sending["Fn::If"]
    assert (condition, otherwise) == ("SendsMail", {"Ref": "AWS::NoValue"})
    assert granted["Condition"] == {"StringEqualsIfExists": {"ses:FromAddress": {"Ref": "SenderEmail"}}}


def test_the_notifications_write_no_accounts_but_the_codes_against_what_happened_to_them() -> None:
    statements = map(_granted, _function("notifications")["Policies"][0]["Statement"])
    [writing] = [entry for entry in statements if entry["Action"] == "dynamodb:PutItem"]
    assert writing["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#objection#*", "*#undo#*"]}}


def test_the_authorizer_may_read_sessions_where_it_checks_them_alone() -> None:
    [checking] = [entry for entry in _function("authorizer")["Policies"][0]["Statement"] if "Fn::If" in entry]
    condition, granted, otherwise = checking["Fn::If"]
    assert (condition, otherwise) == ("ChecksSessions", {"Ref": "AWS::NoValue"})
    assert (granted["Action"], _resource(granted["Resource"])) == ("dynamodb:GetItem", "Sessions")
    assert _TEMPLATE["Parameters"]["AuthorizerChecksSessions"]["Default"] == "false"
    assert _TEMPLATE["Conditions"]["ChecksSessions"] == {"Fn::Equals": [{"Ref": "AuthorizerChecksSessions"}, "true"]}


@pytest.mark.parametrize("name", _MAY)
def test_each_function_may_do_what_it_does_and_no_more(name: str) -> None:
    granted = {
        (action, _resource(resource))
        for policy in _function(name).get("Policies", [])
        for statement in map(_granted, policy["Statement"])
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    }
    assert granted == _MAY[name]


@pytest.mark.parametrize("name", ["crm", "crm_export"])
def test_what_the_crm_learns_is_read_without_secrets(name: str) -> None:
    [batch] = [entry for entry in _function(name)["Policies"][0]["Statement"] if "BatchGet" in str(entry["Action"])]
    condition = batch["Condition"]
    keys = {key.strip("*#") for key in condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]}
    assert keys == {"account", "customer", "accepted"}
    read = {"pk", *OF_ACCOUNTS, *OF_MARKERS, *OF_AGREEMENTS}
    assert set(condition["ForAllValues:StringEquals"]["dynamodb:Attributes"]) == read
    assert not read & {"password_hash", "answer_hash", "question", "summaries"}
    present = {"Fn::If": ["IsOnAws", {"dynamodb:Attributes": "false"}, {"Ref": "AWS::NoValue"}]}
    assert condition["Null"] == present


def test_the_export_remembers_days_and_changes_no_record() -> None:
    statements = _function("crm_export")["Policies"][0]["Statement"]
    [writing] = [entry for entry in statements if entry["Action"] == "dynamodb:PutItem"]
    assert writing["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#file"]}}


def test_iam_guards_what_machines_read_and_nothing_else() -> None:
    guarded = {
        event["Properties"]["Path"]: event["Properties"]["Auth"]
        for name in _MAY
        for event in _function(name).get("Events", {}).values()
        if "Auth" in event["Properties"]
    }
    assert guarded == {"/crm/changes": {"Authorizer": "AWS_IAM", "InvokeRole": "NONE"}}


def test_the_file_for_the_crm_is_made_each_night_of_italy_and_an_alarm_says_when_it_is_not() -> None:
    [nightly] = _function("crm_export")["Events"].values()
    assert nightly["Type"] == "ScheduleV2"
    assert nightly["Properties"]["ScheduleExpressionTimezone"] == "Europe/Rome"
    assert nightly["Properties"]["Name"] == {"Fn::Sub": "${AWS::StackName}-crm-export"}  # one account, several stacks
    assert nightly["Properties"]["ScheduleExpression"] == "cron(30 3 * * ? *)"  # no change of the clock skips it
    assert _function("crm_export")["Timeout"] == 900  # seconds, what Lambda allows
    alarm = _ALARMS["CrmExportAlarm"]
    assert (alarm["MetricName"], alarm["Threshold"]) == ("Errors", 0)
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "CrmExportFunction"}}]


def test_the_webhook_is_there_where_it_has_an_address_and_what_it_does_not_take_is_kept() -> None:
    assert _TEMPLATE["Parameters"]["CrmWebhookUrl"]["Default"] == ""
    optional = {name for name, entry in _RESOURCES.items() if entry.get("Condition") == "HasCrmWebhook"}
    assert optional == {
        *("CrmWebhookConnection", "CrmWebhook", "CrmWebhookRule", "CrmWebhookRole"),
        *("DeadCrmEvents", "DeadCrmEventsPolicy", "DeadCrmEventsAlarm"),
    }
    rule = _RESOURCES["CrmWebhookRule"]["Properties"]
    assert rule["EventPattern"] == {"source": ["utenza"], "detail": {"change": [{"exists": True}]}}
    [target] = rule["Targets"]
    assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["DeadCrmEvents", "Arn"]}}
    assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] == 86_400
    [allowed] = _RESOURCES["DeadCrmEventsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["CrmWebhookRule", "Arn"]}}}
    key = _RESOURCES["CrmWebhookConnection"]["Properties"]["AuthParameters"]["ApiKeyAuthParameters"]["ApiKeyValue"]
    assert key == {"Fn::Sub": "{{resolve:secretsmanager:${CrmWebhookSecret}:SecretString:api_key}}"}  # never in clear
    [post] = _RESOURCES["CrmWebhookRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    assert (post["Action"], _resource(post["Resource"])) == ("events:InvokeApiDestination", "CrmWebhook")


def test_what_waited_for_the_end_of_an_outage_does_not_crowd_out_itself() -> None:
    """Changes of one supplier are numbered by one item; what loses its turn five times is given up to operators."""
    again = _function("notifications")["Events"]["Again"]["Properties"]
    assert again["ScalingConfig"]["MaximumConcurrency"] <= 10


def test_changes_are_kept_for_less_than_the_stub_of_a_closed_account() -> None:
    kept = _TEMPLATE["Parameters"]["ChangesKeptDays"]
    assert (kept["Default"], kept["MaxValue"] * 86_400 < STUB_LIFETIME) == (400, True)


def test_keys_that_the_stack_did_not_create_are_used_with_its_tag_alone() -> None:
    tagged = {"StringEquals": {f"aws:ResourceTag/{TAG}": {"Ref": "AWS::StackName"}}}
    statements = [
        entry for name in _MAY for policy in _function(name).get("Policies", []) for entry in policy["Statement"]
    ]
    for statement in map(_granted, statements):
        is_any_key = any("key/*" in str(resource) for resource in _listed(statement["Resource"]))
        assert (statement.get("Condition") == tagged) == is_any_key


_OF_LIBC = {"MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"}
_OF_HTTP = {field.upper() for field in HttpSettings.model_fields}


@pytest.mark.parametrize("name", _MAY)
def test_a_function_is_given_the_variables_that_it_reads_and_no_others(name: str) -> None:
    read = {field.upper() for field in importlib.import_module(f"{name}.app").Settings.model_fields}
    given = set(_function(name).get("Environment", {}).get("Variables", {}))
    assert given - _OF_ALL - _OF_LIBC == read - _OF_ALL
    assert _OF_HTTP <= _OF_ALL


def test_what_hashes_keeps_its_memory_between_hashes() -> None:
    for name in _MAY:
        hashes = any(
            field.startswith("argon2") for field in importlib.import_module(f"{name}.app").Settings.model_fields
        )
        assert (set(_function(name)["Environment"]["Variables"]) >= _OF_LIBC) == hashes


def test_every_deployment_changes_a_variable_of_all_functions_so_that_versions_are_published() -> None:
    """SAM publishes none when a parameter alone has another value (aws/serverless-application-model#3820)."""
    assert _TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]["DEPLOYMENT"] == "unset"
    assert "s/DEPLOYMENT: unset/DEPLOYMENT: " in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert NOT_DEPLOYED == "DEPLOYMENT: unset"
    for name in _MAY:
        assert _function(name)["AutoPublishAliasAllProperties"]


def test_those_that_people_wait_for_start_from_snapshots_where_that_is_on() -> None:
    snapped = {name for name in _MAY if "SnapStart" in _function(name)}
    assert snapped == {"verify", "credentials", "login", "recovery", "reclaim"}
    assert _TEMPLATE["Globals"]["Function"]["AutoPublishAlias"] == "live"


def test_every_role_may_be_traced() -> None:
    roles = str(_RESOURCES["TracingPolicy"]["Properties"]["Roles"])
    for logical_id, resource in _RESOURCES.items():
        if resource["Type"] == "AWS::Serverless::Function":
            assert f"{logical_id}Role'" in roles


def test_the_parameter_alone_decides_for_which_processor_the_layer_is_built_and_labelled() -> None:
    layer, parameter = _RESOURCES["CommonLayer"], {"Ref": "Architecture"}
    assert layer["Properties"]["ContentUri"] == {"Fn::Sub": "layers/${Architecture}"}
    assert layer["Properties"]["CompatibleArchitectures"] == [parameter]
    assert _TEMPLATE["Globals"]["Function"]["Architectures"] == [parameter]
    for architecture in _TEMPLATE["Parameters"]["Architecture"]["AllowedValues"]:
        makefile = (ROOT / "layers" / architecture / "Makefile").read_text(encoding="utf-8")
        assert f"\nARCHITECTURE := {architecture}\n" in makefile


def test_the_layer_is_of_its_stack_alone() -> None:
    """Two stacks of an account would publish versions of one layer, each with code of its own."""
    assert _RESOURCES["CommonLayer"]["Properties"]["LayerName"] == {"Fn::Sub": "${AWS::StackName}-common"}


def test_every_folder_of_a_function_is_deployed() -> None:
    folders = {path.parent.name for path in (_FILE.parent / "functions").glob("*/app.py")}
    deployed = {
        resource["Properties"]["Handler"].removesuffix(".app.handler")
        for resource in _RESOURCES.values()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    assert deployed == folders == set(_MAY)


def test_changes_of_logins_reach_the_notifications_and_all_changes_of_customers_the_accounts() -> None:
    filters = _function("notifications")["Events"]["Changes"]["Properties"]["FilterCriteria"]["Filters"]
    of_logins = {"eventName": ["MODIFY"], "dynamodb": {"NewImage": {"password_hash": {"S": [{"exists": True}]}}}}
    of_what_expires = {"eventName": ["MODIFY"], "dynamodb": {"NewImage": {"expires_at": {"N": [{"exists": True}]}}}}
    assert of_logins in [json.loads(entry["Pattern"]) for entry in filters]
    assert of_what_expires in [json.loads(entry["Pattern"]) for entry in filters]  # the stub of a closed account does
    assert len(filters) <= 5  # what an event source may have
    events = _function("customer_sync")["Events"]
    assert "FilterCriteria" not in events["Changes"]["Properties"]
    of_accounts = events["Registrations"]["Properties"]["FilterCriteria"]["Filters"]
    assert [json.loads(entry["Pattern"]) for entry in of_accounts] == [
        {"eventName": [name], "dynamodb": {image: {attribute: {kind: [{"exists": True}]}}}}
        for name, image, attribute, kind in (
            ("INSERT", "NewImage", "created_at", "N"),
            ("MODIFY", "NewImage", "closed_at", "N"),
            ("INSERT", "NewImage", "step_token_id", "S"),
            ("REMOVE", "OldImage", "step_token_id", "S"),
        )
    ]


def test_preflights_reach_the_function_of_their_path() -> None:
    for name in set(_MAY) - {"crm"}:  # which is for machines alone
        events = _function(name).get("Events", {}).values()
        routes = [event["Properties"] for event in events if event["Type"] == "Api"]
        paths = {route["Path"] for route in routes}
        assert {route["Path"] for route in routes if route["Method"] == "options"} == paths


@pytest.mark.parametrize("name", _TEMPLATE["Parameters"])
def test_every_parameter_is_described_bounded_and_asked_for_in_a_group(name: str) -> None:
    parameter = _TEMPLATE["Parameters"][name]
    assert parameter["Description"]
    bounded = {"MinValue", "MaxValue"} <= set(parameter) or {"AllowedValues", "AllowedPattern"} & set(parameter)
    assert bounded, name
    groups = _TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sum(name in group["Parameters"] for group in groups) == 1


_ALARMS = {name: entry["Properties"] for name, entry in _RESOURCES.items() if entry["Type"] == "AWS::CloudWatch::Alarm"}


def test_every_alarm_tells_the_topic_where_there_is_one() -> None:
    for alarm in _ALARMS.values():
        assert alarm["AlarmActions"] == {
            "Fn::If": [
                "HasAlarmTopic",
                [
                    {"Ref": "AlarmTopicArn"},
                ],
                {"Ref": "AWS::NoValue"},
            ]
        }
        assert alarm["TreatMissingData"] == "notBreaching"  # a quiet night is none


def test_each_route_that_strangers_call_raises_an_alarm_beyond_a_parameter() -> None:
    calls = [alarm for alarm in _ALARMS.values() if alarm["Namespace"] == "AWS/ApiGateway"]
    limits = {}
    for alarm in calls:
        dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
        assert dimensions["ApiName"] == _RESOURCES["Api"]["Properties"]["Name"]
        assert (dimensions["Stage"], dimensions["Method"]) == ({"Ref": "Stage"}, "POST")
        assert (alarm["MetricName"], alarm["Statistic"], alarm["Period"]) == ("Count", "Sum", 3600)
        limits[dimensions["Resource"]] = alarm["Threshold"]["Ref"]
    posted = {
        event["Properties"]["Path"]
        for name in ("verify", "credentials", "login", "recovery", "reclaim", "account")
        for event in _function(name)["Events"].values()
        if event["Properties"]["Method"] == "post"
    }
    # These take a secret that nobody guesses: a refresh token, or an access token.
    owned = {f"/account/{call}" for call in ("password", "question", "sessions/end", "accepted", "export", "close")}
    owned.add("/account/customers/remove")
    assert posted - set(limits) == {"/login/refresh", "/logout", *owned}
    [of_all] = _RESOURCES["Api"]["Properties"]["MethodSettings"]
    assert of_all["MetricsEnabled"]  # else there are no metrics of a route
    assert _TEMPLATE["Parameters"][limits["/recovery"]]["Default"] < 500  # so many codes once went unseen


@pytest.mark.parametrize("budget", ["deployment", "subject"])
def test_withheld_mails_raise_an_alarm(budget: str) -> None:
    assert [
        alarm["MetricName"]
        for alarm in _ALARMS.values()
        if {"Name": "budget", "Value": budget} in alarm.get("Dimensions", [])
    ] == ["EmailsWithheld"]


def _sources(name: str, kind: str) -> list[dict[str, Any]]:
    events = _function(name)["Events"].values()
    return [event["Properties"] for event in events if event["Type"] == kind]


def test_no_change_of_a_customer_is_given_up_before_the_stream_gives_it_up() -> None:
    streams = _sources("customer_sync", "DynamoDB")
    assert len(streams) == 2
    for source in streams:
        assert source["MaximumRetryAttempts"] == -1
        assert source["MaximumRecordAgeInSeconds"] == 86_400
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert source["BisectBatchOnFunctionError"]  # what fails holds up no more than it must
        destination = source["DestinationConfig"]["OnFailure"]["Destination"]
        assert destination == {"Fn::GetAtt": ["DeadCustomerChanges", "Arn"]}
    assert _function("customer_sync")["Timeout"] >= 120  # for 100 changes of holders with 25 records each
    [alarm] = [alarm for alarm in _ALARMS.values() if alarm["MetricName"] == "IteratorAge"]
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "CustomerSyncFunction"}}]
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Maximum", 3_600_000)


@pytest.mark.parametrize(
    ("name", "queue", "dead"),
    [
        ("notifications", "NotificationsQueue", "DeadNotifications"),
        ("customer_sync", "CustomerChangesQueue", "DeadCustomerChanges"),
        ("email_feedback", "EmailFeedbackQueue", "DeadEmailFeedback"),
    ],
)
def test_what_fails_waits_for_two_weeks_in_dead_letters_of_its_own_and_an_alarm_tells(
    name: str, queue: str, dead: str
) -> None:
    arn = {"Fn::GetAtt": [dead, "Arn"]}
    [source] = _sources(name, "SQS")
    assert source["Queue"] == {"Fn::GetAtt": [queue, "Arn"]}
    assert source["BatchSize"] == 1 or source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert _RESOURCES[queue]["Properties"]["RedrivePolicy"] == {"deadLetterTargetArn": arn, "maxReceiveCount": 5}
    for each in (queue, dead):
        kept = _RESOURCES[each]["Properties"]
        assert (kept["SqsManagedSseEnabled"], kept["MessageRetentionPeriod"]) == (True, 14 * 86_400)
        assert _RESOURCES[each].get("Condition") == _RESOURCES[f"{dead}Alarm"].get("Condition")
    alarm = _ALARMS[f"{dead}Alarm"]
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": [dead, "QueueName"]}}]
    shape = ("ApproximateNumberOfMessagesVisible", "Maximum", 0, "GreaterThanThreshold")
    assert tuple(alarm[key] for key in ("MetricName", "Statistic", "Threshold", "ComparisonOperator")) == shape


def test_dead_letters_go_back_where_sqs_moves_them_to() -> None:
    """SQS moves messages by itself out of the dead letters of a queue alone, not out of any queue."""
    for names in QUEUES.values():
        dead, queue = (_TEMPLATE["Outputs"][name]["Value"]["Ref"] for name in names)
        redriven = _RESOURCES[queue]["Properties"]["RedrivePolicy"]
        assert redriven["deadLetterTargetArn"] == {"Fn::GetAtt": [dead, "Arn"]}


def test_the_queues_are_hidden_from_others_for_longer_than_a_function_may_take() -> None:
    """AWS refuses an event source else; six times is what it recommends."""
    usual = _TEMPLATE["Parameters"]["FunctionTimeout"]["MaxValue"]
    for name, queue in (("customer_sync", "CustomerChangesQueue"), ("email_feedback", "EmailFeedbackQueue")):
        longest = _function(name).get("Timeout", usual)
        assert _RESOURCES[queue]["Properties"]["VisibilityTimeout"] >= 6 * longest


def test_what_ses_says_reaches_the_queue_as_it_is_from_the_topic_alone() -> None:
    subscription = _RESOURCES["EmailFeedbackSubscription"]["Properties"]
    assert subscription["TopicArn"] == {"Ref": "EmailFeedbackTopic"}
    assert subscription["Endpoint"] == {"Fn::GetAtt": ["EmailFeedbackQueue", "Arn"]}
    assert (subscription["Protocol"], subscription["RawMessageDelivery"]) == ("sqs", True)
    assert subscription["RedrivePolicy"] == {"deadLetterTargetArn": {"Fn::GetAtt": ["DeadEmailFeedback", "Arn"]}}
    [allowed] = _RESOURCES["EmailFeedbackQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert [each["Fn::GetAtt"][0] for each in allowed["Resource"]] == ["EmailFeedbackQueue", "DeadEmailFeedback"]
    assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "EmailFeedbackTopic"}}}


def test_housekeeping_runs_by_itself_once_a_day_and_long_enough() -> None:
    [schedule] = _function("housekeeping")["Events"].values()
    assert (schedule["Type"], schedule["Properties"]["Schedule"]) == ("Schedule", "cron(30 1 * * ? *)")
    assert _function("housekeeping")["Timeout"] == 900  # seconds, what Lambda allows
    assert _TEMPLATE["Parameters"]["ClosedReadableMonths"]["Default"] == 24
    assert _TEMPLATE["Parameters"]["UnusedAccountYears"]["Default"] == 0  # nobody is closed unasked


def test_housekeeping_reads_no_secret_of_an_account_and_writes_what_closes_it_alone() -> None:
    [policy] = _function("housekeeping")["Policies"]
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


def test_housekeeping_that_fails_or_puts_closings_off_raises_an_alarm() -> None:
    failed = _ALARMS["HousekeepingAlarm"]
    assert failed["MetricName"] == "Errors"
    assert failed["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "HousekeepingFunction"}}]
    [put_off] = [alarm for alarm in _ALARMS.values() if alarm["MetricName"] == "ClosingsPutOff"]
    for alarm in (failed, put_off):
        assert (alarm["Statistic"], alarm["Threshold"], alarm["ComparisonOperator"]) == (
            "Sum",
            0,
            "GreaterThanThreshold",
        )


def test_the_api_is_reached_by_ipv4_and_ipv6() -> None:
    endpoint = _RESOURCES["Api"]["Properties"]["EndpointConfiguration"]
    assert endpoint == {"Type": "REGIONAL", "IpAddressType": "dualstack"}


def test_customers_and_accounts_outlive_the_stack() -> None:
    for table in ("Customers", "Accounts", "Activity", "Changes"):
        assert _RESOURCES[table]["DeletionPolicy"] == _RESOURCES[table]["UpdateReplacePolicy"] == "Retain"


def test_the_exchange_bucket_is_private_encrypted_and_outlives_the_stack() -> None:
    bucket = _RESOURCES["ExchangeBucket"]
    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"
    properties = bucket["Properties"]
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    [encryption] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert properties["NotificationConfiguration"]["EventBridgeConfiguration"] == {"EventBridgeEnabled": True}
    assert _TEMPLATE["Outputs"]["ExchangeBucketName"]["Value"] == {"Ref": "ExchangeBucket"}


def test_the_exchange_bucket_is_reached_over_tls_alone() -> None:
    policy = _RESOURCES["ExchangeBucketPolicy"]
    assert policy["Condition"] == "IsOnAws"  # the emulator has no TLS
    assert _TEMPLATE["Conditions"]["IsOnAws"] == {"Fn::Equals": [{"Ref": "AwsEndpointUrl"}, ""]}
    [statement] = policy["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    whole, objects = statement["Resource"]
    assert (whole["Fn::GetAtt"][0], objects["Fn::Sub"]) == ("ExchangeBucket", "${ExchangeBucket.Arn}/*")


def test_exchanged_files_expire() -> None:
    rules = _RESOURCES["ExchangeBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert {rule["Status"] for rule in rules} == {"Enabled"}
    of_parameters = [rule for rule in rules if isinstance(rule.get("ExpirationInDays"), dict)]
    days = {rule["Prefix"]: rule["ExpirationInDays"]["Ref"] for rule in of_parameters}
    assert days == {
        "exports/": "ExportsKeptDays",
        "incoming/": "IncomingKeptDays",
        "reports/": "ReportsKeptDays",
        "runs/": "ImportUndoDays",
    }
    assert {_TEMPLATE["Parameters"][name]["Default"] for name in days.values()} == {90}
    assert {rule["Prefix"] for rule in rules if isinstance(rule.get("ExpirationInDays"), int)} == {"manifests/"}
    [of_all] = [rule for rule in rules if "Prefix" not in rule]
    assert of_all["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert of_all["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}


def test_the_index_of_sessions_projects_what_is_shown_and_no_secret() -> None:
    table = _RESOURCES["Sessions"]["Properties"]
    [index] = table["GlobalSecondaryIndexes"]
    keys = {entry["AttributeName"] for entry in (*table["KeySchema"], *index["KeySchema"])}
    assert index["IndexName"] == BY_ACCOUNT
    assert keys == {entry["AttributeName"] for entry in table["AttributeDefinitions"]}
    assert keys == {"pk", "account_id", "expires_at"}
    assert set(index["Projection"]["NonKeyAttributes"]) == {"generation", "created_at", "seen_on", "device"}


def test_the_index_of_customers_has_keys_alone_and_one_function_asks_it() -> None:
    [index] = _RESOURCES["Customers"]["Properties"]["GlobalSecondaryIndexes"]
    assert index["IndexName"] == BY_TAX_CODE
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    asking = [name for name in _MAY if BY_TAX_CODE in str(_function(name).get("Policies"))]
    assert asking == ["customer_sync"]
    assert BY_TAX_CODE not in str(_RESOURCES["OperatorsPolicy"])


def test_what_expires_is_cleaned_up_where_something_does() -> None:
    tables = {
        name: entry["Properties"] for name, entry in _RESOURCES.items() if entry["Type"] == "AWS::DynamoDB::Table"
    }
    expiring = {name for name, table in tables.items() if "TimeToLiveSpecification" in table}
    assert expiring == {"Accounts", "Activity", "Changes", "Sessions", "Attempts", "Deliveries"}
    for name in expiring:
        assert tables[name]["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_the_gateways_own_errors_are_those_of_the_contract() -> None:
    types = _RESOURCES["Api"]["Properties"]["GatewayResponses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "REQUEST_TOO_LARGE", "UNAUTHORIZED"} <= set(types)
    responses = GatewayResponses(_FILE)
    for response_type in types:
        answer = responses.render(response_type, request_id="id-1", origin="https://a.example")
        problem = json.loads(answer.body)
        assert set(problem) == {"type", "title", "status", "detail", "instance", "code", "errors"}
        assert answer.status == problem["status"] == STATUS[problem["code"]]
        assert problem["instance"] == "id-1"
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["Access-Control-Allow-Origin"] == "https://a.example"
        assert ("Retry-After" in answer.headers) == (answer.status in {429, 503})
        assert ("WWW-Authenticate" in answer.headers) == (answer.status == 401)


def test_access_logs_hold_nothing_of_a_person() -> None:
    settings = _RESOURCES["Api"]["Properties"]["AccessLogSetting"]["Fn::If"][1]
    variables = {value.removeprefix("$context.") for value in json.loads(settings["Format"]).values()}
    assert variables <= {
        "requestTime",
        "requestId",
        "httpMethod",
        "resourcePath",
        "status",
        "responseLength",
        "responseLatency",
        "integration.latency",
        "error.responseType",
    }
