"""`make import`: after a report of what is loaded, make adds no error of its own."""

import shutil
import subprocess

import pytest

_MAKE = shutil.which("make")


@pytest.mark.skipif(_MAKE is None, reason="needs make")
@pytest.mark.parametrize(
    ("status", "error"), [(0, ""), (1, ""), (2, "Error 2"), (3, "Error 3"), (4, "Error 4"), (130, "Error 130")]
)
def test_make_fails_only_where_the_import_did_not_end(status: int, error: str) -> None:
    command = [str(_MAKE), "-o", ".venv/.synced", "import", "FILE=export.csv", f"TOOL=sh -c 'exit {status}' --"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode == 0) == (error == "")
    assert error in run.stderr
    assert run.stderr.count("Error") == bool(error)
