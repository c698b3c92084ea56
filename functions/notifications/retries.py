"""When a notification that could not be delivered is tried again: later each time, and for how long depends on why.

What throttles gets over it: its notifications go on for hours. What refuses for good is not asked again. All else, such
as an answer that did not come, is tried five times, so that operators hear of a fault within the hour.
"""

import random
from typing import Literal, NamedTuple

from utenza.limits.outages import code_of, gave_no_answer

type Reason = Literal["throttled", "refused", "unanswered", "failed", "slow"]
"""Why it was not delivered; `slow`: it was not tried, as others before it took the time."""

IN_TROUBLE: frozenset[Reason] = frozenset({"throttled", "unanswered"})
"""What the next mail would meet too."""

LONGEST = 900  # seconds, what SQS can delay a message by
_TRIES = 5
_SOON = 10  # seconds, for what was not tried
_THROTTLED = frozenset(
    {
        *("Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException", "RequestThrottled"),
        *("RequestLimitExceeded", "LimitExceededException", "ProvisionedThroughputExceededException"),
        # Until AWS, or whoever paused it, lets the account send again.
        *("SendingPausedException", "AccountSendingPausedException", "AccountSuspendedException"),
    }
)
_REFUSED = frozenset({"MessageRejected", "BadRequestException", "InvalidParameterValue"})


class Waiting(NamedTuple):
    """How often a notification was tried in vain, not counting what throttled it, and since when it waits."""

    tries: int = 0
    throttled: int = 0
    since: int = 0


NEW = Waiting()


class Rules(NamedTuple):
    """`first` is the delay before the second try in seconds, `hours` how long what is throttled goes on.

    `longest` is what it waits at most between two tries.
    """

    first: int
    hours: int
    longest: int = LONGEST


def reason_of(error: BaseException) -> Reason:
    """Tell why AWS did not do it; SES says that a quota is used up as it says that it is asked too fast."""
    code = code_of(error)
    if code in _THROTTLED:
        return "throttled"
    if gave_no_answer(error):
        return "unanswered"
    return "refused" if code in _REFUSED else "failed"


def after(waiting: Waiting, reason: Reason, rules: Rules, *, now: int) -> tuple[Waiting, int] | None:
    """Return what is known of a notification that waits again, and for how many seconds; None if it is given up."""
    since = waiting.since or now
    if reason == "refused":
        return None
    if reason == "slow":
        return waiting._replace(since=since), _SOON
    if reason == "throttled":
        waiting = Waiting(waiting.tries, waiting.throttled + 1, since)
        return None if now >= since + rules.hours * 3600 else (waiting, _delay(rules, waiting.throttled))
    waiting = Waiting(waiting.tries + 1, waiting.throttled, since)
    return None if waiting.tries >= _TRIES else (waiting, _delay(rules, waiting.tries))


def _delay(rules: Rules, number: int) -> int:
    """Return a delay that doubles with each try, up to the longest; no two come back at the same moment."""
    longest = min(rules.longest, rules.first * 2 ** min(number - 1, 10))
    return random.randint((longest + 1) // 2, longest)  # noqa: S311 - jitter, no secret
