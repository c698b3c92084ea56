"""Runs in a function's own environment, with nothing but the standard library: a call and its floor in turns.

`python warm.py JOB RESULT`, both JSON files. The floor is what no code of ours could do without: argon2 at the same
parameters as often as the route hashes, or else as many bare requests to the same endpoint as the route makes one after
the other.
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def main(job: dict[str, Any]) -> dict[str, list[float]]:
    module, _, name = job["handler"].rpartition(".")
    handler, event = getattr(importlib.import_module(module), name), job["event"]
    floor, between = _floor(job), _asker(job["between"])
    taken: dict[str, list[float]] = {"walls": [], "processor": [], "floors": []}
    for number in range(job["calls"]):
        between()
        wall, processor = time.perf_counter(), time.process_time()
        answer = handler(event, None)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        if answer.get("batchItemFailures") or answer.get("statusCode", 200) != job["status"]:  # a stream has no status
            raise SystemExit(json.dumps(answer))
        began = time.perf_counter()
        floor()
        if number >= job["warming"]:
            taken["walls"].append(wall)
            taken["processor"].append(processor)
            taken["floors"].append(time.perf_counter() - began)
    return taken


def _floor(job: dict[str, Any]) -> Callable[[], None]:
    runs = [_verify] * job["verifies"] + [_hash] * job["hashes"]
    if runs:
        return lambda: _all(runs)
    ask = _asker("post")
    return lambda: _all([ask] * job["rounds"])


def _all(calls: list[Callable[[], None]]) -> None:
    for call in calls:
        call()


def _hash() -> None:
    from _argon2_cffi_bindings import ffi, lib  # type: ignore[import-untyped]  # noqa: PLC0415 - as it is in the layer

    memory, passes, lanes = (int(os.environ[f"ARGON2_{n}"]) for n in ("MEMORY_KIB", "ITERATIONS", "PARALLELISM"))
    secret, salt, room = b"quattro trote blu", os.urandom(16), ffi.new("uint8_t[]", 32)
    cost = (passes, memory, lanes)
    lib.argon2_hash(*cost, secret, 17, salt, 16, room, 32, ffi.NULL, 0, lib.Argon2_id, lib.ARGON2_VERSION_NUMBER)


def _verify() -> None:
    """Do what a verification is: a hash with a stored salt, compared."""
    _hash()


def _asker(what: str) -> Callable[[], None]:
    """Return what asks the stand-in on one kept connection: "post" is a bare GetItem, "" nothing."""
    if not what:
        return lambda: None
    connection = HTTPConnection(urlsplit(os.environ["AWS_ENDPOINT_URL"]).netloc)
    body = json.dumps({"TableName": os.environ["ACCOUNTS_TABLE"], "Key": {"pk": {"S": "nobody"}}})
    headers = {"X-Amz-Target": "DynamoDB_20120810.GetItem", "Content-Type": "application/x-amz-json-1.0"}

    def ask() -> None:
        if what == "post":
            connection.request("POST", "/", body, headers)
        else:
            connection.request("GET", f"/{what}")
        connection.getresponse().read()

    return ask


if __name__ == "__main__":
    result = main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    Path(sys.argv[2]).write_text(json.dumps(result), encoding="utf-8")
