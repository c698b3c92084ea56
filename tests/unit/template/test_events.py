"""What starts the functions: schedules, streams, and the rule of the webhook."""

import json

from tests.unit.template.translated import ALARMS, RESOURCES, WRITTEN, function, sources


def test_the_file_for_the_crm_is_made_each_night_of_italy_and_an_alarm_says_when_it_is_not() -> None:
    [nightly] = function("crm_export")["Events"].values()
    assert nightly["Type"] == "ScheduleV2"
    assert nightly["Properties"]["ScheduleExpressionTimezone"] == "Europe/Rome"
    assert nightly["Properties"]["Name"] == {"Fn::Sub": "${AWS::StackName}-crm-export"}  # one account, several stacks
    assert nightly["Properties"]["ScheduleExpression"] == "cron(30 3 * * ? *)"  # no change of the clock skips it
    assert function("crm_export")["Timeout"] == 900  # seconds, what Lambda allows
    alarm = ALARMS["CrmExportAlarm"]
    assert (alarm["MetricName"], alarm["Threshold"]) == ("Errors", 0)
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "CrmExportFunction"}}]


def test_housekeeping_runs_by_itself_once_a_day_and_long_enough() -> None:
    [schedule] = function("housekeeping")["Events"].values()
    assert (schedule["Type"], schedule["Properties"]["Schedule"]) == ("Schedule", "cron(30 1 * * ? *)")
    assert function("housekeeping")["Timeout"] == 900  # seconds, what Lambda allows
    assert WRITTEN["Parameters"]["ClosedReadableMonths"]["Default"] == 24
    assert WRITTEN["Parameters"]["UnusedAccountYears"]["Default"] == 0  # nobody is closed unasked


def test_the_webhook_is_there_where_it_has_an_address_and_what_it_does_not_take_is_kept() -> None:
    assert WRITTEN["Parameters"]["CrmWebhookUrl"]["Default"] == ""
    optional = {name for name, entry in RESOURCES.items() if entry.get("Condition") == "HasCrmWebhook"}
    assert optional == {
        *("CrmWebhookConnection", "CrmWebhook", "CrmWebhookRule", "CrmWebhookRole"),
        *("DeadCrmEvents", "DeadCrmEventsPolicy"),
    }
    rule = RESOURCES["CrmWebhookRule"]["Properties"]
    assert rule["EventPattern"] == {"source": ["utenza"], "detail": {"change": [{"exists": True}]}}
    [target] = rule["Targets"]
    assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["DeadCrmEvents", "Arn"]}}
    assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] == 86_400
    [allowed] = RESOURCES["DeadCrmEventsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["CrmWebhookRule", "Arn"]}}}
    key = RESOURCES["CrmWebhookConnection"]["Properties"]["AuthParameters"]["ApiKeyAuthParameters"]["ApiKeyValue"]
    assert key == {"Fn::Sub": "{{resolve:secretsmanager:${CrmWebhookSecret}:SecretString:api_key}}"}  # never in clear
    [post] = RESOURCES["CrmWebhookRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    assert (post["Action"], post["Resource"]) == ("events:InvokeApiDestination", {"Fn::GetAtt": ["CrmWebhook", "Arn"]})


def test_what_waited_for_the_end_of_an_outage_does_not_crowd_out_itself() -> None:
    """Changes of one supplier are numbered by one item; what loses its turn five times is given up to operators."""
    again = function("notifications")["Events"]["Again"]["Properties"]
    assert again["ScalingConfig"]["MaximumConcurrency"] == {"Fn::If": ["IsOnAws", {"Ref": "MailConcurrency"}, 5]}
    assert WRITTEN["Parameters"]["MailConcurrency"]["MaxValue"] <= 10


def test_changes_of_logins_reach_the_notifications_and_all_changes_of_customers_the_accounts() -> None:
    filters = function("notifications")["Events"]["Changes"]["Properties"]["FilterCriteria"]["Filters"]
    of_logins = {"eventName": ["MODIFY"], "dynamodb": {"NewImage": {"password_hash": {"S": [{"exists": True}]}}}}
    of_what_expires = {"eventName": ["MODIFY"], "dynamodb": {"NewImage": {"expires_at": {"N": [{"exists": True}]}}}}
    assert of_logins in [json.loads(entry["Pattern"]) for entry in filters]
    assert of_what_expires in [json.loads(entry["Pattern"]) for entry in filters]  # the stub of a closed account does
    assert len(filters) <= 5  # what an event source may have
    events = function("customer_sync")["Events"]
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


def test_no_change_of_a_customer_is_given_up_before_the_stream_gives_it_up() -> None:
    streams = sources("customer_sync", "DynamoDB")
    assert len(streams) == 2
    for source in streams:
        assert source["MaximumRetryAttempts"] == -1
        assert source["MaximumRecordAgeInSeconds"] == 86_400
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert source["BisectBatchOnFunctionError"]  # what fails holds up no more than it must
        destination = source["DestinationConfig"]["OnFailure"]["Destination"]
        assert destination == {"Fn::GetAtt": ["DeadCustomerChanges", "Arn"]}
    assert function("customer_sync")["Timeout"] >= 120  # for 100 changes of holders with 25 records each
    alarm = ALARMS["ChangesWaitAlarm"]
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "CustomerSyncFunction"}}]
    assert (alarm["MetricName"], alarm["Statistic"], alarm["Threshold"]) == ("IteratorAge", "Maximum", 3_600_000)
