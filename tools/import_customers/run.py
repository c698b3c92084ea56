"""One import from the first line to the last: read, check, count, hand over."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

from tools.import_customers.checking import Outcome, Refusal, Worker
from tools.import_customers.columns import Header, understand
from tools.import_customers.crew import Crew
from tools.import_customers.loading import Loader
from tools.import_customers.mapping import SupplierMapping
from tools.import_customers.progress import Progress
from tools.import_customers.records import Record, records
from tools.import_customers.rejects import Rejects
from tools.import_customers.seen import Seen
from tools.import_customers.survey import NotAnExport, survey

_LINES_NAMED = 5


class Import:
    """A file that is known to be an export; NotAnExport when it is not."""

    def __init__(self, path: Path, mappings: Sequence[SupplierMapping], supplier: str | None, rejects: Path) -> None:
        self._path = path
        self._survey = survey(path)
        self._header, self._supplier = _choose(self._survey.header, mappings, supplier)
        self._progress: Progress | None = None
        self._repeated = 0
        self._left_out: dict[str, list[int]] = {}
        self.rejects = Rejects(rejects, self._header.names)

    @property
    def done(self) -> int:
        return self._progress.done if self._progress else 0

    def run(self, loader: Loader) -> None:
        """Hand every good row over to the loader, and wait until it has them."""
        worker = Worker(self._header, self._supplier, loader)
        with (
            Crew(worker, loader, self._survey.rows) as crew,
            Progress(self._survey.rows) as self._progress,
            closing(Seen()) as seen,
        ):
            for chunk, load in crew.check(self._records()):
                load([place for place, (record, row) in enumerate(chunk) if self._takes(record, row, seen)])
                self._progress.step(len(chunk))
            crew.finish()

    def close(self) -> None:
        self.rejects.close()

    def summary(self, counts: Mapping[str, int], *, dry_run: bool) -> str:
        """Return what became of the rows, for people."""
        seconds = self._progress.seconds if self._progress else 0.0
        rejected = self.rejects.reasons
        lines = [
            f"{self.done:,} rows in {seconds:.1f} s ({self.done / max(seconds, 0.001):,.0f} a second), "
            f"{'Windows-1252' if self._survey.encoding == 'cp1252' else 'UTF-8'}, {self._header.separated_by}",
            *(f"  {name:<10}{counts.get(name, 0):>10,}" for name in ("new", "changed", "unchanged")),
            f"  {'repeated':<10}{self._repeated:>10,}",
            f"  {'rejected':<10}{rejected.total():>10,}" + (f"  -> {self.rejects.path}" if rejected else ""),
            *(f"    {number:>8,}  {code} {field}".rstrip() for (field, code), number in rejected.most_common()),
            *(_left_out(field, at) for field, at in self._left_out.items()),
        ]
        if self._header.ignored:
            lines.append(f"  columns not used: {', '.join(self._header.ignored)}")
        if dry_run:
            lines.append("Dry run: nothing was written to the table.")
        return "\n".join(lines)

    def _records(self) -> Iterator[Record]:
        with self._path.open(encoding=self._survey.encoding, newline="\n") as lines:
            first = self._survey.header_line
            rest = islice(lines, first, None)
            yield from records(rest, self._header.delimiter, width=len(self._header.names), first_line=first + 1)

    def _takes(self, record: Record, row: Outcome, seen: Seen) -> bool:
        """Tell whether a row is to be loaded, and write down why not."""
        if isinstance(row, Refusal):
            self._reject(record, row.field, row.code)
            return False
        match seen.add(row.fingerprint):
            case "same":
                self._repeated += 1
                return False
            case "different":
                self._reject(record, "customer_code", "conflicting_duplicate")
                return False
        for field in row.left_out:
            self._left_out.setdefault(field, []).append(record.line)
        return True

    def _reject(self, record: Record, field: str, code: str) -> None:
        """Write it down with the name that the export gives to the field."""
        layouts = self._header.layouts.values()
        at = next((layout.positions[field] for layout in layouts if field in layout.positions), None)
        self.rejects.add(record, "" if at is None else self._header.names[at], code)


def _left_out(field: str, at: Sequence[int]) -> str:
    lines = ", ".join(map(str, at[:_LINES_NAMED])) + (", …" if len(at) > _LINES_NAMED else "")
    return f"  loaded without {field}, which is wrong: {len(at):,} (line {lines})"


def _choose(line: str, mappings: Sequence[SupplierMapping], supplier: str | None) -> tuple[Header, str | None]:
    """Return the header, and the only supplier there can be, if so."""
    chosen = [each for each in mappings if supplier in (None, each.supplier)]
    if not chosen:
        raise NotAnExport(f"there is no supplier {supplier}: suppliers.toml has {_ids(mappings)}")
    header = understand(line, chosen)
    if header.supplier_at is None and len(chosen) > 1:
        raise NotAnExport(f"no column says the supplier: say --supplier with one of {_ids(mappings)}")
    return header, chosen[0].supplier if len(chosen) == 1 else None


def _ids(mappings: Sequence[SupplierMapping]) -> str:
    return ", ".join(each.supplier for each in mappings)
