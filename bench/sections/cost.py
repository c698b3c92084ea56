"""What a login costs, against a monthly user of Amazon Cognito."""

from collections.abc import Iterator
from statistics import median

from bench import cost, prices
from bench.cost import DYNAMODB_SECONDS, KMS_SECONDS, Parts, Requests
from bench.environments import memory
from bench.functions import Function, Snapshot, ours
from bench.page import Row, Section, at_least, at_most, table
from bench.servers import Aws, aws
from bench.turns import Run

_GOAL = 1000  # logins for the price of a monthly user
_MOST_REQUESTS, _MOST_SIGNATURES = 4, 1
_WAITING = DYNAMODB_SECONDS + max(DYNAMODB_SECONDS, KMS_SECONDS)  # two round trips, the signature beside the second
_TEXT = f"""\
Counted requests and measured processor time, times the prices below. The time is this machine's, at the share of a core
that the function's memory has (arm64 may differ); a round trip to DynamoDB is taken as
{DYNAMODB_SECONDS * 1000:.0f} ms, a signature as {KMS_SECONDS * 1000:.0f} ms beside the writes, the log of a call as
1 kB. Without free allowances, storage and backups. *From a snapshot* is the first login of an execution environment
that SnapStart restores; the others are warm. The figures are how many logins cost as much as one user and month of
Cognito Essentials. *In Milan*: were every price higher by the factor that Lambda's is there."""


def measure(run: Run) -> Section:
    with aws() as stand_in:
        login = ours(stand_in, stand_in.route("POST /login"))
        processor = median(each.processor for each in login.warm(10 if run.quick else 100))
        with Snapshot(login) as snapshot:
            snapshot.restored()
            restored = median(snapshot.restored() for _ in range(run.rounds))
        made = count(stand_in, login)
    megabytes = memory("login")
    run.say(f"{made}, {processor * 1000:.1f} ms warm, {restored * 1000:.1f} ms from a snapshot")
    warm = cost.dollars(made, megabytes, cost.billed_seconds(megabytes, processor, _WAITING))
    first = cost.dollars(made, megabytes, cost.billed_seconds(megabytes, restored, _WAITING), restored=True)
    rows = [
        *_rows("login", warm, _GOAL),
        *_rows("login from a snapshot", first, None),
        at_most("requests of a login to DynamoDB", made.dynamodb, _MOST_REQUESTS, "", ""),
        at_most("signatures of a login", made.signatures, _MOST_SIGNATURES, "", ""),
        at_most("write units of a login", made.written, None, f"and {made.read:g} read units", ""),
    ]
    both = {"login": warm, "login from a snapshot": first}
    parts = [[name, *map(_a_million, (*each.values(), sum(each.values())))] for name, each in both.items()]
    cache = f"${cost.cache_a_month(megabytes):.2f} a month"
    kept = f"SnapStart also takes {cache} to keep the snapshot of one version of the login function ({megabytes} MB)."
    return Section("Cost", _TEXT, rows, [table(["dollars a million", *warm, "together"], parts), kept, _prices()])


def _rows(what: str, parts: Parts, goal: float | None) -> Iterator[Row]:
    for name, usd in ((what, sum(parts.values())), (f"{what}, in Milan", cost.in_milan(parts))):
        yield at_least(name, prices.ESSENTIALS.usd / usd, goal, f"${_a_million(usd)} a million", "")


def _a_million(usd: float) -> str:
    return f"{usd * 1e6:.2f}"


def count(stand_in: Aws, function: Function) -> Requests:
    """Count what one call of a warm process asks for: what two processes do that differ in one call."""
    few, more = (_seen(stand_in, function, calls) for calls in (1, 2))
    pairs = zip(few, more, strict=True)
    return Requests(*(second - first for first, second in pairs))


def _seen(stand_in: Aws, function: Function, calls: int) -> Requests:
    stand_in.ask("seen")
    function.warm(calls)
    return cost.requests(stand_in.ask("seen"))


def _prices() -> str:
    rows = [[price.name, price.text, price.unit, price.region, price.source] for price in prices.ALL]
    return table(["price", "dollars", "unit", "region", "read"], rows)
