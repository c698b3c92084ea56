"""One import: reads the file, has its rows checked and loaded, and counts the outcomes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

from crm_import.checking import Checked, Checker, Outcome, Refusal
from crm_import.columns import choose, column_of
from crm_import.loading import Item
from crm_import.mapping import SupplierMapping
from crm_import.records import Record, records
from crm_import.rejects import Rejects
from crm_import.seen import Seen
from crm_import.survey import survey
from crm_import.worker_pool import CreateLoader, WorkerPool
from tools.import_customers.progress import Progress
from tools.import_customers.summary import Summary


class Import:
    """The import of one file; the constructor reads the whole file once and raises NotAnExport if it is not an export.

    `supplier` is the id of the only supplier to load, None for all; `encoding` is one of `encodings.LABELS`, or empty
    if it is to be recognised. `counts` has the numbers of rows that are new,
    changed, unchanged and repeated.
    """

    def __init__(
        self,
        path: Path,
        suppliers: Sequence[SupplierMapping],
        supplier: str | None,
        rejects: Path,
        *,
        encoding: str = "",
    ) -> None:
        self._path = path
        self._survey = survey(path, encoding)
        self._header, self._supplier = choose(self._survey.header, suppliers, supplier)
        self._progress: Progress | None = None
        self._left_out: dict[str, list[int]] = {}
        self.counts: Counter[str] = Counter()
        self.rejects = Rejects(rejects, self._header.names)

    @property
    def done(self) -> int:
        return self._progress.done if self._progress else 0

    @property
    def outcomes(self) -> dict[str, int]:
        """The number of rows by outcome; loaded are also those that the table had already."""
        loaded = sum(self.counts[name] for name in ("new", "changed", "unchanged"))
        return {"loaded": loaded, "repeated": self.counts["repeated"], "rejected": self.rejects.reasons.total()}

    def run(self, create_loader: CreateLoader[Counter[str]]) -> None:
        """Load every good row and wait until the table has them; raises Stopped."""
        checker = Checker(self._header, self._supplier)
        pool = WorkerPool(checker, create_loader, self._survey.rows, self.counts.update)
        with pool, Progress(self._survey.rows) as self._progress, closing(Seen()) as seen:
            for chunk in pool.check(self._records()):
                pool.load(list(self._items(chunk, seen)))
                self._progress.step(len(chunk))
            pool.finish()

    def close(self) -> None:
        self.rejects.close()

    def summary(self, *, dry_run: bool) -> str:
        """Return the outcomes in several lines, for people."""
        return Summary(
            self.done,
            self._progress.seconds if self._progress else 0.0,
            self._survey.encoding_label,
            self._header.separated_by,
            {name: self.counts[name] for name in ("new", "changed", "unchanged", "repeated")},
            self.rejects.reasons.most_common(),
            self.rejects.path,
            {field: (len(lines), lines) for field, lines in self._left_out.items()},
            self._header.ignored,
        ).text(dry_run=dry_run)

    def _records(self) -> Iterator[Record]:
        with self._path.open(encoding=self._survey.encoding, newline=self._survey.newline) as lines:
            first = self._survey.header_line
            rest = islice(lines, first, None)
            yield from records(rest, self._header.delimiter, width=len(self._header.names), first_line=first + 1)

    def _items(self, chunk: Sequence[tuple[Record, Outcome]], seen: Seen) -> Iterator[Item]:
        """Yield the items to load, and note why the other rows are not."""
        for record, row in chunk:
            if isinstance(row, Refusal):
                self._reject(record, row.field, row.code)
            elif isinstance(row, Checked):
                yield from self._good(record, row, seen)

    def _good(self, record: Record, row: Checked, seen: Seen) -> Iterator[Item]:
        match seen.add(row.fingerprint):
            case "same":
                self.counts["repeated"] += 1
            case "different":
                self._reject(record, "customer_code", "conflicting_duplicate")
            case "new":
                for field in row.left_out:
                    self._left_out.setdefault(field, []).append(record.line)
                yield row.item

    def _reject(self, record: Record, field: str, code: str) -> None:
        """Write the row to the rejects file, with the field's column name in the export."""
        self.rejects.add(record, column_of(self._header, field), code)
