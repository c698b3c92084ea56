"""Reads the whole file once and finds out what applying it would do, without writing to the table.

Memory is the same for any number of rows: what is compared is in a temporary database, and the plan in parts.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import batched, islice, pairwise
from pathlib import Path
from typing import NamedTuple

from crm_import.checking import Checked as GoodRow
from crm_import.checking import Checker, Outcome, Refusal
from crm_import.columns import Header, column_of
from crm_import.exchange import Exchange
from crm_import.loading import Found, Item
from crm_import.manifests import UNKNOWN, Entry, digest_text
from crm_import.offsets import Offsets, first_byte
from crm_import.records import Record, records
from crm_import.rejects import Rejects
from crm_import.runs import LeftOut, Numbers, Part, Run
from crm_import.staging import Staging
from crm_import.survey import Survey
from crm_import.worker_pool import CreateLoader, WorkerPool
from utenza.tables.customer_batches import CustomerBatches
from utenza.tables.registered import RegisteredCustomers

PART_ROWS = 20_000
CEASE_CODES = 2_000
LINES_NAMED = 5


class Reading(NamedTuple):
    """A file, how to read it, and which of its rows are meant: `others` and `only_own` are those of Checker."""

    path: Path
    survey: Survey
    header: Header
    rejects: Rejects
    others: frozenset[str] = frozenset()
    only_own: bool = False


class Surveyor:
    """Surveys one file for one run. `step` is told of rows that are done."""

    def __init__(
        self,
        run: Run,
        exchange: Exchange,
        customers: CustomerBatches,
        registered: RegisteredCustomers | None,
        step: Callable[[int], object],
        *,
        part_rows: int = PART_ROWS,
    ) -> None:
        self._run, self._exchange, self._customers, self._registered = run, exchange, customers, registered
        self._step = step
        self._part_rows = part_rows
        self._counts: Counter[str] = Counter()
        self._left_out: dict[str, LeftOut] = {}
        self._lines: dict[str, int] = {}  # of the items that are being compared
        self._starts: list[tuple[int, int]] = []  # of the parts: byte and line

    def survey(self, reading: Reading, create_comparer: CreateLoader[list[Found]], *, trusts: bool) -> Run:
        """Write the plan and return the run with its numbers; raises Stopped.

        Without `trusts` the table says what is known, not the manifests. Nobody is gone for sure, and nobody ceases,
        while there are rows whose customer code cannot be read.
        """
        with closing(Staging()) as staging:
            last_rows, settles = self._know(staging, trusts=trusts)
            self._read(reading, staging, create_comparer)
            keeps = self._run.mode != "full" or self._counts["unidentified"] > 0
            gone = 0 if self._run.mode != "full" else staging.count_gone()
            numbers = Numbers.model_validate(
                {
                    **{name: self._counts[name] for name in Numbers.model_fields if name in self._counts},
                    "ceasing": self._counts["ceasing"] + (0 if keeps else gone),
                    "gone": 0 if keeps else gone,
                    "kept": gone if keeps else 0,
                    "active": staging.active if self._run.mode == "full" else -1,
                    "last_rows": last_rows,
                }
            )
            return self._plan(reading, staging, numbers, settles, keeps=keeps)

    def _know(self, staging: Staging, *, trusts: bool) -> tuple[int, list[str]]:
        """Stage what is known; return the rows of the last full file, as `_last_rows`, and the open runs to settle."""
        supplier, own = self._run.supplier, self._run.id
        applied, opened = self._exchange.applied(supplier), self._exchange.opened(supplier)
        later = [each for each in applied if each > own]
        for each in later:
            with self._exchange.manifest(supplier, each) as (_, entries):
                staging.supersede(entries)
        if self._run.mode != "full":
            return -1, []  # every row is compared with the table
        earlier = [each for each in applied if each <= own]
        last_full = max((each for each in earlier if "-full-" in each), default="")
        for each in (each for each in earlier if trusts and last_full and last_full <= each):
            with self._exchange.manifest(supplier, each) as (_, entries):
                staging.know(entries)
        if not (last_full and trusts):
            prefix = len(f"{supplier}#")
            staging.know(Entry(pk[prefix:], UNKNOWN, active) for pk, active in self._customers.statuses(supplier))
        for each in opened:
            with self._exchange.manifest(supplier, each, is_open=True) as (_, entries):
                staging.doubt(entries)
        return self._last_rows(earlier), opened

    def _last_rows(self, earlier: Sequence[str]) -> int:
        """Return the rows of the last full file, which was not undone; -1 without one."""
        last = self._exchange.last_full(self._run.supplier, earlier)
        if not last:
            return -1
        with self._exchange.manifest(self._run.supplier, last) as (rows, _):
            return rows

    def _read(self, reading: Reading, staging: Staging, create_comparer: CreateLoader[list[Found]]) -> None:
        checker = Checker(reading.header, self._run.supplier, reading.others, only_own=reading.only_own)
        pool = WorkerPool(checker, create_comparer, reading.survey.rows, lambda found: self._take(found, staging))
        with pool:
            for chunk in pool.check(self._records(reading)):
                pool.load(list(self._candidates(chunk, staging, reading)))
                self._step(len(chunk))
            pool.finish()

    def _records(self, reading: Reading) -> Iterator[Record]:
        found, header = reading.survey, reading.header
        with reading.path.open("rb") as file:
            start = first_byte(found.encoding, file.read(3))
        offsets = Offsets(found.encoding, start)
        with reading.path.open(encoding=found.encoding, newline=found.newline) as lines:
            followed = islice(offsets.follow(lines), found.header_line, None)
            rows = records(followed, header.delimiter, width=len(header.names), first_line=found.header_line + 1)
            for number, record in enumerate(rows):
                if number % self._part_rows == 0:
                    self._starts.append((offsets.of(record.line), record.line))
                yield record

    def _candidates(
        self, chunk: Sequence[tuple[Record, Outcome]], staging: Staging, reading: Reading
    ) -> Iterator[Item]:
        """Yield the items that may differ from the table, and note what becomes of the other rows."""
        for record, row in chunk:
            if isinstance(row, Refusal):
                self._reject(record, row, staging, reading)
            elif isinstance(row, GoodRow):
                self._counts["rows"] += 1
                yield from self._good(record, row, staging, reading)

    def _good(self, record: Record, row: GoodRow, staging: Staging, reading: Reading) -> Iterator[Item]:
        item = row.item
        entry = Entry(item["code"], digest_text(row.fingerprint[1]), item["status"] == "active")
        if staging.is_superseded(entry.code):
            self._counts["superseded"] += 1
            return
        match staging.see(entry):
            case "same":
                self._counts["repeated"] += 1
            case "different":
                self._counts["rejected"] += 1
                reading.rejects.add(record, column_of(reading.header, "customer_code"), "conflicting_duplicate")
            case "new":
                self._note_left_out(record, row)
                if staging.is_known(entry):
                    self._counts["unchanged"] += 1
                else:
                    self._lines[item["pk"]] = record.line
                    yield item

    def _note_left_out(self, record: Record, row: GoodRow) -> None:
        for field in row.left_out:
            known = self._left_out.get(field, LeftOut(rows=0, lines=()))
            lines = [*known.lines, record.line][:LINES_NAMED]
            self._left_out[field] = LeftOut(rows=known.rows + 1, lines=lines)

    def _reject(self, record: Record, row: Refusal, staging: Staging, reading: Reading) -> None:
        self._counts.update(rows=1, rejected=1, unidentified=not row.customer)
        if row.customer:
            staging.spare(row.customer)
        reading.rejects.add(record, column_of(reading.header, row.field), row.code)

    def _take(self, found: Sequence[Found], staging: Staging) -> None:
        """Note how items compare with the table."""
        hands = []
        for each in found:
            line = self._lines.pop(each.pk)
            self._counts[each.outcome] += 1
            self._counts["ceasing"] += each.ceases
            code = each.pk.removeprefix(f"{self._run.supplier}#")
            if each.outcome != "unchanged":
                staging.change(line, code)
            if each.changes_hands:
                hands.append(code)
        if hands:
            known = self._registered
            self._counts["changing_hands"] += known.among(self._run.supplier, hands) if known else len(hands)

    def _plan(self, reading: Reading, staging: Staging, numbers: Numbers, settles: list[str], *, keeps: bool) -> Run:
        run, parts, cease_parts = self._run, 0, 0
        bounds = [*self._starts, (reading.path.stat().st_size, 1 << 62)]
        for (start, first_line), (end, end_line) in pairwise(bounds):
            lines = staging.changed_lines(first_line, end_line)
            if lines:
                parts += 1
                part = Part(start=start, end=end, first_line=first_line, lines=lines)
                self._exchange.plan(run, parts, part)
        gone: Iterator[str] = iter(()) if keeps else staging.gone()
        for codes in batched(gone, CEASE_CODES, strict=False):
            cease_parts += 1
            self._exchange.plan_ceasing(run, cease_parts, codes)
        touched = staging.touched(iter(()) if keeps else staging.gone())
        entries = staging.manifest(with_gone=keeps and run.mode == "full")
        self._exchange.prepare(run, entries, numbers.rows, touched)
        rejected = {f"{code} {field}".strip(): count for (field, code), count in reading.rejects.reasons.most_common()}
        surveyed = {
            "encoding": reading.survey.encoding,
            "newline": reading.survey.newline,
            "header": reading.survey.header,
            "numbers": numbers,
            "parts": parts,
            "cease_parts": cease_parts,
            "rejects": rejected,
            "left_out": self._left_out,
            "settles": settles,
        }
        run = run.model_copy(update=surveyed)
        self._exchange.list_parts(run)
        return run
