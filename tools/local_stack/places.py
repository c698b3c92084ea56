"""The folder and ports of a local stack, the environment of its processes, and its one exception."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.aws import LOCAL_KEY, LOCAL_REGION
from tools.paths import LOCAL

RUN = LOCAL / "run"  # the folder of `make run`
_AWS_VARIABLES = {
    "AWS_ACCESS_KEY_ID": LOCAL_KEY,  # the emulator refuses every other key
    "AWS_SECRET_ACCESS_KEY": LOCAL_KEY,
    "AWS_REGION": LOCAL_REGION,
    "AWS_DEFAULT_REGION": LOCAL_REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


class StackError(Exception):
    """The local stack cannot start or go on; the message is one line for the person at the terminal."""


class Places(NamedTuple):
    """The folder of one local stack and its ports on 127.0.0.1; the API allows the site's port as an origin."""

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
    """Return this process's environment with the emulator's AWS variables instead of the caller's, and `variables`."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_"))}
    own = {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_POLL_DELAY": "0.5", "NO_PROXY": "127.0.0.1"}  # the emulator needs no 5 s
    return {**others, **_AWS_VARIABLES, **own, **variables}


def bare_environment(**variables: str) -> dict[str, str]:
    """Return an environment with only PATH, HOME and LANG of this process: the functions inherit it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, **_AWS_VARIABLES, **variables}


@contextlib.contextmanager
def locked(folder: Path, message: str) -> Iterator[None]:
    """Lock a folder while the block runs; raises StackError with `message` if another process has locked it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError(message) from None
        yield
