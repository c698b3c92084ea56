"""Reminders in memory: the last one of each customer code."""

from utenza.tables.reminders import Reminders


class FakeReminders(Reminders):
    def __init__(self) -> None:
        self.requested: dict[tuple[str, str], str | None] = {}

    def request(self, supplier: str, customer_code: str, account_id: str | None, *, now: int) -> None:
        self.requested[supplier, customer_code] = account_id
