"""The tries that an item has: counted by one atomic update before anything is compared, exactly once for each call.

A counted try carries a mark of its call. By it a count that boto3 sent again is told from another call's, and a try is
given back only if it was counted: nobody gains guesses by making counts fail.
"""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Literal

from botocore.exceptions import BotoCoreError, ClientError

from utenza.dynamodb import ConditionFailed, DynamoDb, Item, Value, update

type Counter = Literal["tries", "code_tries"]

_OUTAGES = (BotoCoreError, ClientError)


def count(
    db: DynamoDb,
    table: str,
    key: str,
    most: int,
    *,
    condition: str,
    values: Mapping[str, Value],
    counter: Counter = "tries",
) -> Item:
    """Count one try and return the item, with the call's `mark` in it.

    ConditionFailed when `condition` does not hold or the item has had `most` tries.
    """
    mark = secrets.token_urlsafe(6)
    change = update(
        table,
        key,
        f"ADD #{counter} :one SET #mark = :mark",
        condition=f"{condition} AND #{counter} < :most AND (attribute_not_exists(#mark) OR #mark <> :mark)",
        values={**values, "one": 1, "most": most, "mark": mark},
    )
    try:
        return db.update(change)
    except ConditionFailed as failed:
        if failed.old is None or failed.old.get("mark") != mark:
            raise
        return failed.old  # the answer to the first sending was lost
    except _OUTAGES:
        with suppress(*_OUTAGES):
            give_back(db, table, key, mark, counter=counter)
        raise


def give_back(db: DynamoDb, table: str, key: str, mark: str, *, counter: Counter = "tries") -> None:
    """Take back the try with this mark, unless another has been counted since."""
    change = update(
        table,
        key,
        f"ADD #{counter} :less REMOVE #mark",
        condition=f"#mark = :mark AND #{counter} > :zero",
        values={"less": -1, "mark": mark, "zero": 0},
    )
    with suppress(ConditionFailed):
        db.write(change)
