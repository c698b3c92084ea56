"""What fails waits in dead letters of its own."""

import pytest

from tests.unit.template.translated import ALARMS, DEPLOYED, MONITORING, RESOURCES, WRITTEN, function, sources
from tools.redrive.cli import QUEUES


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
    [source] = sources(name, "SQS")
    assert source["Queue"] == {"Fn::GetAtt": [queue, "Arn"]}
    assert source["BatchSize"] == 1 or source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert RESOURCES[queue]["Properties"]["RedrivePolicy"] == {"deadLetterTargetArn": arn, "maxReceiveCount": 5}
    for each in (queue, dead):
        kept = RESOURCES[each]["Properties"]
        assert kept["MessageRetentionPeriod"] == 14 * 86_400
        assert RESOURCES[each].get("Condition") == MONITORING["Resources"][f"{dead}Alarm"].get("Condition")
    alarm = ALARMS[f"{dead}Alarm"]
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": [dead, "QueueName"]}}]
    shape = ("ApproximateNumberOfMessagesVisible", "Maximum", 0, "GreaterThanThreshold")
    assert tuple(alarm[key] for key in ("MetricName", "Statistic", "Threshold", "ComparisonOperator")) == shape


def test_dead_letters_go_back_where_sqs_moves_them_to() -> None:
    """SQS moves messages by itself out of the dead letters of a queue alone, not out of any queue."""
    for names in QUEUES.values():
        dead, queue = (WRITTEN["Outputs"][name]["Value"]["Ref"] for name in names)
        redriven = RESOURCES[queue]["Properties"]["RedrivePolicy"]
        assert redriven["deadLetterTargetArn"] == {"Fn::GetAtt": [dead, "Arn"]}


def test_files_for_which_no_import_began_wait_in_dead_letters_that_both_rules_may_write() -> None:
    rules = {
        name: rule["Properties"]["Targets"]
        for name, rule in DEPLOYED.items()
        if rule["Type"] == "AWS::Events::Rule"
        and {"Ref": "CrmImport"} in [each["Arn"] for each in rule["Properties"]["Targets"]]
    }
    assert set(rules) == {"CrmImportSent", "CrmImportNotEnded"}
    for [target] in rules.values():
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["DeadImports", "Arn"]}}
        assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}
    [allowed] = DEPLOYED["DeadImportsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    [condition] = allowed["Condition"].values()
    assert condition == {"aws:SourceArn": [{"Fn::GetAtt": [name, "Arn"]} for name in rules]}
    assert RESOURCES["DeadImports"]["Properties"] == RESOURCES["DeadNotifications"]["Properties"]
    alarm = ALARMS["DeadImportsAlarm"]
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["DeadImports", "QueueName"]}}]
    assert (alarm["MetricName"], alarm["Threshold"]) == ("ApproximateNumberOfMessagesVisible", 0)


def test_the_queues_are_hidden_from_others_for_longer_than_a_function_may_take() -> None:
    """AWS refuses an event source else; six times is what it recommends."""
    usual = WRITTEN["Parameters"]["FunctionTimeout"]["MaxValue"]
    for name, queue in (
        ("customer_sync", "CustomerChangesQueue"),
        ("email_feedback", "EmailFeedbackQueue"),
        ("notifications", "NotificationsQueue"),
    ):
        longest = function(name).get("Timeout", usual)
        assert RESOURCES[queue]["Properties"]["VisibilityTimeout"] >= 6 * longest


def test_what_ses_says_reaches_the_queue_as_it_is_from_the_topic_alone() -> None:
    subscription = RESOURCES["EmailFeedbackSubscription"]["Properties"]
    assert subscription["TopicArn"] == {"Ref": "EmailFeedbackTopic"}
    assert subscription["Endpoint"] == {"Fn::GetAtt": ["EmailFeedbackQueue", "Arn"]}
    assert (subscription["Protocol"], subscription["RawMessageDelivery"]) == ("sqs", True)
    assert subscription["RedrivePolicy"] == {"deadLetterTargetArn": {"Fn::GetAtt": ["DeadEmailFeedback", "Arn"]}}
    [allowed] = RESOURCES["EmailFeedbackQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert [each["Fn::GetAtt"][0] for each in allowed["Resource"]] == ["EmailFeedbackQueue", "DeadEmailFeedback"]
    assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "EmailFeedbackTopic"}}}
