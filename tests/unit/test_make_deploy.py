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
    shutil.copy(ROOT / "Makefile", tmp_path)
    given = "SenderEmail=a@b.example\nAllowedOrigins='https://a.example, https://b.example'"
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\nprintf "%s|%s" "$*" "$PARAMETERS"\n')
    python.chmod(0o755)
    command = [str(_MAKE), "--silent", *_DONE, "deploy-built", "STAGE=dev", f"PYTHON={python}"]
    command += [f"PARAMETERS={given}"] if is_given_to_make else []
    environment = {"PATH": "/usr/bin:/bin"} | ({} if is_given_to_make else {"PARAMETERS": given})
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, env=environment)
    assert run.stdout == f"-m tools.deploy_stage dev|{given}"
