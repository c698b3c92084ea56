"""A Python program: the client by openapi-python-client, checked with `mypy --strict`."""

import shutil
from pathlib import Path

import pytest

from tests.clients.programs import CLIENTS, Errand, generate, run

pytestmark = pytest.mark.stack

_JOURNEY = Path(__file__).parent / "python" / "journey.py"


def test_a_generated_python_client_passes_mypy_strictly_and_walks_the_whole_way(errand: Errand, tmp_path: Path) -> None:
    shutil.copy(_JOURNEY, tmp_path)
    generate("Python", tmp_path)
    cache = CLIENTS / ".mypy_cache"
    run(["mypy", "--strict", f"--cache-dir={cache}", "journey.py", "utenza_client"], tmp_path)
    run(["python", "journey.py", *errand.arguments], tmp_path)
