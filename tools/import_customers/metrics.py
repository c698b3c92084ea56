"""Publishes what an import did as metrics in CloudWatch."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

_NAME = "ImportRows"


def publish(cloudwatch: "CloudWatchClient", stack: str, rows: Mapping[str, int]) -> None:
    """Publish the number of rows of each outcome, as a metric of this stack; raises ClientError and BotoCoreError."""
    cloudwatch.put_metric_data(
        Namespace=f"Utenza/{stack}",
        MetricData=[
            {
                "MetricName": _NAME,
                "Dimensions": [{"Name": "outcome", "Value": outcome}],
                "Value": number,
                "Unit": "Count",
            }
            for outcome, number in rows.items()
        ],
    )
