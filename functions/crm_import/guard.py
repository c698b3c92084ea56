"""Whether a run looks like a mistake: then it is held, and a person decides."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from crm_import.runs import Mode, Numbers, Reason

_FEW_REJECTED = 20  # rows of a delta: one wrong row of three is no reason to hold the two others


class Limits(NamedTuple):
    """What is still usual; of each pair of a number and a percentage the greater one counts."""

    ceasing: int = 50
    ceasing_percent: float = 2.0
    changing_hands: int = 20
    changing_hands_percent: float = 0.5
    least_rows_percent: float = 80.0
    rejected_percent: float = 5.0


class Totals(NamedTuple):
    """Count active and registered customers; it takes a scan, so they are asked only where it matters."""

    active: Callable[[], int]
    registered: Callable[[], int]


def check(
    mode: Mode, numbers: Numbers, limits: Limits, totals: Totals, *, is_older: bool, is_undone: bool
) -> tuple[Numbers, Sequence[Reason]]:
    """Return the numbers with what had to be counted, and why the run is held, nothing if it is not."""
    reasons: list[Reason] = []
    if is_older:
        reasons.append(Reason(code="older_file", found=1, allowed=0))
    if is_undone:
        reasons.append(Reason(code="undone", found=1, allowed=0))
    if numbers.ceasing > limits.ceasing:
        active = totals.active() if numbers.active < 0 else numbers.active
        numbers = numbers.model_copy(update={"active": active})
        allowed = max(limits.ceasing, int(active * limits.ceasing_percent / 100))
        reasons += _over("ceasing", numbers.ceasing, allowed)
    if numbers.changing_hands > limits.changing_hands:
        numbers = numbers.model_copy(update={"registered": totals.registered()})
        allowed = max(limits.changing_hands, int(numbers.registered * limits.changing_hands_percent / 100))
        reasons += _over("changing_hands", numbers.changing_hands, allowed)
    if mode == "full" and numbers.last_rows >= 0:
        least = math.ceil(numbers.last_rows * limits.least_rows_percent / 100)
        reasons += [Reason(code="too_few_rows", found=numbers.rows, allowed=least)] if numbers.rows < least else []
    allowed = max(int(numbers.rows * limits.rejected_percent / 100), _FEW_REJECTED if mode == "delta" else 0)
    reasons += _over("rejected", numbers.rejected, allowed)
    return numbers, reasons


def is_agreed(reasons: Sequence[Reason], agreed: Sequence[Reason] | None) -> bool:
    """Tell whether who approved a run had read of each reason, and of no smaller mistake; None agrees to all."""
    if agreed is None:
        return True
    read = {each.code: each.found for each in agreed}
    return all(each.code in read and _is_no_worse(each, read[each.code]) for each in reasons)


def _is_no_worse(reason: Reason, found: int) -> bool:
    return reason.found >= found if reason.code == "too_few_rows" else reason.found <= found


def _over(code: str, found: int, allowed: int) -> list[Reason]:
    return [Reason.model_validate({"code": code, "found": found, "allowed": allowed})] if found > allowed else []
