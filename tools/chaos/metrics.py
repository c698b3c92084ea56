"""The metrics of a phase: those that CloudWatch would have of what happened, put into the emulator's.

The emulator measures next to nothing itself. So all is worked out here: the metrics in the functions' logs (EMF), the
API's answers, the queues, and what the faulty proxy has done in the place of DynamoDB and Lambda.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bench.load.calls import Call
from tools.local_stack.stack import LocalStack

_BATCH = 500  # of PutMetricData: AWS takes 1,000


class Datum(NamedTuple):
    namespace: str
    name: str
    value: float
    dimensions: Mapping[str, str]


def in_logs(lines: Iterable[str]) -> Iterator[Datum]:
    """Yield the metrics that log lines carry in CloudWatch's embedded metric format, as CloudWatch reads them."""
    for line in lines:
        content = log_fields(line)
        for directive in content.get("_aws", {}).get("CloudWatchMetrics", ()):
            for names in directive["Dimensions"] or [[]]:
                dimensions: dict[str, str] = {name: str(content[name]) for name in names}
                for metric in directive["Metrics"]:
                    for value in _numbers(content[metric["Name"]]):
                        yield Datum(directive["Namespace"], metric["Name"], value, dimensions)


def of_failures(lines: Iterable[str], namespace: str) -> Iterator[Datum]:
    """Yield what the metric filters of stacks/monitoring.yaml count, `{ $.message = "failed" }`."""
    for line in lines:
        if log_fields(line).get("message") == "failed":
            yield Datum(namespace, "FailedLines", 1, {})


def of_calls(calls: Iterable[Call], api: str, stage: str) -> Iterator[Datum]:
    """Yield what API Gateway measures of its answers."""
    dimensions = {"ApiName": api, "Stage": stage}
    for call in calls:
        method, resource = call.route.split()
        yield Datum("AWS/ApiGateway", "5XXError", float(call.failed), dimensions)
        yield Datum("AWS/ApiGateway", "Latency", call.seconds * 1000, dimensions)
        yield Datum("AWS/ApiGateway", "Count", 1, dimensions | {"Method": method, "Resource": resource})


def of_throttles(throttles: Mapping[tuple[str, bool], int]) -> Iterator[Datum]:
    """Yield what DynamoDB measures of calls that it turns away."""
    for (table, is_read), number in throttles.items():
        name = "ReadThrottleEvents" if is_read else "WriteThrottleEvents"
        yield Datum("AWS/DynamoDB", name, number, {"TableName": table})


def of_deaths(deaths: Mapping[str, int]) -> Iterator[Datum]:
    """Yield what Lambda measures of functions whose process died in a call: the emulator does not."""
    for function, number in deaths.items():
        yield Datum("AWS/Lambda", "Errors", number, {"FunctionName": function})


def of_queues(stack: LocalStack) -> Iterator[Datum]:
    """Yield how many messages wait in each queue now."""
    sqs = stack.client("sqs")
    for url in sqs.list_queues().get("QueueUrls", ()):
        waiting = messages(sqs, url)
        dimensions = {"QueueName": url.rpartition("/")[2]}
        yield Datum("AWS/SQS", "ApproximateNumberOfMessagesVisible", waiting, dimensions)


def messages(sqs: Any, url: str, *, also_taken: bool = False) -> int:  # noqa: ANN401 - a boto3 client
    """Return how many messages wait in a queue; `also_taken`: with those that are being worked off."""
    names = ["ApproximateNumberOfMessages"]
    names += ["ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"] if also_taken else []
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def publish(cloudwatch: Any, data: Iterable[Datum]) -> None:  # noqa: ANN401 - a boto3 client
    """Put data into CloudWatch, as of now."""
    by_namespace: dict[str, list[dict[str, Any]]] = {}
    for datum in data:
        dimensions = [{"Name": name, "Value": value} for name, value in datum.dimensions.items()]
        entry = {"MetricName": datum.name, "Value": datum.value, "Dimensions": dimensions}
        by_namespace.setdefault(datum.namespace, []).append(entry)
    for namespace, entries in by_namespace.items():
        for start in range(0, len(entries), _BATCH):
            cloudwatch.put_metric_data(Namespace=namespace, MetricData=entries[start : start + _BATCH])


def log_fields(line: str) -> dict[str, Any]:
    """Return what a log line says in JSON; nothing of other lines."""
    if not line.startswith("{"):
        return {}
    try:
        content = json.loads(line)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _numbers(value: float | Sequence[float]) -> Sequence[float]:
    return value if isinstance(value, Sequence) else [value]
