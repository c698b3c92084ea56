"""The ids of signing keys, noted by the first process that asked KMS: to ask again is a sixth of a cold login."""

import hashlib
from contextlib import suppress

from utenza.dynamodb import ConditionFailed, DynamoDb, put


class KeyIds:
    """`table` is that of the sessions. An id is public; a key of another ARN has an item of its own."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    async def find(self, key: str) -> str | None:
        """Return the id of a key by its ARN, None when nobody has noted it."""
        item = await self._db.get(self._table, _key(key), consistent=False)
        return str(item["key_id"]) if item else None

    async def note(self, key: str, key_id: str) -> None:
        """Note an id; one that is noted stays, for the key of an ARN never changes."""
        with suppress(ConditionFailed):
            item = {"pk": _key(key), "key_id": key_id}
            await self._db.write(put(self._table, item, condition="attribute_not_exists(#pk)"))


def _key(arn: str) -> str:
    """Return a key that no session has: those begin with their supplier, who is written without a #."""
    return f"#signing-key#{hashlib.sha256(arn.encode()).hexdigest()[:32]}"
