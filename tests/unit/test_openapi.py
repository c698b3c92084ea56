import json
import re
from pathlib import Path
from typing import Any

import pytest

from tools.openapi import __main__ as command
from tools.openapi.document import document
from utenza.http.problems import STATUS


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document()


def test_the_file_in_the_repository_is_what_the_code_says(described: dict[str, Any]) -> None:
    assert json.loads(Path("openapi.json").read_text(encoding="utf-8")) == described


def test_every_route_of_the_template_is_described(described: dict[str, Any]) -> None:
    template = Path("template.yaml").read_text(encoding="utf-8")
    routes = re.findall(r"Method: (get|head|post|patch), Path: (/\S+)\}", template)
    deployed = {(path, method) for method, path in routes}
    assert deployed
    assert deployed == {(path, method) for path, methods in described["paths"].items() for method in methods}


def test_a_challenge_is_promised_where_every_code_brings_one(described: dict[str, Any]) -> None:
    answers = {
        path: described["paths"][path]["post"]["responses"]["401"] for path in ("/login/refresh", "/account/close")
    }
    promised = {path: answer["headers"]["WWW-Authenticate"]["required"] for path, answer in answers.items()}
    assert promised == {"/login/refresh": True, "/account/close": False}


def test_every_problem_code_is_documented_with_its_status(described: dict[str, Any]) -> None:
    text = json.dumps(described)
    assert {code for code in STATUS if code not in text} <= {"origin_refused", "not_found"}


def test_the_command_checks_and_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "_FILE", tmp_path / "openapi.json")
    monkeypatch.setattr("sys.argv", ["openapi", "--check"])
    assert command.main() == 1
    assert "make openapi" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", ["openapi"])
    assert command.main() == 0
    monkeypatch.setattr("sys.argv", ["openapi", "--check"])
    assert command.main() == 0
