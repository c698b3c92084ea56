"""Commands whose output goes into `head`."""

import subprocess
import sys

from tools.paths import ROOT
from tools.pipes import READER_GONE

_LINES = "from tools.pipes import exit_with; exit_with(lambda: [print('x' * 1000) for _ in range({lines})] and 3)"


def _run(lines: int, command: str) -> str:
    code = _LINES.format(lines=lines)
    script = f'"{sys.executable}" -c "{code}" | {command}; echo status=${{PIPESTATUS[0]}}'
    found = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True
    )
    return found.stdout


def test_a_reader_that_has_gone_is_no_traceback() -> None:
    said = _run(10_000, "head -1")
    assert "Traceback" not in said
    assert said.endswith(f"status={READER_GONE}\n")


def test_the_status_is_that_of_the_command_when_all_was_read() -> None:
    assert _run(10, "cat").endswith("status=3\n")
