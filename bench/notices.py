"""What a registration costs behind the answer: the notices function, woken by what the Accounts table's stream says."""

import time
from collections.abc import Sequence
from statistics import median
from typing import Any

from bench.calls import timed
from bench.cost import Call
from bench.counts import count
from bench.routes import Prepared
from bench.stand_in import StandIn
from bench.variables import memory

_KINDS = ("pending", "account")


def woken(aws: StandIn, calls: int) -> Sequence[Call]:
    """Return the warm calls for one registration: with mail for what waits for its code, then for the account."""
    return [_call(aws, route, calls) for kind in _KINDS for route in _first(aws, kind)]


def _call(aws: StandIn, route: Prepared, calls: int) -> Call:
    counted = count(aws, route)
    return Call(
        memory=memory(route.function),
        processor=median(timed(aws, route, calls).processor),
        depth=counted.depth,
        reads=counted.reads,
        writes=counted.writes,
        mails=counted.calls["SendEmail"],
        events=counted.calls["PutEvents"],
        requested=False,
    )


def _first(aws: StandIn, kind: str) -> list[Prepared]:
    """Return the call that one stored item of this kind wakes the function for, none where none is stored."""
    items = aws.items[aws.variables["ACCOUNTS_TABLE"]]
    found = [item for key, item in items.items() if f"#{kind}#" in key]
    return [Prepared(f"a new {kind}", "notifications", inserted(item)) for item in found[:1]]


def inserted(item: dict[str, Any]) -> dict[str, Any]:
    """Return the event of a DynamoDB stream that tells of one new item."""
    change = {
        "ApproximateCreationDateTime": int(time.time()),
        "Keys": {"pk": item["pk"]},
        "NewImage": item,
        "SequenceNumber": "1",
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    record = {"eventID": "1", "eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": change}
    return {"Records": [record]}
