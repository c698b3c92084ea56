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
    assert "tools.deploy_stage staging PublicUrl=https://a.example" in run
    assert "--guided" not in run
    built = _would_run(tmp_path, "deploy-built", "STAGE=prod")
    assert "tools.deploy_stage prod" in built
    assert "sam build" not in built
