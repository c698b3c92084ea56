"""The stages of samconfig.toml, and what `make deploy STAGE=…` asks the SAM CLI for."""

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tools import deploy_stage
from tools.deploy_stage import SAMCONFIG, StageError, parameters, stages, stamp
from tools.paths import ROOT
from tools.translate import written

_STAGES = ("dev", "staging", "prod")
_TEMPLATE: dict[str, Any] = written()["Parameters"]


def _values(stage: str) -> dict[str, str]:
    return dict(each.split("=", 1) for each in stages()[stage]["parameter_overrides"])


@pytest.mark.parametrize("stage", _STAGES)
def test_each_parameter_of_a_stage_exists_and_may_have_this_value(stage: str) -> None:
    for name, value in _values(stage).items():
        assert " " not in value
        assert_allowed(_TEMPLATE[name], value, name)


def assert_allowed(parameter: dict[str, Any], value: str, name: str) -> None:
    if allowed := parameter.get("AllowedValues"):
        assert value in map(str, allowed), name
    if pattern := parameter.get("AllowedPattern"):
        assert re.fullmatch(pattern, value), name
    if parameter["Type"] == "Number":
        assert parameter.get("MinValue", 0) <= float(value) <= parameter.get("MaxValue", float("inf")), name


def test_all_stages_say_the_same_things_and_none_names_a_supplier() -> None:
    names = {frozenset(_values(stage)) for stage in _STAGES}
    assert len(names) == 1  # what one stage sets the others set too, so that nothing is a default unseen
    own = {name for name, each in _TEMPLATE.items() if each.get("Default") == "" or "Arn" in name or "Url" in name}
    assert not own & {each for of in names for each in of}
    assert "@" not in SAMCONFIG.read_text(encoding="utf-8")
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "samconfig.toml" not in ignored
    assert "deployment.toml" in ignored


def test_prod_keeps_customers_data_and_shifts_calls_slowly() -> None:
    prod = _values("prod")
    assert (prod["DeletionProtection"], prod["PointInTimeRecovery"], prod["LogLevel"]) == ("true", "true", "INFO")
    assert prod["Rollout"].startswith(("Canary", "Linear"))
    assert _values("staging")["Rollout"].startswith(("Canary", "Linear"))  # what prod does was done before
    assert _values("dev")["SnapStart"] == "false"
    assert len({stages()[stage]["stack_name"] for stage in _STAGES}) == len(_STAGES)


def test_every_stage_may_make_roles_and_nested_stacks() -> None:
    for each in stages().values():
        assert {"CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"} <= set(each["capabilities"])


def test_given_parameters_win_over_those_of_the_stage() -> None:
    values = parameters("dev", ["LogLevel=INFO", "PublicUrl=https://a.example/x=y"], "arm64")
    assert {"LogLevel=INFO", "PublicUrl=https://a.example/x=y", "Architecture=arm64", "Rollout=off"} <= set(values)
    assert "LogLevel=DEBUG" not in values


@pytest.mark.parametrize(
    ("stage", "given", "said"),
    [
        ("production", [], "no such stage"),
        ("default", [], "no such stage"),
        ("dev", ["PublicUrl"], "NAME=VALUE"),
        ("dev", ["Architecture=x86_64"], "make build ARCHITECTURE=x86_64"),
    ],
)
def test_a_mistake_is_said_in_a_sentence(stage: str, given: list[str], said: str) -> None:
    with pytest.raises(StageError, match=said):
        parameters(stage, given, "arm64")


def test_a_build_is_deployed_as_it_is_to_each_stage_and_stamped_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(deploy_stage, "BUILD", tmp_path)
    assert deploy_stage.main(["dev"]) == 2
    assert "make build" in capsys.readouterr().err
    (tmp_path / "architecture").write_text("x86_64\n")
    (tmp_path / "template.yaml").write_text("        DEPLOYMENT: 'at 2026-11-27T06:00:00Z'\n        TRACING: x\n")
    monkeypatch.setenv("PARAMETERS", "SenderEmail=\nAllowedOrigins='https://a.example, https://b.example'\n")
    assert deploy_stage.main(["staging", "AlarmTopicArn=arn", "--bucket", "b", "--role", "r", "--dry-run"]) == 0
    call = shlex.split(capsys.readouterr().out)
    assert call[1:6] == ["deploy", "--config-file", str(SAMCONFIG), "--config-env", "staging"]
    assert {"--no-resolve-s3", "--s3-bucket", "--role-arn"} <= set(call)
    # In quotes: of a value with a blank the SAM CLI takes what stands before it, and an empty one it refuses.
    assert {'Architecture="x86_64"', 'AlarmTopicArn="arn"', 'SenderEmail=""'} <= set(call)
    assert 'AllowedOrigins="https://a.example, https://b.example"' in call
    monkeypatch.setenv("PARAMETERS", "SenderEmail='")
    assert deploy_stage.main(["staging", "--dry-run"]) == 2
    assert "PARAMETERS: No closing quotation" in capsys.readouterr().err
    stamp(tmp_path / "template.yaml", datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC))
    stamped = (tmp_path / "template.yaml").read_text()
    assert stamped == "        DEPLOYMENT: 'at 2027-01-02T03:04:05Z'\n        TRACING: x\n"
