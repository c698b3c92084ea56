"""What one process does for an import: it checks rows, keeps their customers, and loads those that are picked."""

from collections import Counter, deque
from collections.abc import Sequence
from typing import NamedTuple

from tools.import_customers.columns import Header
from tools.import_customers.loading import Loader
from tools.import_customers.records import Record
from tools.import_customers.rows import Rejected, to_row
from tools.import_customers.seen import Fingerprint, fingerprint
from utenza.customers.record import Customer


class Refusal(NamedTuple):
    """What `Rejected` says; an exception would not come through a pipe."""

    field: str
    code: str


class Checked(NamedTuple):
    """A good row: whose it is, and which of phone and e-mail were wrong and are left out."""

    fingerprint: Fingerprint
    left_out: Sequence[str]


type Outcome = Checked | Refusal


class Worker:
    """Knows how the rows of one file are read, and where they go."""

    def __init__(self, header: Header, supplier: str | None, loader: Loader) -> None:
        self._header, self._supplier, self._loader = header, supplier, loader
        self._kept: deque[list[Customer | None]] = deque()

    def check(self, chunk: Sequence[Record]) -> list[Outcome]:
        """Return what became of each record; the customers are kept until `load` is called for this chunk."""
        outcomes, kept = [], []
        for record in chunk:
            outcome, customer = self._checked(record)
            outcomes.append(outcome)
            kept.append(customer)
        self._kept.append(kept)
        return outcomes

    def load(self, picked: Sequence[int]) -> None:
        """Load these of the oldest chunk that is kept, and forget the others; raises Stopped or Overloaded."""
        customers = self._kept.popleft()
        for place in picked:
            if customer := customers[place]:
                self._loader.add(customer)

    def finish(self) -> None:
        """Wait until everything is in the table; raises as `load`."""
        self._loader.finish()

    def close(self) -> Counter[str]:
        """Let the batches that are under way end, and return what was done."""
        self._loader.close()
        return self._loader.counts

    def _checked(self, record: Record) -> tuple[Outcome, Customer | None]:
        try:
            row = to_row(record, self._header, self._supplier)
        except Rejected as rejected:
            return Refusal(rejected.field, rejected.code), None
        return Checked(fingerprint(row.customer), row.left_out), row.customer
