"""A whole import on fakes: files with times of their own, applied step by step as the command line and AWS do."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from crm_import import flow
from crm_import.exchange import Exchange
from crm_import.flow import Dependencies, Request
from crm_import.guard import Limits
from crm_import.mapping import load
from crm_import.runs import Mode, Run
from crm_import.source import LocalFile, Source
from tests.fakes.customer_batches import FakeCustomerBatches, FakeRegisteredCustomers
from tests.fakes.objects import FakeObjects
from utenza.tables.customer_batches import CustomerBatches, Item

SUPPLIER = "unogas-energia"
HEADER = "COD_CLIENTE;FORNITORE;TIPO;COGNOME;NOME;RAGIONE_SOCIALE;COD_FISCALE;PARTITA_IVA;TELEFONO;EMAIL;STATO"
NO_LIMITS = Limits(10**9, 100.0, 10**9, 100.0, 0.0, 100.0)
START = 1_800_000_000
NOW = START + 10**6


class File(NamedTuple):
    """A file of an hour: surnames by the last digits of the customer code; "-" marks a closed customer."""

    mode: Mode
    hour: int
    rows: Mapping[int, str]


def code_of(number: int) -> str:
    return f"001{number:08}"


def row(number: int, name: str) -> str:
    status = "CESSATO" if name.endswith("-") else "ATTIVO"
    return f"{code_of(number)};{SUPPLIER};F;{name.rstrip('-')};MARIO;;RSSMRA85T10H501O;;;;{status}"


class Engine:
    """Everything that an import needs, in memory but for the files."""

    def __init__(self, folder: Path, *, limits: Limits = NO_LIMITS, part_rows: int = 3) -> None:
        self.folder = folder
        self.objects = FakeObjects()
        self.table = FakeCustomerBatches()
        self.registered = FakeRegisteredCustomers()
        self.limits, self.part_rows = limits, part_rows

    def dependencies(self, *, objects: FakeObjects | None = None, table: CustomerBatches | None = None) -> Dependencies:
        exchange = Exchange(objects or self.objects)
        customers = table or self.table
        return Dependencies(exchange, customers, self.registered, load(), self.limits, None, self.part_rows)

    def write(self, file: File, *raw: str) -> Path:
        path = self.folder / f"{file.mode}-{file.hour}.csv"
        lines = [HEADER, *(row(number, name) for number, name in file.rows.items()), *raw]
        path.write_text("".join(f"{line}\r\n" for line in lines), encoding="utf-8")
        os.utime(path, (START + 3600 * file.hour,) * 2)
        return path

    def source(self, file: File, *raw: str) -> Source:
        return LocalFile(self.write(file, *raw))

    def survey(self, file: File, *raw: str, dependencies: Dependencies | None = None) -> Run:
        request = Request(SUPPLIER, file.mode, "crm")
        return flow.survey(
            request, self.source(file, *raw), dependencies or self.dependencies(), self.folder / "rejects.csv", now=NOW
        )

    def load(self, file: File, *raw: str, approved_by: str = "", dependencies: Dependencies | None = None) -> Run:
        """Run all steps and return the run as it is then."""
        return self.load_source(file.mode, self.source(file, *raw), approved_by=approved_by, dependencies=dependencies)

    def load_source(
        self, mode: Mode, source: Source, *, approved_by: str = "", dependencies: Dependencies | None = None
    ) -> Run:
        given, request = dependencies or self.dependencies(), Request(SUPPLIER, mode, "crm", approved_by)
        run = flow.survey(request, source, given, self.folder / "rejects.csv", now=NOW)
        return run if run.status == "applied" else self.go_on(run, source, given)

    def go_on(self, run: Run, source: Source, given: Dependencies) -> Run:
        """Run all steps behind the survey."""
        run = flow.judge(run, given)
        if run.status == "held":
            return flow.finish(run, given, now=NOW)
        for number in range(1, run.parts + 1):
            flow.apply(number, run, source, given)
        for number in range(1, run.cease_parts + 1):
            flow.cease(number, run, given)
        return flow.finish(run, given, now=NOW)

    def names(self) -> dict[int, str]:
        """Return surnames as in `File.rows`."""
        return {int(item["code"][3:]): _name(item) for item in self.table.items.values()}

    def active(self) -> dict[int, str]:
        return {number: name for number, name in self.names().items() if not name.endswith("-")}


def _name(item: Item) -> str:
    return item["last_name"] + ("-" if item.get("status") == "closed" else "")


def expected(files: Sequence[File]) -> dict[int, str]:
    """Return who is active after these files, one after the other."""
    names: dict[int, str] = {}
    for file in sorted(files, key=lambda each: each.hour):
        names = dict(file.rows) if file.mode == "full" else {**names, **file.rows}
    return {number: name for number, name in names.items() if not name.endswith("-")}
