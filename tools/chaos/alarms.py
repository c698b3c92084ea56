"""Whether the deployed alarms would ring, by their own definition, for what happened in a phase.

A phase stands for each of an alarm's periods, as it lasts seconds and they last minutes: an alarm rings if its
statistic of the whole phase is beyond its threshold, for exactly its dimensions. `Alarm.minutes` is how long it takes
on AWS.
"""

import json
import operator
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from tools.local_stack.stack import LocalStack

_COMPARE = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}

_ONE_PERIOD = 604_800  # seconds: all of a phase is in one, but at midnight from Wednesday to Thursday


class Alarm(NamedTuple):
    """`name` is without the stack's; `definition` as DescribeAlarms gives it."""

    name: str
    definition: dict[str, Any]

    @property
    def minutes(self) -> int:
        needed = self.definition.get("DatapointsToAlarm") or self.definition["EvaluationPeriods"]
        return int(self.definition["Period"] * needed // 60)

    @property
    def tells(self) -> bool:
        """Whether somebody is told; what calls a deployment back is not."""
        return bool(self.definition.get("AlarmActions"))

    def rings(self, value: float | None) -> bool:
        """Return whether this statistic, None where there are no data, raises the alarm."""
        if value is None:
            return False
        return bool(_COMPARE[self.definition["ComparisonOperator"]](value, self.definition["Threshold"]))


def deployed(stack: LocalStack) -> list[Alarm]:
    """Return the stack's alarms on single metrics, but those on silence: the seconds of a phase stand for no night."""
    pages = stack.client("cloudwatch").get_paginator("describe_alarms").paginate()
    found = [alarm for page in pages for alarm in page["MetricAlarms"] if alarm.get("MetricName")]
    return [
        Alarm(alarm["AlarmName"].partition("-")[2], alarm)
        for alarm in found
        if alarm["TreatMissingData"] != "breaching"
    ]


def ringing(stack: LocalStack, alarms: Iterable[Alarm], begin: datetime, end: datetime) -> dict[str, Alarm]:
    """Return the alarms that ring for what CloudWatch has of this time, by name."""
    cloudwatch = stack.client("cloudwatch")
    return {alarm.name: alarm for alarm in alarms if alarm.rings(_statistic(cloudwatch, alarm, begin, end))}


def told(stack: LocalStack, queue_url: str) -> set[str]:
    """Return the names of the alarms that told their topic, which this queue gets all messages of."""
    return set(_names(stack.client("sqs"), queue_url))


def _statistic(cloudwatch: Any, alarm: Alarm, begin: datetime, end: datetime) -> float | None:  # noqa: ANN401 - a client
    """Return the alarm's statistic over all of this time, None without data."""
    definition = alarm.definition
    name = definition.get("ExtendedStatistic") or definition["Statistic"]
    which = "ExtendedStatistics" if "ExtendedStatistic" in definition else "Statistics"
    points = cloudwatch.get_metric_statistics(
        Namespace=definition["Namespace"],
        MetricName=definition["MetricName"],
        Dimensions=definition.get("Dimensions", []),
        StartTime=begin,
        EndTime=end,
        Period=_ONE_PERIOD,
        **{which: [name]},
    )["Datapoints"]
    values = [float(point["ExtendedStatistics"][name] if which != "Statistics" else point[name]) for point in points]
    return max(values) if values else None


def _names(sqs: Any, url: str) -> Iterator[str]:  # noqa: ANN401 - a client
    while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in found:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            body = json.loads(message["Body"])
            alarm = json.loads(body["Message"]) if "Message" in body else body
            if alarm.get("NewStateValue") == "ALARM":
                yield alarm["AlarmName"].partition("-")[2]
