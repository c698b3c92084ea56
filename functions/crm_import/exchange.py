"""The exchange bucket as the import uses it: run records, plans, manifests, before-images, reports, and one lease."""

import gzip
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, BinaryIO

from crm_import import manifests
from crm_import.manifests import Entry
from crm_import.runs import Part, Run
from utenza.errors import Stopped
from utenza.objects import Missing, Objects

LEASE_SECONDS = 2 * 3600
_AT_ONCE = 5  # requests: as many as a client has connections
_OPEN = ".open.gz"
_APPLIED = ".gz"


class Busy(Exception):
    """Another run of this supplier has begun and not ended; it may take until then, in seconds since 1970."""

    def __init__(self, run: str, until: int) -> None:
        at = datetime.fromtimestamp(until, UTC)
        super().__init__(f"the run {run} has begun and not ended; repeat it, or wait until {at:%H:%M} UTC")


class Exchange:
    """All keys begin with what they are and the supplier. Raises Stopped when S3 fails."""

    def __init__(self, objects: Objects) -> None:
        self.objects = objects

    # Runs

    def save(self, run: Run) -> None:
        self.objects.put(_run_key(run.supplier, run.id), run.model_dump_json().encode(), "application/json")

    def run(self, supplier: str, run: str) -> Run | None:
        try:
            return Run.model_validate_json(self.objects.get(_run_key(supplier, run)))
        except Missing:
            return None

    def runs(self, supplier: str) -> Iterator[Run]:
        """Yield the runs of a supplier, the oldest file first; there may be hundreds."""
        keys = [key for key in self.objects.keys(f"runs/{supplier}/") if key.endswith("/run.json")]
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            yield from map(Run.model_validate_json, threads.map(self.objects.get, keys))

    # Plans

    def plan(self, run: Run, number: int, part: Part) -> None:
        self._put_packed(f"{_folder(run)}/plan/{number:05}.json.gz", part.model_dump_json().encode())

    def part(self, run: Run, number: int) -> Part:
        return Part.model_validate_json(self._packed(f"{_folder(run)}/plan/{number:05}.json.gz"))

    def plan_ceasing(self, run: Run, number: int, codes: Sequence[str]) -> None:
        self._put_packed(f"{_folder(run)}/plan/cease-{number:05}.json.gz", json.dumps(codes).encode())

    def ceasing(self, run: Run, number: int) -> list[str]:
        codes: list[str] = json.loads(self._packed(f"{_folder(run)}/plan/cease-{number:05}.json.gz"))
        return codes

    def list_parts(self, run: Run) -> None:
        """Write what the Distributed Maps read: one item for each part of the plan."""
        for name, count in (("parts", run.parts), ("ceasing", run.cease_parts)):
            items = [{"supplier": run.supplier, "run": run.id, "part": number} for number in range(1, count + 1)]
            self.objects.put(f"{_folder(run)}/{name}.json", json.dumps(items).encode(), "application/json")

    # Manifests

    def prepare(self, run: Run, entries: Iterable[Entry], rows: int, touched: Iterable[Entry]) -> None:
        """Keep what the run's manifest will be, and whom the run may change, until it begins."""
        self._put_manifest(f"{_folder(run)}/manifest.gz", entries, rows)
        self._put_manifest(f"{_folder(run)}/touched.gz", touched, 0)

    def open(self, run: Run) -> None:
        """Say before the first write whom the run may change: if it is killed, nobody trusts their digests."""
        self.objects.copy(f"{_folder(run)}/touched.gz", f"manifests/{run.supplier}/{run.id}{_OPEN}")

    def publish(self, run: Run) -> None:
        """Say what the run has applied, and that it and those before it that it has settled are closed."""
        self.objects.copy(f"{_folder(run)}/manifest.gz", f"manifests/{run.supplier}/{run.id}{_APPLIED}")
        for settled in {run.id, *run.settles}:
            self.objects.delete(f"manifests/{run.supplier}/{settled}{_OPEN}")
        if run.mode == "full":
            self._forget_before(run)

    def applied(self, supplier: str) -> list[str]:
        """Return the ids of the runs with a manifest, the oldest first."""
        names = self._manifest_names(supplier)
        return [name.removesuffix(_APPLIED) for name in names if not name.endswith(_OPEN)]

    def opened(self, supplier: str) -> list[str]:
        """Return the ids of the runs that have begun to write and not ended."""
        names = self._manifest_names(supplier)
        return [name.removesuffix(_OPEN) for name in names if name.endswith(_OPEN)]

    @contextmanager
    def manifest(self, supplier: str, run: str, *, is_open: bool = False) -> Iterator[tuple[int, Iterator[Entry]]]:
        """Lend the rows and entries of a manifest; raises Missing."""
        with tempfile.TemporaryFile() as file:
            self.objects.download(f"manifests/{supplier}/{run}{_OPEN if is_open else _APPLIED}", file)
            file.seek(0)
            yield manifests.read(file)

    def last_full(self, supplier: str, applied: Sequence[str]) -> str:
        """Return the last full run of these that was not undone, empty if there is none."""
        for each in reversed([each for each in applied if "-full-" in each]):
            run = self.run(supplier, each)
            if run is None or run.status != "undone":
                return each
        return ""

    def _forget_before(self, run: Run) -> None:
        """Delete the manifests that this full file makes superfluous, but for the last full one."""
        older = [each for each in self.applied(run.supplier) if each < run.id]
        for each in older[: older.index(last)] if (last := self.last_full(run.supplier, older)) else []:
            self.objects.delete(f"manifests/{run.supplier}/{each}{_APPLIED}")

    def _manifest_names(self, supplier: str) -> list[str]:
        prefix = f"manifests/{supplier}/"
        return [key.removeprefix(prefix) for key in self.objects.keys(prefix)]

    def _put_manifest(self, key: str, entries: Iterable[Entry], rows: int) -> None:
        with tempfile.TemporaryFile() as file:
            manifests.write(file, entries, rows)
            file.seek(0)
            self.objects.put(key, file)

    # Before-images

    def keep(self, run: Run, part: str, changes: Sequence[Mapping[str, Any]]) -> None:
        """Keep what a part is about to change; the same changes have the same key, so that nothing is kept twice."""
        lines = "".join(json.dumps(change, ensure_ascii=False, sort_keys=True) + "\n" for change in changes).encode()
        name = blake2b(lines, digest_size=8).hexdigest()
        self._put_packed(f"{_folder(run)}/before/{part}-{name}.jsonl.gz", lines)

    def kept(self, run: Run) -> Iterator[list[dict[str, Any]]]:
        """Yield the changes of a run, part by part."""
        for key in self.objects.keys(f"{_folder(run)}/before/"):
            yield [json.loads(line) for line in self._packed(key).splitlines()]

    # Reports

    def report(self, run: Run, kind: str, content: bytes | BinaryIO, content_type: str) -> None:
        self.objects.put(f"reports/{run.supplier}/{run.id}{kind}", content, content_type)

    # The lease: one run of a supplier at a time

    def take_lease(self, run: Run, now: int) -> None:
        """Take or renew the lease; a run that was killed takes its own again. Raises Busy."""
        key = _lease_key(run.supplier)
        lease = _lease(run, now)
        for _ in range(3):
            try:
                content, etag = self.objects.get_with_etag(key)
            except Missing:
                if self.objects.put_new(key, lease):
                    return
                continue
            held = json.loads(content)
            if held["lease"] not in ("", run.lease) and held["until"] > now:
                raise Busy(held["run"], held["until"])
            if self.objects.put_over(key, lease, etag):
                return
        raise Busy(run.id, now)

    def renew_lease(self, run: Run, now: int) -> None:
        """Keep the lease for longer; raises Stopped if the run has it no longer: another one may have written since."""
        key = _lease_key(run.supplier)
        try:
            content, etag = self.objects.get_with_etag(key)
        except Missing:
            content, etag = b"{}", ""
        if json.loads(content).get("lease") != run.lease or not self.objects.put_over(key, _lease(run, now), etag):
            raise Stopped("another import has begun, for this one took too long")

    def release(self, run: Run, *, until: int = 0) -> None:
        """Give the lease back, if this run has it; `until` is when what it has begun must have ended."""
        try:
            content, etag = self.objects.get_with_etag(_lease_key(run.supplier))
        except Missing:
            return
        if json.loads(content)["lease"] == run.lease:
            ends = {"lease": run.lease if until else "", "run": run.id if until else "", "until": until}
            self.objects.put_over(_lease_key(run.supplier), json.dumps(ends).encode(), etag)

    def _put_packed(self, key: str, content: bytes) -> None:
        self.objects.put(key, gzip.compress(content, mtime=0), "application/gzip")

    def _packed(self, key: str) -> bytes:
        return gzip.decompress(self.objects.get(key))


def _lease(run: Run, now: int) -> bytes:
    return json.dumps({"lease": run.lease, "run": run.id, "until": now + LEASE_SECONDS}).encode()


def _folder(run: Run) -> str:
    return f"runs/{run.supplier}/{run.id}"


def _run_key(supplier: str, run: str) -> str:
    return f"runs/{supplier}/{run}/run.json"


def _lease_key(supplier: str) -> str:
    return f"leases/{supplier}.json"
