"""What a login begins with: the hash that the password is compared with, and how many wrong ones there were before.

Both in one request, the same for an address that nobody has.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from utenza.dynamodb import DynamoDb
from utenza.limits.counter import Attempts, Bucket
from utenza.limits.subjects import Subject
from utenza.tables import keys
from utenza.tables.accounts import Login
from utenza.tables.reading import reader


class FoundLogin(NamedTuple):
    """`login` is None for an address that nobody has; `failed` are the strangers' attempts since the last success."""

    login: Login | None
    failed: int


class Logins:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str, attempts: Attempts) -> None:
        self._db = db
        self._table = table
        self._attempts = attempts

    def find(self, supplier: str, email_key: str, subject: Subject, mark: str) -> FoundLogin:
        """Return the login of an address, and the series of a subject without the attempt that has this mark."""
        account, bucket = self._db.get_both(
            (self._table, keys.email(supplier, email_key)), self._attempts.place(subject)
        )
        return FoundLogin(None if account is None else _login(account), failed_before(bucket or {}, mark))


def failed_before(bucket: Mapping[str, Any], mark: str) -> int:
    """Return the attempts in a row that a bucket knows of, without the one that this mark was left by."""
    return max(0, Bucket.of(bucket).in_a_row - (bucket.get("mark") == mark))


_login = reader(Login)
