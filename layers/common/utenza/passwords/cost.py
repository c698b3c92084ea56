"""What one Argon2id hash costs, and which costs are sane. It loads no argon2, for settings name a cost too."""

from typing import NamedTuple

_MOST_MEMORY_KIB = 256 * 1024
_MOST_ITERATIONS = 10
_MOST_PARALLELISM = 4


class Cost(NamedTuple):
    """Argon2's parameters; memory in KiB, at least 8 for each lane, at most 256 MiB, 10 iterations and 4 lanes."""

    memory_kib: int
    iterations: int
    parallelism: int

    def is_sane(self) -> bool:
        """Tell whether one hash at this cost is neither impossible nor able to exhaust a function."""
        return (
            8 * self.parallelism <= self.memory_kib <= _MOST_MEMORY_KIB
            and 1 <= self.iterations <= _MOST_ITERATIONS
            and 1 <= self.parallelism <= _MOST_PARALLELISM
        )
