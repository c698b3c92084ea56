"""One import: reads the file, has its rows checked and loaded, and counts the outcomes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

from crm_import.checking import Checker, Outcome, Refusal
from crm_import.columns import Header, understand
from crm_import.loading import Item
from crm_import.mapping import SupplierMapping
from crm_import.records import Record, records
from crm_import.rejects import Rejects
from crm_import.seen import Seen
from crm_import.survey import NotAnExport, survey
from crm_import.worker_pool import CreateLoader, WorkerPool
from tools.import_customers.progress import Progress

_LINES_NAMED = 5


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
        self._header, self._supplier = _choose(self._survey.header, suppliers, supplier)
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
        seconds = self._progress.seconds if self._progress else 0.0
        rejected = self.rejects.reasons
        lines = [
            f"{self.done:,} rows in {seconds:.1f} s ({self.done / max(seconds, 0.001):,.0f} rows/s), "
            f"{self._survey.encoding_label}, {self._header.separated_by}",
            *(f"  {name:<10}{self.counts[name]:>10,}" for name in ("new", "changed", "unchanged", "repeated")),
            f"  {'rejected':<10}{rejected.total():>10,}" + (f"  -> {self.rejects.path}" if rejected else ""),
            *(f"    {number:>8,}  {code} {field}".rstrip() for (field, code), number in rejected.most_common()),
            *(_left_out(field, lines) for field, lines in self._left_out.items()),
        ]
        if self._header.ignored:
            lines.append(f"  columns not used: {', '.join(self._header.ignored)}")
        if dry_run:
            lines.append("Dry run: nothing was written to the table.")
        return "\n".join(lines)

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
                continue
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
        layouts = self._header.layouts.values()
        at = next((layout.positions[field] for layout in layouts if field in layout.positions), None)
        self.rejects.add(record, "" if at is None else self._header.names[at], code)


def _left_out(field: str, lines: Sequence[int]) -> str:
    numbers = ", ".join(map(str, lines[:_LINES_NAMED])) + (", …" if len(lines) > _LINES_NAMED else "")
    return f"  loaded without a wrong {field}: {len(lines):,} (line {numbers})"


def _choose(line: str, suppliers: Sequence[SupplierMapping], supplier: str | None) -> tuple[Header, str | None]:
    """Return the header, and the supplier if there can be only one; raises NotAnExport."""
    chosen = [each for each in suppliers if supplier in (None, each.id)]
    if not chosen:
        raise NotAnExport(f"there is no supplier {supplier}: suppliers.toml has {_ids(suppliers)}")
    header = understand(line, chosen)
    if header.supplier_at is None and len(chosen) > 1:
        raise NotAnExport(f"no column names the supplier: add --supplier with one of {_ids(suppliers)}")
    return header, chosen[0].id if len(chosen) == 1 else None


def _ids(suppliers: Sequence[SupplierMapping]) -> str:
    return ", ".join(each.id for each in suppliers)
