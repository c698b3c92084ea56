"""The template: how long mails wait, how many go at once, and that a slow one fits into its function's time."""

from typing import Any

from notifications.app import _OF_ONE
from notifications.retries import LONGEST
from tests.unit.template.translated import ALARMS, DEPLOYED, WRITTEN
from utenza import clients
from utenza.tables.closures import FAREWELL_LIFETIME

_PARAMETERS = WRITTEN["Parameters"]
_FUNCTION = DEPLOYED["NotificationsFunction"]["Properties"]


def test_a_mail_that_hangs_takes_a_small_part_of_the_functions_time() -> None:
    config: Any = clients._CONFIGS["sesv2"]  # noqa: SLF001 - as deployed
    hanging = (config.connect_timeout + config.read_timeout) * 1000
    assert config.retries["total_max_attempts"] == 1
    assert hanging < _OF_ONE / 2
    assert _FUNCTION["Timeout"] * 1000 / 2 > _OF_ONE


def test_streams_send_one_batch_of_a_shard_after_another() -> None:
    """So only the queue, whose concurrency is a parameter, sends many mails side by side after a crowd."""
    mappings = [
        entry["Properties"] for entry in DEPLOYED.values() if entry["Type"] == "AWS::Lambda::EventSourceMapping"
    ]
    sources = [each for each in mappings if each["FunctionName"] == {"Ref": "NotificationsFunctionAliaslive"}]
    assert len(sources) == 3
    assert [source.get("ParallelizationFactor", 1) for source in sources] == [1] * len(sources)
    [queue] = [source for source in sources if "ScalingConfig" in source]
    most = {"Fn::If": ["IsOnAws", {"Ref": "MailConcurrency"}, 5]}
    assert (queue["ScalingConfig"], queue["BatchSize"]) == ({"MaximumConcurrency": most}, 1)
    assert (_PARAMETERS["MailConcurrency"]["Default"], _PARAMETERS["MailConcurrency"]["MinValue"]) == (5, 2)


def test_a_mail_waits_no_longer_than_what_it_needs_is_kept() -> None:
    assert _PARAMETERS["MailRetryHours"]["MaxValue"] * 3600 + LONGEST < FAREWELL_LIFETIME
    assert _PARAMETERS["NotificationRetrySeconds"]["MaxValue"] <= LONGEST
    variables = _FUNCTION["Environment"]["Variables"]
    assert variables["MAIL_RETRY_HOURS"] == {"Ref": "MailRetryHours"}
    assert variables["DEAD_NOTIFICATIONS"] == {"Ref": "DeadNotifications"}


def test_somebody_hears_of_mails_that_are_put_off_before_they_are_given_up() -> None:
    """Each try in vain sends a new message, so that the age of the oldest one stays below `LONGEST`."""
    put_off = ALARMS["MailsPutOffAlarm"]
    assert put_off["MetricName"] == "NotificationsPutOff"
    assert put_off["Dimensions"] == [{"Name": "reason", "Value": "throttled"}]
    assert put_off["Period"] >= LONGEST  # one that waits is tried in each period
    assert put_off["Period"] * put_off["EvaluationPeriods"] <= _PARAMETERS["MailRetryHours"]["MinValue"] * 3600
    assert ALARMS["NotificationsQueueAlarm"]["Threshold"] <= 7200  # nobody takes any
