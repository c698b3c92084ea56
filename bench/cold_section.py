"""The page's section about cold starts."""

import shutil
from collections.abc import Mapping, Sequence
from statistics import median

from bench import cold, contenders
from bench.contenders import HELLO, Contender, usual
from bench.page import Section, Table, met, millis, times
from bench.progress import Say
from bench.samples import ratio
from bench.stand_in import stand_in

_TEXT = """\
From the invocation that finds no process, which Lambda's interface emulator then starts, to the answer: import, the
keys, every round trip of the route and, where it hashes, argon2 at 19 MiB. The usual way does the same reads, writes,
hash and signature with boto3, pydantic and Powertools (`bench/usual`)."""
_ROUNDS = 9
_HOT = {"POST /verify": 4.0, "POST /credentials": 4.0, "POST /login": 4.0}  # times hello; the others: half of usual
_USUAL = ("POST /verify", "POST /login")
_EMPTY = ("", "", "", "")
_WITHOUT_VALGRIND = "**Left out: instructions, because valgrind is not installed.**"


def section(rounds: int, say: Say) -> Section:
    """Measure times with argon2 as deployed, and instructions without its work."""
    with stand_in() as aws:
        ours, others = contenders.ours(aws), contenders.others(aws)
        taken = cold.starts(aws, [*others, *ours], max(rounds, _ROUNDS) if rounds else 1, say)
    counted = _instructions(say)
    return Section(
        "Cold start",
        [
            _TEXT,
            _times(taken, ours),
            _counts(counted, ours) if counted else _WITHOUT_VALGRIND,
        ],
    )


def _times(taken: Mapping[str, Sequence[float]], ours: Sequence[Contender]) -> Table:
    rows = []
    for name in (each.name for each in ours):
        to_hello = ratio(taken[name], taken[HELLO])
        compiled, lean = (ratio(taken[name], taken[usual(name, bytecode=done)]) for done in (True, False))
        goal = _HOT.get(name)
        reached = to_hello <= goal if goal else compiled <= 0.5
        wanted = f"{goal:.0f} × hello" if goal else "0.5 × usual"
        cells = [
            times(to_hello),
            times(compiled),
            times(lean),
            wanted,
            met(reached=reached),
            millis(median(taken[name])),
        ]
        rows.append([name, *cells])
    slower = [HELLO, *(usual(route, bytecode=done) for done in (True, False) for route in _USUAL)]
    rows += [[name, times(ratio(taken[name], taken[HELLO])), *_EMPTY, millis(median(taken[name]))] for name in slower]
    columns = ["first call", "to hello", "to usual with bytecode", "without bytecode", "at most", "reached", "median"]
    return Table(columns, rows)


def _instructions(say: Say) -> dict[str, int]:
    if not shutil.which("valgrind"):
        say("NO VALGRIND: instructions are left out")
        return {}
    with stand_in(cheap=True) as aws:
        all_of_them = [*contenders.others(aws), *contenders.ours(aws)]
        return cold.instructions(aws, [each for each in all_of_them if "without" not in each.name], say)


def _counts(counted: Mapping[str, int], ours: Sequence[Contender]) -> Table:
    rows = []
    names = [*(each.name for each in ours), *(usual(route, bytecode=True) for route in _USUAL), HELLO, "python"]
    for name in names:
        compared = usual(name, bytecode=True)
        to_usual = times(counted[name] / counted[compared]) if name not in {compared, HELLO, "python"} else ""
        rows.append([name, times(counted[name] / counted[HELLO]), to_usual, f"{counted[name] / 1e6:,.0f} M"])
    return Table(["instructions, argon2's left out", "to hello", "to usual with bytecode", "counted"], rows)
