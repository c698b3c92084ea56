"""Outages of AWS spend no tries: who was right, and got a 503, may try again as often as before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from botocore.exceptions import BotoCoreError, ClientError

from utenza.dynamodb import TransactionCancelled
from utenza.errors import Unavailable

OUTAGES = (BotoCoreError, ClientError, TransactionCancelled, Unavailable)
"""What AWS failing, throttling or being in conflict looks like."""


@contextmanager
def given_back_in_outages(give_back: Callable[[], object]) -> Iterator[None]:
    """Call `give_back` when AWS fails within the block, then pass the failure on.

    Enter the block only when the try has been counted. Else whoever makes counting fail, by many calls at the same
    moment, would be given back what was never counted.
    """
    try:
        yield
    except OUTAGES:
        with suppress(*OUTAGES):
            give_back()
        raise
