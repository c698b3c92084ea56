"""Where the local stack keeps its things, and the one kind of failure that it reports."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
BUILD = LOCAL / "build"
RUN = LOCAL / "run"  # the folder of `make run`
ADDRESSES = LOCAL / "addresses.json"  # while it runs
REGION = "eu-south-1"
_ACCOUNT = {
    "AWS_ACCESS_KEY_ID": "test",  # the emulator's root; anything else is nobody to it
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


class StackError(Exception):
    """What stands in the way, in one line for the person at the terminal."""


class Places(NamedTuple):
    """The folder of one local stack and its ports on 127.0.0.1; the site's is where a site may be served."""

    folder: Path
    port: int
    stack_port: int
    site_port: int = 8080

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def scratch(self) -> Path:
        return self.folder / "tmp"

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.site_port}"

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.stack_port}"


def environment(**variables: str) -> dict[str, str]:
    """Return this process's environment with the emulator's account in place of the caller's own."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_"))}
    return {**others, **_ACCOUNT, "SAM_CLI_TELEMETRY": "0", "NO_PROXY": "127.0.0.1", **variables}


def bare_environment(**variables: str) -> dict[str, str]:
    """Return an environment with next to nothing of this process's own: the functions would inherit it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, **_ACCOUNT, **variables}


@contextlib.contextmanager
def held(folder: Path, otherwise: str) -> Iterator[None]:
    """Hold a folder for this process; raises StackError with the text `otherwise` when another process has it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError(otherwise) from None
        yield
