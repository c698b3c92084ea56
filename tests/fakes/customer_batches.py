"""The Customers table of the import, in memory; and how many of them are registered."""

from collections.abc import Iterable, Iterator, Sequence

from utenza.tables.customer_batches import CustomerBatches, Item
from utenza.tables.customers import key
from utenza.tables.registered import RegisteredCustomers


class FakeCustomerBatches(CustomerBatches):
    """`written` are the keys of all writes, in order."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self.written: list[str] = []

    def read(self, keys: Iterable[str]) -> dict[str, Item]:
        return {each: self.items[each] for each in keys if each in self.items}

    def put(self, items: Iterable[Item]) -> None:
        for item in items:
            self._write(item["pk"], item)

    def replace(self, before: Item | None, after: Item | None) -> bool:
        item = after or before
        if item is None or self.items.get(item["pk"]) != before:
            return item is None
        self._write(item["pk"], after)
        return True

    def statuses(self, supplier: str) -> Iterator[tuple[str, bool]]:
        yield from ((pk, item["status"] != "closed") for pk, item in self._of(supplier))

    def count_active(self, supplier: str) -> int:
        return sum(item["status"] == "active" for _, item in self._of(supplier))

    def _of(self, supplier: str) -> list[tuple[str, Item]]:
        return [(pk, item) for pk, item in self.items.items() if pk.startswith(key(supplier, ""))]

    def _write(self, pk: str, item: Item | None) -> None:
        self.written.append(pk)
        if item is None:
            del self.items[pk]
        else:
            self.items[pk] = dict(item)


class FakeRegisteredCustomers(RegisteredCustomers):
    def __init__(self, *customers: tuple[str, str]) -> None:
        self.customers = set(customers)

    def among(self, supplier: str, codes: Sequence[str]) -> int:
        return sum((supplier, code) in self.customers for code in codes)

    def count(self, supplier: str) -> int:
        return sum(each[0] == supplier for each in self.customers)
