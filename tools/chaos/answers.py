"""How each service says that it does not do what it was asked, in its own words.

Sources: the "Common errors" and the operations' errors of the API references of DynamoDB, KMS, Secrets Manager, SES v2,
SQS and EventBridge. SDKs know an error by `__type` in the body, or by the header x-amzn-ErrorType (REST).
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from tools.chaos.asked import Asked
from tools.chaos.faults import Kind

_DYNAMODB = "com.amazonaws.dynamodb.v20120810#"
_THROTTLED = {
    "dynamodb": (400, f"{_DYNAMODB}ProvisionedThroughputExceededException"),
    "ses": (429, "TooManyRequestsException"),
    "sqs": (400, "com.amazonaws.sqs#RequestThrottled"),
}
_FAILED = {
    "dynamodb": (500, f"{_DYNAMODB}InternalServerError"),
    "kms": (500, "KMSInternalException"),
    "secretsmanager": (500, "InternalServiceError"),
    "events": (500, "InternalException"),
}
_REJECTED = {"ses": (400, "MessageRejected")}
_USUAL: dict[Kind, tuple[int, str]] = {
    "throttled": (400, "ThrottlingException"),
    "failed": (500, "InternalFailure"),
    "rejected": (400, "ValidationException"),
}


class Said(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def said(kind: Kind, asked: Asked, body: bytes) -> Said:
    """Return the answer to a request with this body; LookupError for a kind that is none, or that is not known."""
    if kind == "unprocessed":
        return _json(200, _UNPROCESSED[asked.operation](json.loads(body)))
    if asked.operation == "TransactWriteItems" and kind == "throttled":
        return _cancelled(json.loads(body))
    status, name = {"throttled": _THROTTLED, "failed": _FAILED, "rejected": _REJECTED}[kind].get(
        asked.service, _USUAL[kind]
    )
    return _json(status, {"__type": name, "message": "chaos"}, **{"x-amzn-ErrorType": name})


def _cancelled(body: dict[str, Any]) -> Said:
    """Return a transaction that was cancelled because the first of its items throttles."""
    reasons = [{"Code": "ThrottlingError", "Message": "chaos"}, *({"Code": "None"} for _ in body["TransactItems"][1:])]
    name = f"{_DYNAMODB}TransactionCanceledException"
    return _json(400, {"__type": name, "Message": "chaos", "CancellationReasons": reasons})


def _json(status: int, body: dict[str, Any], **headers: str) -> Said:
    return Said(status, {"Content-Type": "application/x-amz-json-1.0", **headers}, json.dumps(body).encode())


_UNPROCESSED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "BatchWriteItem": lambda body: {"UnprocessedItems": body["RequestItems"]},
    "BatchGetItem": lambda body: {"Responses": {}, "UnprocessedKeys": body["RequestItems"]},
    "PutEvents": lambda body: {
        "FailedEntryCount": len(body["Entries"]),
        "Entries": [{"ErrorCode": "InternalFailure", "ErrorMessage": "chaos"} for _ in body["Entries"]],
    },
}
