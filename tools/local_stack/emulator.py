"""Starts and stops MiniStack, which stands in for AWS: functions run as local processes, each under its own role."""

import contextlib
import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator

import urllib3

from tools.aws import LOCAL_REGION
from tools.local_stack.places import Places, StackError, bare_environment
from tools.paths import LOCAL

_PROGRAM = LOCAL / "stack" / "bin" / "ministack"
_START_SECONDS = 60
_STOP_SECONDS = 30


@contextlib.contextmanager
def running(places: Places) -> Iterator[subprocess.Popen[bytes]]:
    """Run the emulator while the block runs; it saves its state at the end. Raises StackError."""
    if not _PROGRAM.exists():
        raise StackError(f"{_PROGRAM} is missing: run `make setup` first")
    refuse_busy_port(places.stack_port, "STACK_PORT")
    places.logs.mkdir(parents=True, exist_ok=True)
    places.scratch.mkdir(parents=True, exist_ok=True)
    _reset_stream_positions(places)
    with (places.logs / "emulator.log").open("wb") as log:
        # In its own session Ctrl-C does not reach it; it stops when the block ends, after those that call it.
        process = subprocess.Popen(
            [_PROGRAM], env=_settings(places), stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            _wait_until_healthy(places, process)
            yield process
        finally:
            _stop(process)


def refuse_busy_port(port: int, name: str) -> None:
    """Raise StackError if something listens on `port`, which people set by the variable `name`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise StackError(f"port {port} is in use: stop what listens there, or choose another: {name}=...") from None


def _reset_stream_positions(places: Places) -> None:
    """Read streams from the beginning: the emulator keeps its positions in the streams but not their records."""
    file = places.state / "lambda.json"
    with contextlib.suppress(FileNotFoundError):
        kept = json.loads(file.read_text(encoding="utf-8"))
        kept["payload"]["dynamodb_stream_positions"]["data"] = {}
        file.write_text(json.dumps(kept), encoding="utf-8")


def _settings(places: Places) -> dict[str, str]:
    return bare_environment(
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=str(places.stack_port),
        MINISTACK_REGION=LOCAL_REGION,
        AUTH="true",
        PERSIST_STATE="1",
        STATE_DIR=str(places.state),
        S3_PERSIST="1",
        S3_DATA_DIR=str(places.state / "s3"),
        TMPDIR=str(places.scratch),
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        DOCKER_HOST="unix:///dev/null",  # or it looks for containers to clean up
    )


def _wait_until_healthy(places: Places, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            if urllib3.request("GET", f"{places.endpoint}/_ministack/health", timeout=5, retries=False).status == 200:
                return
        time.sleep(0.1)
    raise StackError(f"the emulator does not start: see {places.logs / 'emulator.log'}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # the signal on which it saves its state
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
