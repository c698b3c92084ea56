"""Which key signs access tokens: one item, written by `tools.rotate_signing_key` alone.

Without an item it is the key that the stack was created with.
"""

from utenza.dynamodb import ConditionFailed, DynamoDb, put
from utenza.tables.reading import reader
from utenza.tokens.signing_keys import KeyRoles

_KEY = "signing-keys"


class ChangedMeanwhile(Exception):
    """Somebody else has changed the roles since they were read."""


class SigningKeyRoles:
    def __init__(self, db: DynamoDb, table: str, first: str) -> None:
        """`first` is the ARN of the stack's own key."""
        self._db = db
        self._table = table
        self._first = first

    def read(self) -> KeyRoles:
        item = self._db.get(self._table, _KEY)
        return KeyRoles(self._first) if item is None else _roles(item)

    def replace(self, before: KeyRoles, after: KeyRoles) -> None:
        """Change the roles if they are still as they were read; ChangedMeanwhile when they are not."""
        condition, values = "attribute_not_exists(#pk)", {}
        if before.changed_at:
            condition, values = " AND ".join(f"#{name} = :{name}" for name in KeyRoles._fields), before._asdict()
        item = {"pk": _KEY} | after._asdict()
        try:
            self._db.write(put(self._table, item, condition=condition, values=values))
        except ConditionFailed:
            raise ChangedMeanwhile from None


_roles = reader(KeyRoles)
