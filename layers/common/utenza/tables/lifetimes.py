"""How long something stays that is over: months of a supply, and of an account that nobody uses."""

from typing import NamedTuple

from utenza.customers.record import CustomerSummary

MONTH = 2_629_800  # seconds: a twelfth of 365.25 days
YEAR = 12 * MONTH


class Warned(NamedTuple):
    """What an owner was told of an account that is not used.

    `times` is how often, in the time without a login that began at `since`; the account is not closed before
    `closes_at`. Both are in seconds since 1970.
    """

    since: int = 0
    times: int = 0
    closes_at: int = 0


def readable_until(summary: CustomerSummary, months: int) -> int:
    """Return until when a closed supply is shown, in seconds since 1970; 0 for an active one.

    0 also while the account has not noted yet when it was closed.
    """
    is_over = summary.status == "closed" and summary.closed_at
    return summary.closed_at + months * MONTH if is_over else 0
