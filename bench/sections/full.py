"""Full files: the first one, two nights, and each step of the state machine alone."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import urllib3

from bench import exports
from bench.environments import INTERPRETER, LAYER, PROGRAMS, WORK, properties, variables
from bench.page import Row, Section, at_most, table
from bench.servers import serving, uvicorn
from bench.turns import Run
from tools.local_stack.places import environment
from tools.paths import BUILD, ROOT

_SUPPLIER, _FEW, _MANY = "unogas-energia", 20_000, 1_000_000
_NIGHTS = ("the first full file", "the same file the next night", "a night: 1 % changed, 0.5 % gone")
_PATH = [BUILD / "CrmImportFunction", LAYER]
_TEXT = """\
`make import ARGS=--full` with an exchange bucket (moto's S3) and a table in memory that answers at once: the first full
file into an empty table, the same file the next night, and a night with a few changes; both from the start of the
process to its end. Then each step of the state machine by itself, in a process of its own on one core, as Lambda does
it: a part is one of those of 20,000 rows that the Distributed Map applies side by side. Memory is the peak of the
process (RSS), disk the most that it has in /tmp. Everything is measured once."""


class Cloud(NamedTuple):
    """Where S3 and the table answer."""

    s3: str
    table: str

    @property
    def endpoints(self) -> dict[str, str]:
        return {"AWS_ENDPOINT_URL": self.s3, "AWS_ENDPOINT_URL_DYNAMODB": self.table}

    def ask(self, what: str) -> dict[str, int]:
        """Ask the table; bench/programs/table.py says what."""
        asked: dict[str, int] = urllib3.request("GET", f"{self.table}/{what}").json()
        return asked

    def bucket(self) -> Any:  # noqa: ANN401 - boto3's
        """Return a new bucket."""
        session = boto3.Session("test", "test", region_name="eu-south-1")
        bucket = session.resource("s3", endpoint_url=self.s3).Bucket(f"bench-{time.time_ns()}")
        bucket.create(CreateBucketConfiguration={"LocationConstraint": "eu-south-1"})
        return bucket


class Step(NamedTuple):
    """A step of the state machine: what it returned, its seconds, and the most MB of memory and of disk."""

    returned: dict[str, Any]
    seconds: float
    memory: float
    disk: float


def measure(run: Run) -> Section:
    rows: list[Row] = []
    more: list[str] = []
    for size in (_FEW,) if run.quick else (_FEW, _MANY):
        files = [_file(size, night) for night in range(len(_NIGHTS))]
        with _cloud() as cloud:
            rows += _nights(run, cloud, files, size)
            cloud.ask("empty")
            steps = _steps(run, cloud, files, size)
        rows += _limits(steps, size)
        more.append(_table_of(steps, size))
    return Section("Full files", _TEXT, rows, more)


@contextlib.contextmanager
def _cloud() -> Iterator[Cloud]:
    moto = [sys.executable, "-m", "moto.server", "-p"]
    with serving(moto, {}) as s3, uvicorn("table:app", PROGRAMS, {}) as served:
        yield Cloud(s3, served)


def _file(size: int, night: int) -> Path:
    """Return the file of a night: the first two have the same rows."""
    path = WORK / f"full-{size}-{night}.csv"
    if not path.exists():
        exports.write(path, size, supplier=_SUPPLIER, night=night == len(_NIGHTS) - 1)
    os.utime(path, (time.time() - 86_400 * (len(_NIGHTS) - night),) * 2)
    return path


def _nights(run: Run, cloud: Cloud, files: list[Path], size: int) -> Iterator[Row]:
    """Import one file after the other by the command line."""
    bucket = cloud.bucket().name
    for what, file in zip(_NIGHTS, files, strict=True):
        cloud.ask("asked")
        command = [sys.executable, "-m", "tools.import_customers", str(file), "--aws", "--full", "--approve"]
        where = [
            "--supplier",
            _SUPPLIER,
            "--table",
            "bench",
            "--bucket",
            bucket,
            "--rejects",
            str(WORK / "rejects.csv"),
        ]
        began = time.perf_counter()
        done = subprocess.run(
            [*command, *where],
            cwd=ROOT,
            env=environment(PYTHONPATH="layers/common:functions", **cloud.endpoints),
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - began
        if done.returncode:
            raise RuntimeError(f"{what}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
        asked = cloud.ask("asked")
        read, written = asked.get("BatchGetItem", 0), asked.get("BatchWriteItem", 0) + asked.get("PutItem", 0)
        measured = f"{read:,} requests to read and {written:,} to write; {size / seconds:,.0f} rows a second"
        run.say(f"{size:,} rows, {what}: {seconds:.1f} s, {measured}")
        yield at_most(f"{size:,} rows, {what}", seconds, None, measured, "s")
        if what == _NIGHTS[1]:
            yield at_most(f"{size:,} rows, {what}: requests to the table", read + written, 0, unit="")


def _steps(run: Run, cloud: Cloud, files: list[Path], size: int) -> dict[str, Step]:
    """Do the steps of a first file and of a night, one part of each."""
    bucket, steps = cloud.bucket(), {}
    for what, file in (("first", files[0]), ("night", files[2])):
        key = f"incoming/{_SUPPLIER}/full/{file.name}"
        bucket.upload_file(str(file), key, ExtraArgs={"Metadata": {"as-of": str(int(file.stat().st_mtime))}})
        given: dict[str, Any] = {"detail": {"object": {"key": key}}}
        for step in ("survey", "guard", "apply", "cease", "finish"):
            if step == "cease" and given["gone"] == "none":
                continue
            work = {**given, "part": 1} if step in {"apply", "cease"} else given
            done = _step(cloud, bucket.name, {"step": step, "input": work, "execution": "bench"})
            steps[f"{what}: {step}"] = done
            run.say(
                f"{size:,} rows, {what}, {step}: {done.seconds:.1f} s, {done.memory:.0f} MB, disk {done.disk:.0f} MB"
            )
            given = done.returned if step in {"survey", "guard"} else given
    return steps


def _step(cloud: Cloud, bucket: str, event: dict[str, Any]) -> Step:
    """Do one step with the variables of the template, as Lambda does; RuntimeError when it fails."""
    with tempfile.TemporaryDirectory(dir=WORK) as scratch:
        given = variables(cloud.s3, _PATH, **cloud.endpoints, EXCHANGE_BUCKET=bucket, TMPDIR=scratch)
        process = subprocess.Popen(
            [INTERPRETER, str(PROGRAMS / "import_step.py"), json.dumps(event)],
            cwd=ROOT,
            env=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        disk = 0.0
        while process.poll() is None:
            disk = max(disk, _disk(process.pid, Path(scratch)))
            time.sleep(0.1)
        printed, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{event['step']}: {printed[-1000:]}{errors[-1000:]}")
    return Step(**json.loads(printed.splitlines()[-1]), disk=disk)


def _disk(pid: int, scratch: Path) -> float:
    """Return the MB of the files that a process has open in a folder, also those without a name, as SQLite's are."""
    sizes: dict[int, int] = {}
    with contextlib.suppress(OSError):
        for opened in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if str(opened.readlink()).startswith(str(scratch)):
                    found = opened.stat()
                    sizes[found.st_ino] = found.st_blocks * 512
        for named in scratch.rglob("*"):
            found = named.stat()
            sizes[found.st_ino] = found.st_blocks * 512
    return sum(sizes.values()) / 1e6


def _limits(steps: dict[str, Step], size: int) -> Iterator[Row]:
    """Compare with what the template gives to the function."""
    given = properties("CrmImportFunction")
    limits = {"seconds": given["Timeout"], "memory": given["MemorySize"], "disk": given["EphemeralStorage"]["Size"]}
    for name, unit in (("seconds", "s"), ("memory", "MB"), ("disk", "MB")):
        step, most = max(((what, getattr(step, name)) for what, step in steps.items()), key=lambda each: float(each[1]))
        yield at_most(f"{size:,} rows, the state machine: most {name}", most, limits[name], step, unit)


def _table_of(steps: dict[str, Step], size: int) -> str:
    rows = [
        [what, f"{each.seconds:.1f} s", f"{each.memory:.0f} MB", f"{each.disk:.0f} MB"] for what, each in steps.items()
    ]
    return table([f"{size:,} rows, step", "seconds", "memory", "disk"], rows)
