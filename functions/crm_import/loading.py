"""Loads customers into the table: reads up to 100 at a time, and writes those that are new or have changed."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import batched
from typing import Any, Literal, NamedTuple

from utenza.customers import matching
from utenza.customers.record import summary_of
from utenza.errors import Stopped
from utenza.tables.customer_batches import CustomerBatches, Item, Overloaded
from utenza.tables.customers import from_item

__all__ = ["Comparer", "Found", "Item", "Loader", "Overloaded", "Stopped", "is_active"]

_THREADS = 5  # requests at once: the batches of one task of the worker pool
_BATCH = 100  # items that DynamoDB reads at once
CLIENT_SETTINGS: dict[str, Any] = {
    "max_pool_connections": _THREADS,
    "read_timeout": 20,
    "retries": {"mode": "standard", "total_max_attempts": 8},
    "parameter_validation": False,  # takes as long as all the rest of a call, and every item comes from `to_item`
}


class Loader:
    """Loads items with a client of its own, which several threads share."""

    def __init__(self, customers: CustomerBatches, *, writes: bool) -> None:
        self._customers = customers
        self._writes = writes
        self._threads = ThreadPoolExecutor(_THREADS)

    def load(self, items: Sequence[Item]) -> Counter[str]:
        """Load items with different keys, and return how many are new, changed and unchanged.

        Without `writes` only compare them with the table. Raises Stopped and Overloaded.
        """
        return sum(self._threads.map(self._load_batch, batched(items, _BATCH, strict=False)), Counter())

    def _load_batch(self, batch: Sequence[Item]) -> Counter[str]:
        stored = self._customers.read(item["pk"] for item in batch)
        to_write = [item for item in batch if stored.get(item["pk"]) != item]
        if self._writes:
            self._customers.put(to_write)
        new = sum(item["pk"] not in stored for item in to_write)
        return Counter(new=new, changed=len(to_write) - new, unchanged=len(batch) - len(to_write))


class Found(NamedTuple):
    """How an item compares with the stored one; `ceases` and `changes_hands` say what writing it would do."""

    pk: str
    outcome: Literal["new", "changed", "unchanged"]
    ceases: bool = False
    changes_hands: bool = False


class Comparer:
    """Compares items with the table and writes nothing."""

    def __init__(self, customers: CustomerBatches) -> None:
        self._customers = customers
        self._threads = ThreadPoolExecutor(_THREADS)

    def load(self, items: Sequence[Item]) -> list[Found]:
        """Return how each item compares; raises Stopped."""
        found = self._threads.map(self._compare, batched(items, _BATCH, strict=False))
        return [each for some in found for each in some]

    def _compare(self, batch: Sequence[Item]) -> list[Found]:
        stored = self._customers.read(item["pk"] for item in batch)
        return [compare(stored.get(item["pk"]), item) for item in batch]


def compare(before: Item | None, after: Item) -> Found:
    if before is None:
        return Found(after["pk"], "new")
    if before == after:
        return Found(after["pk"], "unchanged")
    ceases = is_active(before) and not is_active(after)
    return Found(after["pk"], "changed", ceases, _changes_hands(before, after))


def is_active(item: Item) -> bool:
    """Tell whether a stored record is active; the oldest ones have no status."""
    return item.get("status") != "closed"


def _changes_hands(before: Item, after: Item) -> bool:
    """Tell whether two records are of different people, by the rule of `tokens.holder.has_changed_hands`."""
    old, new = from_item(before), from_item(after)
    in_common = {old.codice_fiscale, old.partita_iva} & {new.codice_fiscale, new.partita_iva} - {""}
    return not in_common and not matching.is_name_of(summary_of(old).name, new)
