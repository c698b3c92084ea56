"""What the monitoring watches, as (namespace, metric, names of the dimensions), and what the code and AWS publish."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.unit.template.translated import ALARMS, MONITORING
from tools.paths import ROOT

OWN = "Utenza/Application"
"""The namespace of our own metrics, of the stack `Application`."""
_SEARCH = re.compile(r'\{"?([\w/]+)"?(?:,([\w,]+))?\} MetricName="([\w.]+)"')
_PUBLISHING = {"count", "count_many", "_put"}


class Metric(NamedTuple):
    namespace: str
    name: str
    dimensions: frozenset[str]


# As AWS documents them, of those that we use.
OF_AWS = {
    *(Metric("AWS/ApiGateway", name, frozenset({"ApiName", "Stage"})) for name in ("4XXError", "5XXError", "Count")),
    Metric("AWS/ApiGateway", "Latency", frozenset({"ApiName", "Stage"})),
    Metric("AWS/ApiGateway", "Count", frozenset({"ApiName", "Stage", "Method", "Resource"})),
    *(
        Metric("AWS/Lambda", name, frozenset({"FunctionName"}))
        for name in ("Errors", "Throttles", "Invocations", "IteratorAge")
    ),
    Metric("AWS/Lambda", "Errors", frozenset({"FunctionName", "Resource", "ExecutedVersion"})),
    *(Metric("AWS/Lambda", name, frozenset()) for name in ("ConcurrentExecutions", "ClaimedAccountConcurrency")),
    *(
        Metric("AWS/SQS", name, frozenset({"QueueName"}))
        for name in ("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage")
    ),
    *(
        Metric("AWS/States", name, frozenset({"StateMachineArn"}))
        for name in ("ExecutionsFailed", "ExecutionsTimedOut")
    ),
    *(
        Metric("AWS/DynamoDB", f"{how}{what}", frozenset({"TableName"}))
        for how, what in (
            ("Read", "ThrottleEvents"),
            ("Write", "ThrottleEvents"),
            ("ConsumedRead", "CapacityUnits"),
            ("ConsumedWrite", "CapacityUnits"),
        )
    ),
    *(
        Metric("AWS/DynamoDB", f"{how}ThrottleEvents", frozenset({"TableName", "GlobalSecondaryIndexName"}))
        for how in ("Read", "Write")
    ),
    *(
        Metric("AWS/Backup", f"NumberOf{what}", frozenset({"BackupVaultName"}))
        for what in (
            *(f"BackupJobs{state}" for state in ("Completed", "Failed", "Expired", "Aborted")),
            *(f"CopyJobs{state}" for state in ("Completed", "Failed")),
        )
    ),
    Metric("AWS/DynamoDB", "UserErrors", frozenset()),
    *(
        Metric("AWS/WAFV2", f"{what}Requests", frozenset({"WebACL", "Region", "Rule"}))
        for what in ("Blocked", "Counted")
    ),
    *(Metric("AWS/SES", f"Reputation.{rate}Rate", frozenset()) for rate in ("Bounce", "Complaint")),
    Metric("AWS/Usage", "CallCount", frozenset({"Service", "Type", "Resource", "Class"})),
    Metric("AWS/Logs", "IncomingBytes", frozenset({"LogGroupName"})),
}


def alarmed() -> Iterator[tuple[str, Metric]]:
    """Yield each metric of each alarm, with the alarm's name."""
    for name, alarm in ALARMS.items():
        if "MetricName" in alarm:
            for metric in (
                alarm["MetricName"]["Fn::If"][1:] if "Fn::If" in alarm["MetricName"] else [alarm["MetricName"]]
            ):
                yield name, _metric({**alarm, "MetricName": metric})
        for query in alarm.get("Metrics", []):
            if "MetricStat" in query:
                yield name, _metric(query["MetricStat"]["Metric"])


def shown() -> Iterator[Metric]:
    """Yield each metric of the dashboard."""
    for widget in widgets():
        before: list[str] = []
        for entry in widget["properties"].get("metrics", []):
            words = [word for word in entry if isinstance(word, str)]
            for options in (each for each in entry if isinstance(each, dict) and "expression" in each):
                for namespace, dimensions, metric in _SEARCH.findall(options["expression"]):
                    yield Metric(namespace, metric, frozenset(filter(None, dimensions.split(","))))
            if words:
                before = _complete(words, before)
                yield Metric(before[0], before[1], frozenset(before[2::2]))


def widgets() -> list[dict[str, Any]]:
    """Return the widgets of the dashboard, with the names of parameters in the place of their values."""
    [body] = [
        entry["Properties"]["DashboardBody"]["Fn::Sub"]
        for entry in MONITORING["Resources"].values()
        if entry["Type"] == "AWS::CloudWatch::Dashboard"
    ]
    return list(json.loads(_named(body))["widgets"])


def published() -> set[Metric]:
    """Return what our functions publish: calls of `count` and its like, and metric filters of their logs."""
    found = set[Metric]()
    for source in (*(ROOT / "functions").rglob("*.py"), *(ROOT / "layers" / "common" / "utenza").rglob("*.py")):
        found |= {Metric(OWN, name, dimensions) for name, dimensions in _counted(source)}
    for entry in MONITORING["Resources"].values():
        if entry["Type"] == "AWS::Logs::MetricFilter":
            for each in entry["Properties"]["MetricTransformations"]:
                dimensions = frozenset(d["Key"] for d in each.get("Dimensions", []))
                found.add(Metric(namespace(each["MetricNamespace"]), each["MetricName"], dimensions))
    return found


def namespace(written: Any) -> str:
    """Return a namespace with the names of parameters in the place of their values."""
    return written if isinstance(written, str) else _named(written["Fn::Sub"]).replace("AWS::StackName", "Application")


def _named(text: str) -> str:
    return re.sub(r"\$\{([\w:]+)\}", r"\1", text)


def _metric(of: dict[str, Any]) -> Metric:
    return Metric(
        namespace(of["Namespace"]), of["MetricName"], frozenset(each["Name"] for each in of.get("Dimensions", []))
    )


def _complete(words: list[str], before: list[str]) -> list[str]:
    """Return a metric in full: "." is the word above, "..." all that are left out before."""
    if words[0] == "...":
        return [*before[: len(before) - len(words) + 1], *words[1:]]
    return [
        above if word == "." else word for word, above in zip(words, [*before, *words[len(before) :]], strict=False)
    ]


def _counted(source: Path) -> Iterator[tuple[str, frozenset[str]]]:
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        named = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        if node.func.id == "build_handler" and "metric" in named:  # which counts by route and outcome
            yield from ((name, frozenset({"route", "outcome"})) for name in _texts(named["metric"]))
        elif node.func.id in _PUBLISHING and node.args:
            dimensions = node.args[-1]
            keys = _texts(*dimensions.keys) if isinstance(dimensions, ast.Dict) else set(named)
            yield from ((name, frozenset(keys)) for name in _texts(node.args[0]))


def _texts(*nodes: ast.expr | None) -> set[str]:
    """Return the texts of expressions: of a choice both."""
    found = set[str]()
    for node in nodes:
        if isinstance(node, ast.IfExp):
            found |= _texts(node.body, node.orelse)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found
