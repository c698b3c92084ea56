"""What a call costs: its counted units times the published prices. Pure arithmetic."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bench import prices

_WHOLE_CORE = 1769  # megabytes, at which Lambda gives one processor
DYNAMODB_SECONDS = 0.005  # of one round trip; AWS says "single-digit milliseconds"
KMS_SECONDS = 0.010  # of a signature, beside which the tables are written
SENDING_SECONDS = 0.050  # of a mail or an event
LOG_BYTES = 1_000  # of a call: Lambda's own lines, the gateway's access log, and one or two of ours
KEY_SPECS = {"RSA_2048": prices.RSA_2048, "RSA_3072": prices.RSA_3072}


class Call(NamedTuple):
    """One call of a function as counted and measured; `processor` in seconds of a whole core, hashing included.

    A call that is not `requested` comes from a stream, not through API Gateway.
    """

    memory: int
    processor: float
    depth: int
    reads: float
    writes: float
    signatures: int = 0
    keys: int = 0
    secrets: int = 0
    mails: int = 0
    events: int = 0
    requested: bool = True


def billed_seconds(call: Call) -> float:
    """Return what Lambda bills: computing at the share of a core that the memory has, and waiting, in whole ms."""
    computing = call.processor / min(1.0, call.memory / _WHOLE_CORE)
    waiting = call.depth * DYNAMODB_SECONDS + (call.keys + call.secrets) * DYNAMODB_SECONDS
    waiting += (call.mails + call.events) * SENDING_SECONDS
    if call.signatures:
        waiting += KMS_SECONDS - (DYNAMODB_SECONDS if call.depth else 0)
    return -(-(computing + waiting) * 1000 // 1) / 1000


def dollars(call: Call, key_spec: str) -> Mapping[str, float]:
    """Return the dollars of one call, by where they go."""
    gigabytes = call.memory / 1024
    return {
        "API Gateway": prices.API_CALL.usd if call.requested else 0.0,
        "Lambda": prices.INVOCATION.usd + gigabytes * billed_seconds(call) * prices.GB_SECOND.usd,
        "DynamoDB": call.reads * prices.READ_UNIT.usd + call.writes * prices.WRITE_UNIT.usd,
        "KMS": (call.signatures + call.keys) * KEY_SPECS[key_spec].usd,
        "Secrets Manager": call.secrets * prices.SECRET.usd,
        "CloudWatch Logs": LOG_BYTES * prices.LOG_BYTE.usd,
        "SES": call.mails * prices.MAIL.usd,
        "EventBridge": call.events * prices.EVENT.usd,
    }


def together(calls: Iterable[Call], key_spec: str) -> dict[str, float]:
    """Return the dollars of several calls, which make one operation."""
    total: dict[str, float] = {}
    for call in calls:
        for part, usd in dollars(call, key_spec).items():
            total[part] = total.get(part, 0.0) + usd
    return total


def in_milan(parts: Mapping[str, float]) -> float:
    """Return the whole sum, were every price but Lambda's compute (which is Milan's) higher by Milan's factor."""
    return sum(usd if part == "Lambda" else usd * prices.MILAN for part, usd in parts.items())
