"""Runs what docs/apps.md tells its readers to run, and the clients that come of it."""

import json
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tools.paths import LOCAL, ROOT

CLIENTS = LOCAL / "clients"
"""The environment of the generators, for Python and for Node.js."""

_PAGE = ROOT / "docs" / "apps.md"
_INSTALLERS = ("npm install", "pip install")  # the tests have the same versions from lock files
_SECONDS = 120


class Errand(NamedTuple):
    """`claim` is the body of POST /verify of a customer without an account."""

    api: str
    mailbox: str
    user_id: str
    claim: dict[str, Any]

    @property
    def arguments(self) -> list[str]:
        return [self.api, self.mailbox, self.user_id, json.dumps(self.claim)]


def commands(language: str) -> list[str]:
    """Return the lines of the shell block under the heading of a language, as they stand."""
    [block] = re.findall(rf"^### {language}\n.*?^```sh\n(.*?)^```", _PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return str(block).splitlines()


def generate(language: str, folder: Path) -> None:
    """Run the commands of a language in a folder that has openapi.json."""
    (folder / "openapi.json").write_bytes((ROOT / "openapi.json").read_bytes())
    lines = [line for line in commands(language) if not line.startswith(_INSTALLERS)]
    assert lines
    run(["sh", "-e", "-c", "\n".join(lines)], folder)


def run(command: Sequence[str | Path], folder: Path) -> None:
    """Run a program, which must succeed; the environment's programs come first."""
    path = f"{CLIENTS / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "npm_config_offline": "true", "NO_UPDATE_NOTIFIER": "1"}
    result = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert result.returncode == 0, f"{command[0]}: {result.stdout}"
