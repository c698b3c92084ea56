"""An import that is killed in the middle, and begun again."""

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tools.local_stack.places import environment
from tools.local_stack.stack import LocalStack
from tools.paths import ROOT

_SECONDS = 60


class Row(NamedTuple):
    supplier: str
    code: str
    phone: str


def write(export: Path, source: Path) -> list[Row]:
    """Write an export with the customers of another one, each with another phone number; return the new records."""
    rows = []
    with (
        source.open(encoding="utf-8", newline="") as lines,
        export.open("w", encoding="utf-8", newline="") as output,
    ):
        reader = csv.DictReader(lines, delimiter=";")
        writer = csv.DictWriter(output, reader.fieldnames or (), delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        for number, row in enumerate(reader):
            row["TELEFONO"] = f"+39 347 {number:07}"
            writer.writerow(row)
            rows.append(Row(row["FORNITORE"], row["COD_CLIENTE"], f"+39347{number:07}"))
    return rows


class KilledImport:
    """`make import FILE=…` into a stack, reached by way of `endpoint`; `rows` are what it shall leave behind."""

    def __init__(self, stack: LocalStack, endpoint: str, source: Path) -> None:
        self._stack = stack
        self._export = source.with_name("again.csv")
        self.rows = write(self._export, source)
        self._command = [sys.executable, "-m", "tools.import_customers", str(self._export), "--endpoint", endpoint]

    def kill_in_the_middle(self) -> int:
        """Begin the import and kill it when some rows are written; return how many are, 0 if it was too fast."""
        process = self._start()
        deadline = time.monotonic() + _SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            if self._done() > 0:
                os.killpg(process.pid, signal.SIGKILL)
                break
        process.wait()
        done = self._done()
        return done if done < len(self.rows) else 0

    def run(self) -> int:
        """Begin it again, and return its exit status."""
        return self._start().wait(_SECONDS)

    def missing(self) -> list[str]:
        """Return the codes of those who do not have the new record."""
        phones = self._phones()
        return [row.code for row in self.rows if phones.get((row.supplier, row.code)) != row.phone]

    def _done(self) -> int:
        return len(self.rows) - len(self.missing())

    def _phones(self) -> dict[tuple[str, str], str]:
        return {
            (item["supplier"]["S"], item["code"]["S"]): item.get("phone", {}).get("S", "")
            for item in scan(self._stack, "CustomersTable")
        }

    def _start(self) -> subprocess.Popen[bytes]:
        with (self._stack.places.logs / "killed-import.log").open("ab") as log:
            # A group of its own: its worker processes die with it, as with their machine.
            return subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=environment(PYTHONPATH="layers/common:functions"),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


def scan(stack: LocalStack, output: str) -> Sequence[Any]:
    """Return all items of the table that an output names, as DynamoDB writes them."""
    pages = (
        stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.outputs[output], ConsistentRead=True)
    )
    return [item for page in pages for item in page["Items"]]
