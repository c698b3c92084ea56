"""`make audit` fails when it cannot audit; `make check` says so, and goes on."""

import datetime as dt
import json
import socket
import tomllib
from collections.abc import Iterable

import pytest

from tools import audit
from tools.paths import ROOT

_TODAY = dt.date(2026, 11, 27)


def _output(*dependencies: dict[str, object]) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_findings_are_told_with_what_fixes_them() -> None:
    found = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["3.21"], "description": "…"}
    output = _output(
        {"name": "idna", "version": "3.20", "vulns": [found]}, {"name": "six", "version": "1", "vulns": []}
    )
    assert audit.findings_in("the layer", output, "") == ["the layer: idna 3.20: PYSEC-1 (CVE-1), fixed in 3.21"]


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (_output({"name": "six", "skip_reason": "not found on PyPI"}), "not audited: six"),
        (_output(), "nothing was listed"),
        ("", "pip-audit failed\ntrouble"),
    ],
)
def test_what_was_left_out_is_not_taken_for_harmless(output: str, said: str) -> None:
    with pytest.raises(SystemExit, match=said):
        audit.findings_in("the layer", output, "trouble")


def test_without_the_service_the_audit_fails_and_the_check_does_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "is_reachable", lambda: False)
    assert audit.main([]) == 2
    assert audit.main(["--if-reachable"]) == 0
    assert capsys.readouterr().err == "not audited: no advisory service reachable\n" * 2


@pytest.mark.parametrize(("found", "status"), [([], 0), (["idna 3.20: PYSEC-1"], 1)])
def test_with_the_service_a_finding_fails_both(monkeypatch: pytest.MonkeyPatch, found: list[str], status: int) -> None:
    asked: list[str] = []

    def audited(name: str, arguments: Iterable[str], ignored: Iterable[str]) -> list[str]:
        asked.append(name)
        assert list(arguments)
        assert list(ignored) == audit.accepted(dt.datetime.now(dt.UTC).date())
        return found

    monkeypatch.setattr(audit, "is_reachable", lambda: True)
    monkeypatch.setattr(audit, "audit", audited)
    assert audit.main(["--if-reachable"]) == status
    assert audit.main([]) == status
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    assert set(asked) == {"the layer", *(f"group {name}" for name in groups)}


def test_a_port_where_nobody_listens_is_not_reachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert not audit.is_reachable(f"http://127.0.0.1:{port}/")


def test_what_is_accepted_has_a_reason_and_an_end() -> None:
    findings = {
        "PYSEC-1": audit.Accepted("no function calls it", _TODAY),
        "PYSEC-2": audit.Accepted("no function calls it", _TODAY - dt.timedelta(days=1)),
    }
    assert audit.accepted(_TODAY, findings) == ["PYSEC-1"]
    assert all(accepted.reason.strip() for accepted in audit.ACCEPTED.values())
