"""What every call asks of AWS, how often it waits, and what it costs."""

from statistics import median

from bench import cost, prices
from bench.cost import DYNAMODB_SECONDS
from bench.environments import Route, memory
from bench.functions import ours
from bench.page import Row, Section, at_least, at_most, table
from bench.sections.cost import count
from bench.servers import Aws, aws
from bench.turns import Run

_READING, _ROUND_TRIPS = "GET /account", 1  # what a customer does most often
_CALLS, _DELAY = 10, 0.04  # seconds that an answer of DynamoDB takes longer, many times what else differs
_COLUMNS = ["call", "requests", "round trips", "read units", "write units", "signatures", "processor", "a million"]
_TEXT = f"""\
The calls of the rehearsal, warm, with argon2 as deployed. Requests and units are counted. *Round trips* is how much
longer a call takes when each answer of DynamoDB takes {_DELAY * 1000:.0f} ms longer, in such answers, rounded: requests
side by side are one. The price is that of the section Cost, with {DYNAMODB_SECONDS * 1000:.0f} ms for each round trip.
A call changes nothing here, so its reads find what they found in the rehearsal."""


class _Call:
    """What one call was found to take."""

    def __init__(self, run: Run, stand_in: Aws, route: Route) -> None:
        function, calls = ours(stand_in, route), 3 if run.quick else _CALLS
        self.made = count(stand_in, function)
        taken = function.warm(calls)
        self.processor = median(each.processor for each in taken)
        stand_in.ask(f"delay/{_DELAY * 1000:.0f}")
        delayed = median(each.clock for each in function.warm(calls))
        stand_in.ask("delay/0")
        self.round_trips = round((delayed - median(each.clock for each in taken)) / _DELAY)
        seconds = cost.billed_seconds(memory(route.function), self.processor, self.round_trips * DYNAMODB_SECONDS)
        self.usd = sum(cost.dollars(self.made, memory(route.function), seconds).values())

    def row(self, name: str) -> Row:
        made = [f"{each:g}" for each in (self.made.dynamodb, self.made.read, self.made.written, self.made.signatures)]
        requests, *units = made
        taken = [f"{self.processor * 1000:.1f} ms", f"${self.usd * 1e6:.2f}"]
        return [name, requests, str(self.round_trips), *units, *taken]


def measure(run: Run) -> Section:
    found: dict[str, _Call] = {}
    for mail in (False, True):
        with aws(mail=mail) as stand_in:
            for route in stand_in.routes:
                name = f"{route.name} (with mail)" if mail else route.name
                found[name] = _Call(run, stand_in, route)
                run.say(f"{name}: {found[name].made}, {found[name].round_trips} round trips")
    dearest = max(found, key=lambda name: found[name].usd)
    rows = [
        at_most(f"round trips of {_READING}", found[_READING].round_trips, _ROUND_TRIPS),
        at_least(
            f"the dearest call, {dearest}, for a user of Cognito", prices.ESSENTIALS.usd / found[dearest].usd, None
        ),
    ]
    return Section("Every call", _TEXT, rows, [table(_COLUMNS, [call.row(name) for name, call in found.items()])])
