"""What a login begins with, out of the fake accounts and attempts."""

from tests.fakes.attempts import FakeAttempts
from utenza.limits.counter import Attempts
from utenza.limits.subjects import Subject
from utenza.tables.accounts import Accounts
from utenza.tables.logins import FoundLogin, Logins


class FakeLogins(Logins):
    def __init__(self, accounts: Accounts, attempts: Attempts) -> None:
        assert isinstance(attempts, FakeAttempts)
        self._accounts, self._fake = accounts, attempts

    def find(self, supplier: str, email_key: str, subject: Subject, mark: str) -> FoundLogin:
        bucket = self._fake.buckets.get(subject.key)
        counted = mark != "" and self._fake.marks.get(subject.key) == mark
        failed = max(0, bucket.in_a_row - counted) if bucket else 0
        return FoundLogin(self._accounts.login_of(supplier, email_key), failed)
