"""What a call costs: its counted requests and its measured time, times the published prices. Pure arithmetic."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bench import prices

_WHOLE_CORE = 1769  # megabytes, at which Lambda gives one processor
DYNAMODB_SECONDS = 0.005  # of one round trip; AWS says "single-digit milliseconds"
KMS_SECONDS = 0.010  # of a signature
LOG_BYTES = 1_000  # of a call: Lambda's own lines, the gateway's access log, and one or two of ours
_MONTH = 30 * 86_400

type Parts = Mapping[str, float]


class Requests(NamedTuple):
    """What one call asks of AWS; `read` and `written` are DynamoDB's units, items having less than 1 kB."""

    dynamodb: float
    read: float
    written: float
    signatures: float


def requests(seen: Sequence[tuple[str, Mapping[str, Any]]]) -> Requests:
    """Count the requests that the stand-in has seen: pairs of an action and what was asked."""
    read = written = 0.0
    others = 0
    for action, asked in seen:
        if action == "GetItem":
            read += 1 if asked["ConsistentRead"] else 0.5
        elif action == "Query":  # of a few small items
            read += 1 if asked.get("ConsistentRead") else 0.5
        elif action == "BatchGetItem":  # consistent, all of them
            read += sum(len(of["Keys"]) for of in asked["RequestItems"].values())
        elif action == "TransactWriteItems":
            written += 2 * len(asked["TransactItems"])
        elif action in {"PutItem", "UpdateItem", "DeleteItem"}:
            written += 1
        else:
            others += 1
    signatures = sum(action == "Sign" for action, _ in seen)
    return Requests(len(seen) - others, read, written, signatures)


def billed_seconds(memory: int, processor: float, waiting: float) -> float:
    """Return what Lambda bills: computing at the share of a core that the memory has, and waiting, in whole ms."""
    milliseconds = (processor / min(1.0, memory / _WHOLE_CORE) + waiting) * 1000
    return -(-milliseconds // 1) / 1000


def dollars(made: Requests, memory: int, seconds: float, *, restored: bool = False) -> Parts:
    """Return the dollars of one call that Lambda bills for so many seconds, by where they go."""
    gigabytes = memory / 1024
    return {
        "API Gateway": prices.API_CALL.usd,
        "Lambda": prices.INVOCATION.usd + gigabytes * seconds * prices.GB_SECOND.usd,
        "SnapStart": gigabytes * prices.RESTORE.usd if restored else 0.0,
        "DynamoDB": made.read * prices.READ_UNIT.usd + made.written * prices.WRITE_UNIT.usd,
        "KMS": made.signatures * prices.SIGNATURE.usd,
        "CloudWatch Logs": LOG_BYTES * prices.LOG_BYTE.usd,
    }


def in_milan(parts: Parts) -> float:
    """Return the sum, were every price but Lambda's, which is Milan's, higher by Milan's factor."""
    return sum(usd if part == "Lambda" else usd * prices.MILAN for part, usd in parts.items())


def cache_a_month(memory: int) -> float:
    """Return the dollars a month that SnapStart takes to keep the snapshot of one version."""
    return memory / 1024 * _MONTH * prices.CACHE.usd
