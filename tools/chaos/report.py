"""What people see of a run: one line a phase, then what was found."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bench.load.calls import Call, percentile, statuses
from tools.chaos.alarms import Alarm
from tools.chaos.faults import Fault
from tools.chaos.phases import Phase


class Seen(NamedTuple):
    """What happened in a phase. `findings` are what it should not have been."""

    phase: Phase
    calls: Sequence[Call]
    faults: Mapping[Fault, int]
    others: Mapping[str, int]
    rang: Mapping[str, Alarm]
    findings: Sequence[str]


def line(seen: Seen) -> str:
    """Return a phase in a few lines."""
    slowest = percentile((call.seconds for call in seen.calls), 0.95)
    met = [f"{fault} × {number}" for fault, number in seen.faults.items()]
    met += [f"{name} × {number}" for name, number in seen.others.items()]
    rang = [f"{name} ({alarm.minutes} min)" for name, alarm in sorted(seen.rang.items())]
    return "\n".join(
        (
            f"{seen.phase.name:<26}{len(seen.calls):>6}{slowest:>8.2f} s  {statuses(seen.calls)}",
            f"    faults: {', '.join(met) or 'none'}",
            f"    alarms: {', '.join(rang) or 'none'}",
        )
    )


HEAD = f"{'phase':<26}{'calls':>6}{'p95':>10}  answers\n"


def summary(outcomes: Counter[str], said: Iterable[str], findings: Sequence[str]) -> str:
    """Return how the visits ended, what else is worth knowing, and the findings."""
    ends = ", ".join(f"{outcome} × {number}" for outcome, number in outcomes.most_common())
    return "\n".join((f"\nvisits: {ends}", *said, "", *findings, f"{len(findings)} findings"))
