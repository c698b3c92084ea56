"""An hourly budget in memory."""

from collections import Counter

from utenza.limits.hourly import HourlyBudget


class FakeHourlyBudget(HourlyBudget):
    def __init__(self, most: int) -> None:
        self.counted: Counter[int] = Counter()
        self._most = most

    def count(self, *, now: int) -> bool:
        hour = now // 3600
        if self.counted[hour] >= self._most:
            return False
        self.counted[hour] += 1
        return True

    def give_back(self, *, now: int) -> None:
        hour = now // 3600
        self.counted[hour] = max(0, self.counted[hour] - 1)
