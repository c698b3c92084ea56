"""Round trips and request units of every route, counted at the stand-in in a warm process."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bench.calls import timed
from bench.routes import Prepared
from bench.stand_in import StandIn, stand_in

_DELAY_MS = 50
_OTHERS = {"GetSecretValue", "GetPublicKey", "Sign", "SendEmail", "PutEvents"}


class Count(NamedTuple):
    """What one warm call of a route takes; `depth` is how many round trips to DynamoDB follow one another."""

    route: str
    mail: bool
    depth: int
    calls: Counter[str]
    reads: float
    writes: float

    @property
    def requests(self) -> int:
        """How many requests go to DynamoDB."""
        return sum(number for action, number in self.calls.items() if action not in _OTHERS)

    @property
    def signatures(self) -> int:
        return self.calls["Sign"]


def counts() -> list[Count]:
    """Count all routes, without mail and with it."""
    found = []
    for mail in (False, True):
        with stand_in(mail=mail, cheap=True) as aws:
            found += [count(aws, route) for route in aws.routes]
    return found


def count(aws: StandIn, route: Prepared) -> Count:
    """Count the second call of a process: the first one also asks for keys."""
    aws.ask("forget")
    timed(aws, route, 1, warming=1, between="mark", rounds=0)
    warm = list(_of_the_last_call(aws.ask("seen")))
    aws.ask(f"delay/{_DELAY_MS}")
    slow = min(timed(aws, route, 2, warming=1, rounds=0).walls)
    aws.ask("delay/0")
    calls = Counter(action for action, _, _ in warm)
    reads, writes = sum(each[1] for each in warm), sum(each[2] for each in warm)
    return Count(route.name, aws.mail, int(slow * 1000 / _DELAY_MS), calls, reads, writes)


def _of_the_last_call(seen: Sequence[tuple[str, float, float]]) -> Iterator[tuple[str, float, float]]:
    last = max(place for place, each in enumerate(seen) if each[0] == "mark")
    yield from (each for each in seen[last + 1 :])
