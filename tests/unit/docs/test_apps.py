"""docs/apps.md: its table has every code, and the generators that it names are those that the tests run."""

import json
import re
import tomllib
from pathlib import Path

from tests.clients.programs import commands
from utenza.http.problems import STATUS

_ROOT = Path(__file__).parents[3]


def test_the_table_says_what_to_do_on_every_code() -> None:
    page = (_ROOT / "docs/apps.md").read_text(encoding="utf-8")
    errors = page.split("\n## Errors\n")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in errors.splitlines() if line.startswith("| `")]
    assert sorted(code for cell in cells for code in re.findall(r"`(\w+)`", cell) if code != "code") == sorted(STATUS)


def test_the_packages_for_typescript_are_those_of_the_lock_file() -> None:
    package = json.loads((_ROOT / "tests/clients/typescript/package.json").read_text(encoding="utf-8"))
    named = re.findall(r"(\S+)@([\d.]+)", "\n".join(commands("TypeScript")))
    assert dict(named) == package["dependencies"] | package["devDependencies"]


def test_the_generator_for_python_is_that_of_the_lock_file() -> None:
    locked = tomllib.loads((_ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    version = next(package["version"] for package in locked if package["name"] == "openapi-python-client")
    assert f"pip install openapi-python-client=={version}" in commands("Python")
