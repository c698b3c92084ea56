"""Writes of a transaction that are done in memory."""

from collections.abc import Callable, Sequence

from utenza.dynamodb import Write


def FakeWrite(do: Callable[[], None]) -> Write:  # noqa: N802 - it stands for a class
    """Return a write that `transact` does by calling `do`, which raises when its condition does not hold."""
    return Write("Fake", {"do": do})


def transact(writes: Sequence[Write]) -> None:
    for write in writes:
        write.parameters["do"]()


class ConditionBroken(Exception):
    """The condition of a write does not hold; what the transaction makes of it is its own matter."""
