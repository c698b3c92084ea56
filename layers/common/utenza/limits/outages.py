"""Outages of AWS spend no tries: who was right, and got a 503, may try again as often as before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError  # noqa: A004

from utenza.dynamodb import TransactionCancelled
from utenza.errors import Unavailable

_DID_NOTHING = 503  # of the statuses beyond 499
OUTAGES = (BotoCoreError, ClientError, TransactionCancelled, Unavailable)
"""What AWS failing, throttling or being in conflict looks like."""


def code_of(error: BaseException) -> str:
    """Return the word of an AWS service for why it refused, such as "Throttling"; "" for any other error."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else ""


def gave_no_answer(error: BaseException) -> bool:
    """Tell whether a service was not reached, or did not answer in time."""
    return isinstance(error, BotoCoreError)


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


@contextmanager
def given_back_if_nothing_happened(give_back: Callable[[], object]) -> Iterator[None]:
    """Call `give_back` when AWS surely did not do what the block asked for, then pass the failure on."""
    try:
        yield
    except Exception as error:
        if _surely_did_nothing(error):
            with suppress(*OUTAGES):
                give_back()
        raise


def _surely_did_nothing(error: Exception) -> bool:
    """Tell whether a service was never reached, or says that it refuses; a lost answer says nothing."""
    if isinstance(error, ClientError):
        status: int = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status < 500 or status == _DID_NOTHING
    return isinstance(error, ConnectionError)
