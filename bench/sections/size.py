"""How large the product is: its layer, zipped, and the Python that is our own."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from bench.environments import LAYER
from bench.page import Section, at_least, at_most
from bench.turns import Run
from tools.paths import ROOT

_LAYER_MB, _FEWER, _BEFORE = 20, 1500, "6ea63f0"
_TEXT = f"""\
The layer as built, zipped; the lines of all Python files in `layers/` and `functions/`, blank ones included, and those
of commit {_BEFORE}, in which HTTP client, signer, JOSE, validation and scheduler were our own."""


def measure(_run: Run) -> Section:
    before, now = _lines(_BEFORE), _lines()
    measured = f"{now:,}, before {before:,}"
    rows = [
        at_most("layer, zipped", _zipped() / 1e6, _LAYER_MB, unit="MB"),
        at_least("own lines of Python, fewer than before", before - now, _FEWER, measured, ""),
    ]
    return Section("Size", _TEXT, rows)


def _zipped() -> int:
    with tempfile.TemporaryDirectory(prefix="utenza-bench-") as folder:
        return Path(shutil.make_archive(f"{folder}/layer", "zip", LAYER.parent)).stat().st_size


def _lines(*commit: str) -> int:
    """Return the lines of a commit, without one those of the working tree."""
    command = ["git", "grep", "--count", "", *commit, "--", "layers/*.py", "functions/*.py"]
    counted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return sum(int(line.rpartition(":")[2]) for line in counted.splitlines())
