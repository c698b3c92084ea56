"""`make deploy`: what it runs with and without a stage, and for which processor."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tools.paths import ROOT

_MAKE = shutil.which("make")
_DONE = [option for name in (".venv/.synced", ".local/sam/.synced") for option in ("--old-file", name)]


def _would_run(folder: Path, *arguments: str) -> str:
    shutil.copy(ROOT / "Makefile", folder)
    command = [str(_MAKE), "--dry-run", *_DONE, *arguments]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"})
    return run.stdout


@pytest.mark.skipif(_MAKE is None, reason="needs make")
def test_a_first_deployment_asks_and_proposes_a_canary_and_later_ones_keep_their_answers(tmp_path: Path) -> None:
    first = _would_run(tmp_path, "deploy")
    assert "sam build --parameter-overrides Architecture=arm64" in first
    assert "deploy --guided --config-file deployment.toml" in first
    assert "Architecture=arm64 Rollout=Canary10Percent5Minutes" in first
    answers = '[default.deploy.parameters]\nstack_name = "a"\nparameter_overrides = "Architecture=\\"x86_64\\""\n'
    (tmp_path / "deployment.toml").write_text(answers)
    later = _would_run(tmp_path, "deploy")
    assert "sam build --parameter-overrides Architecture=x86_64" in later
    assert "deploy --guided --config-file deployment.toml" in later
    assert "Rollout" not in later


@pytest.mark.skipif(_MAKE is None, reason="needs make")
def test_a_stage_is_deployed_without_a_question(tmp_path: Path) -> None:
    run = _would_run(
        tmp_path, "deploy", "STAGE=staging", "PARAMETERS=PublicUrl=https://a.example", "ARCHITECTURE=x86_64"
    )
    assert "sam build --parameter-overrides Architecture=x86_64" in run
    assert "tools.deploy_stage staging" in run
    assert "--guided" not in run
    built = _would_run(tmp_path, "deploy-built", "STAGE=prod")
    assert "tools.deploy_stage prod" in built
    assert "sam build" not in built


@pytest.mark.skipif(_MAKE is None, reason="needs make")
@pytest.mark.parametrize("is_given_to_make", [True, False])
def test_no_shell_takes_parameters_apart(tmp_path: Path, is_given_to_make: bool) -> None:  # noqa: FBT001
    """A pipeline's variable may have several lines: a shell would deploy with the first one, and end well."""
    given = "SenderEmail=a@b.example\nAllowedOrigins='https://a.example, https://b.example'"
    arguments = ["STAGE=dev", *([f"PARAMETERS={given}"] if is_given_to_make else [])]
    ran = _arguments(tmp_path, "deploy-built", *arguments, **({} if is_given_to_make else {"PARAMETERS": given}))
    assert ran == ["-m", "tools.deploy_stage", "dev", "--bucket", "", "--role", "", given]


def _arguments(folder: Path, *arguments: str, **environment: str) -> list[str]:
    """Return what a target gives to Python, and PARAMETERS."""
    shutil.copy(ROOT / "Makefile", folder)
    python = folder / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\0" "$@" "$PARAMETERS"\n')
    python.chmod(0o755)
    command = [str(_MAKE), "--silent", *_DONE, *arguments, f"PYTHON={python}"]
    environment["PATH"] = "/usr/bin:/bin"
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, env=environment)
    return run.stdout.removesuffix("\0").split("\0")


@pytest.mark.skipif(_MAKE is None, reason="needs make")
@pytest.mark.parametrize(
    "evil", ["x; touch made", "$(touch made)", "$(shell touch made)", "`touch made`", '"; touch made; "']
)
def test_no_variable_of_a_pipeline_becomes_a_command(tmp_path: Path, evil: str) -> None:
    """One that an environment leaves out may come from the repository's settings, which more people may write."""
    for target, names in {
        "deploy-built": {"BUCKET": "--bucket", "ROLE": "--role"},
        "deploy-site": {"ROLE": "--role", "SITE": "--at"},
        "smoke": {"URL": "tools.smoke", "SITE": "--site", "CODE": "--code"},
    }.items():
        ran = _arguments(tmp_path, target, "STAGE=dev", **dict.fromkeys(names, evil))
        assert [ran[ran.index(option) + 1] for option in names.values()] == [evil] * len(names)
    assert not (tmp_path / "made").exists()


@pytest.mark.skipif(_MAKE is None, reason="needs make")
def test_what_is_not_given_is_left_out(tmp_path: Path) -> None:
    smoke = ["-m", "tools.smoke", "http://127.0.0.1:8000", "--site", "", ""]
    assert _arguments(tmp_path, "smoke") == smoke
    assert _arguments(tmp_path, "deploy-site", "ARGS=--wait") == [
        *("-m", "tools.deploy_site", "--role", "", "--at", "", "--wait"),
        "",
    ]
    assert _arguments(tmp_path, "deploy-site", "STAGE=dev")[2:4] == ["--stage", "dev"]
