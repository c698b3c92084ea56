"""The parameters of the local deployment and of `sam local`."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.local_stack import __main__
from tools.local_stack.__main__ import with_origins
from tools.local_stack.build import _files
from tools.local_stack.deploy import parameters
from tools.local_stack.places import Places
from tools.local_stack.sam_local import command_line
from tools.paths import ROOT
from tools.translate import written

_DEFAULT = "http://127.0.0.1:8080,http://localhost:8080"


def _origins(site: str) -> str:
    return parameters("http://127.0.0.1:8000", "http://127.0.0.1:4566", site)["AllowedOrigins"]


def test_the_default_origins_are_allowed() -> None:
    assert _origins("http://127.0.0.1:8080") == _DEFAULT


def test_a_site_on_another_port_is_allowed_by_both_host_names() -> None:
    assert _origins("http://127.0.0.1:9001") == f"{_DEFAULT},http://127.0.0.1:9001,http://localhost:9001"


@pytest.mark.parametrize(
    "more", ["http://localhost:5500,https://a.example", " http://localhost:5500/ , https://a.example,"]
)
def test_origins_of_own_pages_are_allowed_beside_the_usual_ones(more: str) -> None:
    places = Places(Path("run"), 8000, 4566, 8080)
    assert with_origins(places, more) == {"AllowedOrigins": f"{_DEFAULT},http://localhost:5500,https://a.example"}
    assert with_origins(places, "") == {}


def test_make_run_has_the_canary_and_no_other_local_stack_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Mapping[str, str]] = []
    monkeypatch.setattr(__main__, "_run", lambda _places, overrides, _mail_port: ran.append(overrides))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr("sys.argv", ["make run"])
    assert __main__.main() == 0
    assert ran[0]["Canary"] == "true"
    assert parameters("http://127.0.0.1:8000", "http://127.0.0.1:4566", "http://127.0.0.1:8080")["Canary"] == "false"


def test_sam_local_gets_no_empty_parameter_as_it_would_refuse_it() -> None:
    command = command_line(4566, "host-gateway", "http://127.0.0.1:8080")
    given = command[command.index("--parameter-overrides") + 1 :]
    assert any(each.startswith("AllowedOrigins=http://") for each in given)
    assert not [each for each in given if each.endswith("=")]


def test_a_change_of_a_nested_stack_is_built_and_deployed() -> None:
    nested = [
        each["Properties"]["TemplateURL"]
        for each in written()["Resources"].values()
        if each["Type"] == "AWS::CloudFormation::Stack"
    ]
    assert nested
    assert {ROOT / template for template in nested} <= set(_files())
