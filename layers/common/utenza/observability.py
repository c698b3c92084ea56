"""Logs, metrics and traces. They carry opaque ids and outcomes; never a name, an address, a code or a secret."""

import os
import traceback
from collections.abc import Callable
from typing import Any, Literal, cast

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from botocore.exceptions import ClientError

Event = Literal[
    "refused",
    "customer_verified",
    "confirmation_required",
    "registered",
    "account_frozen",
    "login_succeeded",
    "session_refreshed",
    "session_ended",
    "sessions_ended",
    "password_changed",
    "question_changed",
    "user_id_asked_for",
    "user_id_changed",
    "user_id_restored",
    "documents_accepted",
    "account_exported",
    "contact_changed",
    "account_closed",
    "supply_asked_for",
    "supply_linked",
    "supply_unlinked",
    "recovery_started",
    "password_recovered",
    "reclaim_started",
    "customer_reclaimed",
    "notification_delivered",
    "notification_put_off",
    "notification_given_up",
    "email_undeliverable",
    "feedback_ignored",
    "email_withheld",
    "email_expired",
    "customer_synchronised",
    "customer_unlinked",
    "owner_warned",
    "housekeeping_done",
    "crm_file_made",
    "changes_read",
    "import_ended",
    "canary_failed",
    "key_rotation_step",
    "failed",
]
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Utenza")  # a deployment has its own: template.yaml

_logger = Logger(service="utenza")


def label_logs(**fields: str) -> None:
    """Have every line until the next call of this carry these fields."""
    _logger.append_keys(**fields)


def log(event: Event, **fields: str | int) -> None:
    """Write one event as a line of JSON."""
    _logger.info(event, extra=fields)


def log_failure(error: BaseException, **fields: str | int) -> None:
    """Write where an error of ours or of AWS came from. Its message is left out: it may quote what was typed."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    # The code of an AWS service (AccessDenied, no such table) is a word of theirs, never of the customer's.
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    kind = f"{type(error).__name__} {code}".strip()
    _logger.error("failed", extra={"error": kind, "where": " < ".join(reversed(where)), **fields})


def count(metric: str, **dimensions: str) -> None:
    """Add one to a CloudWatch metric; docs/operations.md lists them all."""
    _put(metric, MetricUnit.Count, 1, dimensions)


def count_many(metric: str, number: int, **dimensions: str) -> None:
    """Add a number to a CloudWatch metric."""
    _put(metric, MetricUnit.Count, number, dimensions)


def count_failed_call() -> None:
    """Add one to the calls that this version of this function failed: a release goes back for them (template.yaml)."""
    read = os.environ.get
    count("FailedCalls", function=read("AWS_LAMBDA_FUNCTION_NAME", ""), version=read("AWS_LAMBDA_FUNCTION_VERSION", ""))


def report_hash(milliseconds: float) -> None:
    """Add how long a hash took to its metric."""
    _put("HashDuration", MetricUnit.Milliseconds, milliseconds, {})


def report_check(check: str, milliseconds: float) -> None:
    """Add how long a check of the canary took to its metric."""
    _put("CanaryDuration", MetricUnit.Milliseconds, milliseconds, {"check": check})


def traced[H: Callable[..., Any]](handler: H) -> H:
    """Return the handler, traced by X-Ray where the template's parameter turns it on."""
    if os.environ.get("TRACING") != "true":
        return handler
    from aws_lambda_powertools import Tracer  # noqa: PLC0415 - it loads the X-Ray SDK

    return cast(H, Tracer(service="utenza").capture_lambda_handler(handler, capture_response=False))


def _put(metric: str, unit: MetricUnit, value: float, dimensions: dict[str, str]) -> None:
    with single_metric(metric, unit, value) as line:
        for name, dimension in dimensions.items():
            line.add_dimension(name, dimension)
