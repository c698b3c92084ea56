"""What is shipped stands in NOTICE, under a licence that may be shipped."""

from pathlib import Path

import pytest

from tools.shipped import licences, notice, packages


@pytest.mark.parametrize(
    "expression",
    [
        *("MIT", "Apache-2.0 OR GPL-2.0-only", "(MIT OR Apache-2.0) AND Unicode-3.0", "MIT/Apache-2.0"),
        *("Apache-2.0 WITH LLVM-exception", "GPL-3.0-only OR (MIT AND Zlib)", "LGPL-2.1-or-later"),
    ],
)
def test_a_licence_that_may_be_shipped(expression: str) -> None:
    assert licences.is_allowed(expression)


@pytest.mark.parametrize(
    "expression",
    [
        *("", "GPL-3.0-only", "MIT AND GPL-2.0-only", "(MIT OR Apache-2.0) AND CC-BY-NC-4.0", "Proprietary", "OR MIT"),
        *("(MIT", "MIT)", "MIT Apache-2.0", "AGPL-3.0-only OR SSPL-1.0"),
    ],
)
def test_a_licence_that_may_not(expression: str) -> None:
    assert not licences.is_allowed(expression)
    assert licences.refused([("other", "MIT"), ("name", expression)]) == [f"name: {expression or 'no licence'}"]


def test_notice_names_every_shipped_package_and_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    shipped = packages.names()
    assert {"boto3", "pydantic", "ua-parser-rs", "aws-xray-sdk"} <= set(shipped)
    assert set(shipped).isdisjoint({"dnspython", "pycparser", "pytest"})
    text = notice.FILE.read_text(encoding="utf-8")
    assert [name for name in shipped if f"\n  {name}: " not in text] == []
    assert notice.main(["--check"]) == 0, capsys.readouterr().err


def test_a_notice_that_lacks_a_package_fails_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "NOTICE"
    old.write_text(notice.FILE.read_text(encoding="utf-8").replace("  wrapt: ", "  warped: "), encoding="utf-8")
    monkeypatch.setattr(notice, "FILE", old)
    assert notice.main(["--check"]) == 1
    assert "run `make notice`" in capsys.readouterr().err


def test_a_package_of_another_licence_stops_the_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licences, "ALLOWED", licences.ALLOWED - {"PSF-2.0"})
    with pytest.raises(SystemExit, match=r"typing-extensions: PSF-2\.0"):
        notice.text()
