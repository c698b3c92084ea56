"""The page's section about cost."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median

from bench import cold, contenders, prices
from bench.calls import timed
from bench.cost import Call, in_milan, together
from bench.counts import Count, count
from bench.notices import woken
from bench.page import Section, Table, met
from bench.progress import Say
from bench.stand_in import StandIn, stand_in
from bench.variables import memory

_GOAL = 1000  # logins for the price of one of Cognito Essentials' monthly users
_CALLS = 40
_TEXT = """\
Dollars for a million: what was counted and measured here, times the prices below. The processor's time is this
machine's, at the share of a core that the function's memory has (on arm64 it may differ); round trips to DynamoDB are
taken as 5 ms, a signature as 10 ms beside the writes, the log of a call as 1 kB. Cold: with everything that a first
call does, and the processor for it. A registration includes the notices function that its records wake, warm, with a
mail or an event as 50 ms. Without free allowances, storage, backups, and what key and secret cost a month. "In Milan":
were every price higher by the factor that Lambda's is."""

type Calls = Mapping[str, Sequence[Call]]


def section(rounds: int, say: Say) -> Section:
    operations = _operations(_CALLS if rounds else 10, say) | _cold(max(1, rounds), say)
    rows = [
        _row(name, calls, key_spec)
        for name, calls in operations.items()
        for key_spec in (("RSA_2048", "RSA_3072") if any(call.signatures for call in calls) else ("RSA_2048",))
    ]
    verdicts = [_verdict(name, together(operations[name], "RSA_2048")) for name in ("login", "login, cold")]
    return Section("Cost", [_TEXT, Table(_COLUMNS, rows), *verdicts, _prices()])


_PARTS = ("API Gateway", "Lambda", "DynamoDB", "KMS", "Secrets Manager", "CloudWatch Logs", "SES", "EventBridge")
_COLUMNS = ["a million", "to Cognito Essentials", "to Lite", "dollars", "in Milan", *_PARTS]


def _verdict(name: str, login: Mapping[str, float]) -> str:
    """Say how many logins the price of one monthly user of Cognito buys, one login a user and month."""
    here, in_milan_ = (prices.ESSENTIALS.usd / usd for usd in (sum(login.values()), in_milan(login)))
    lite, reached = prices.LITE.usd / sum(login.values()), met(reached=min(here, in_milan_) >= _GOAL)
    essentials = f"**{here:,.0f}** for one of Cognito Essentials' monthly users, {in_milan_:,.0f} in Milan"
    return f"{name}: {essentials} (at least {_GOAL:,}: {reached}); {lite:,.0f} for one of Lite's."


def _row(name: str, calls: Sequence[Call], key_spec: str) -> list[str]:
    parts = together(calls, key_spec)
    total = sum(parts.values())
    label = f"{name}, {key_spec}" if parts["KMS"] else name
    shares = [f"1 : {price.usd / total:,.0f}" for price in (prices.ESSENTIALS, prices.LITE)]
    figures = [f"{total * 1e6:.2f}", f"{in_milan(parts) * 1e6:.2f}"]
    return [label, *shares, *figures, *(f"{parts[part] * 1e6:.2f}" for part in _PARTS)]


def _operations(calls: int, say: Say) -> dict[str, Sequence[Call]]:
    """Return the warm calls of each operation."""
    with stand_in(cheap=True) as cheap, stand_in() as real:
        warm = {
            name: _warm(cheap, real, name, calls)
            for name in ("POST /verify", "POST /credentials", "POST /login", "POST /login/refresh")
        }
        told = woken(cheap, calls)
    with stand_in(mail=True, cheap=True) as cheap, stand_in(mail=True) as real:
        mailed = [_warm(cheap, real, f"POST /credentials{path}", calls) for path in ("", "/confirm")]
        mailed += woken(cheap, calls)
    say("counted and metered what is paid for")
    return {
        "registration": [warm["POST /verify"], warm["POST /credentials"], *told],
        "registration with mail": [warm["POST /verify"], *mailed],
        "login": [warm["POST /login"]],
        "refresh": [warm["POST /login/refresh"]],
    }


def _warm(cheap: StandIn, real: StandIn, name: str, calls: int) -> Call:
    """Return a route's warm call: what it counts, what it computes beside hashing, and its hashes."""
    route = real.route(name)
    counted: Count = count(cheap, cheap.route(name))
    beside = median(timed(cheap, cheap.route(name), calls).processor)
    hashing = median(timed(real, route, calls).floors) if route.verifies + route.hashes else 0.0
    return Call(
        memory=memory(route.function),
        processor=beside + hashing,
        depth=counted.depth,
        reads=counted.reads,
        writes=counted.writes,
        signatures=counted.signatures,
    )


def _cold(rounds: int, say: Say) -> dict[str, Sequence[Call]]:
    """Return a login that meets no process, with all that such a process asks for; its start is billed."""
    with stand_in(cheap=True) as cheap, stand_in() as aws:
        login = next(each for each in contenders.ours(aws) if each.name == "POST /login")
        aws.ask("forget")
        taken = cold.starts(aws, [login], rounds, say)["POST /login"]
        seen = aws.ask("seen")
        warm = _warm(cheap, aws, "POST /login", 10)
    asked = Counter(action for action, _, _ in seen)
    first = warm._replace(
        processor=median(taken),
        reads=sum(each[1] for each in seen) / len(taken),
        writes=sum(each[2] for each in seen) / len(taken),
        keys=round(asked["GetPublicKey"] / len(taken)),
    )
    return {"login, cold": [first]}


def _prices() -> Table:
    rows = [[price.name, price.text, price.unit, price.region, price.source] for price in prices.ALL]
    return Table(["price", "dollars", "unit", "region", "read"], rows)
