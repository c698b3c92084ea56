"""How many attempts are free, and how the waits grow after them (docs/adr/0005-attempts.md)."""

from typing import NamedTuple


class Limit(NamedTuple):
    """So many attempts are free; then a wait that doubles up to a maximum. All but `free` in seconds; all at least 1.

    After `memory` seconds without a counted attempt all is forgotten.
    """

    free: int
    first_wait: int
    max_wait: int
    memory: int

    def is_negligible(self, counted: int) -> bool:
        """Tell whether so many counted attempts are not worth a write that takes one of them back."""
        return 10 * counted <= self.free

    def wait(self, attempts: int) -> int:
        """Return how long after the last of so many attempts the next one is refused."""
        if attempts < self.free:
            return 0
        doublings = min(attempts - self.free, 32)  # far beyond any maximum
        return min(self.first_wait << doublings, self.max_wait)
