"""How many attempts are free, and how fast they come back (docs/adr/0011-leaky-buckets.md).

A leaky bucket, kept as the generic cell rate algorithm does (ITU-T I.371): of each subject one moment is stored, at
which all that was counted has leaked out.
"""

from typing import NamedTuple


class Limit(NamedTuple):
    """So many attempts at once, and one more every `interval` seconds; both at least 1.

    With `in_a_row`, also so many without a success between them, however long they take; 0 sets no such limit.
    """

    capacity: int
    interval: int
    in_a_row: int = 0

    def used(self, drained_at: int, now: int) -> int:
        """Return how many attempts of a bucket that is empty at `drained_at` count at this moment."""
        return max(0, -((now - drained_at) // self.interval))

    def wait(self, drained_at: int, now: int) -> int:
        """Return the seconds until there is room for one more attempt, 0 when there is."""
        return max(0, drained_at - self.latest(now))

    def latest(self, now: int) -> int:
        """Return the latest `drained_at` that leaves room for one more attempt."""
        return now + (self.capacity - 1) * self.interval

    def is_used_up(self, in_a_row: int) -> bool:
        """Tell whether so many attempts in a row are all that there are; no wait helps then."""
        return 0 < self.in_a_row <= in_a_row

    def is_negligible(self, used: int) -> bool:
        """Tell whether so many counted attempts are not worth a write that takes one of them back."""
        return 10 * used <= self.capacity

    def times(self, factor: int) -> "Limit":
        """Return the limit that allows so many times as many attempts at once and in the long run."""
        return Limit(self.capacity * factor, max(1, self.interval // factor))
