"""Deploy what `make build` built to a stage of samconfig.toml, without a question."""

import argparse
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tools import release_order
from tools.aws import connect, explain
from tools.paths import LOCAL, ROOT

SAMCONFIG = ROOT / "samconfig.toml"
BUILD = ROOT / ".aws-sam" / "build"
_DEPLOYMENT = re.compile(r"(DEPLOYMENT: ).*")


class StageError(Exception):
    """What is wrong with the stage or the build, in a sentence."""


def stages(path: Path = SAMCONFIG) -> dict[str, dict[str, Any]]:
    """Return what samconfig.toml says of each stage's deployment."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: of["deploy"]["parameters"] for name, of in found.items() if isinstance(of, Mapping)}


def parameters(stage: str, given: Sequence[str], architecture: str) -> list[str]:
    """Return the template's parameters for a stage, `NAME=VALUE` each; those that are given win. Raises StageError."""
    known = stages()
    if stage not in known or "parameter_overrides" not in known[stage]:
        named = ", ".join(name for name, of in known.items() if "parameter_overrides" in of)
        raise StageError(f"no such stage: {stage} (samconfig.toml has {named})")
    wrong = [each for each in given if "=" not in each]
    if wrong:
        raise StageError(f"PARAMETERS are NAME=VALUE: {wrong[0]}")
    values = dict(each.split("=", 1) for each in (*known[stage]["parameter_overrides"], *given))
    if values.setdefault("Architecture", architecture) != architecture:
        raise StageError(f"the build is for {architecture}: make build ARCHITECTURE={values['Architecture']}")
    return [f"{name}={value}" for name, value in values.items()]


def built_for(build: Path) -> str:
    """Return the processor that the build is for; raises StageError if there is none."""
    noted = build / "architecture"
    if not noted.exists():
        raise StageError("nothing is built: make build")
    return noted.read_text(encoding="utf-8").strip()


def stamp(template: Path, moment: datetime) -> None:
    """Have the deployment publish versions, also of a build that was deployed before with other parameters."""
    text = template.read_text(encoding="utf-8")
    template.write_text(_DEPLOYMENT.sub(rf"\g<1>'at {moment:%Y-%m-%dT%H:%M:%SZ}'", text), encoding="utf-8")


def command(stage: str, values: Sequence[str], *, bucket: str = "", role: str = "") -> list[str]:
    """Return the call of the SAM CLI; `bucket` for its artefacts (else SAM makes one), `role` for CloudFormation."""
    call = [str(LOCAL / "sam" / "bin" / "sam"), "deploy", "--config-file", str(SAMCONFIG), "--config-env", stage]
    call += ["--template-file", str(BUILD / "template.yaml"), "--no-confirm-changeset", "--no-progressbar"]
    call += ["--no-resolve-s3", "--s3-bucket", bucket] if bucket else []
    call += ["--role-arn", role] if role else []
    # In quotes, or SAM takes no empty value, and of one with a blank only what stands before it.
    quoted = [f'{name}="{value}"' for name, value in (each.split("=", 1) for each in values)]
    return [*call, "--parameter-overrides", *quoted]


def _from_environment() -> list[str]:
    """Return what the variable PARAMETERS has, on one line or several: a shell would end the command at the first."""
    try:
        return shlex.split(os.environ.get("PARAMETERS", ""))
    except ValueError as error:
        raise StageError(f"PARAMETERS: {error}") from None


def _begin(stage: str, bucket: str) -> None:
    """Refuse a pipeline's release that is older than the stage's. RELEASE is its number; by hand there is none.

    GOES_BACK is the number of the one that may be older: forgotten, it lets no other one pass.
    """
    release = os.environ.get("RELEASE", "")
    if not release or not bucket:
        return
    if not release.isdecimal():
        raise StageError(f"RELEASE is a number: {release}")
    back = os.environ.get("GOES_BACK") == release
    try:
        release_order.begin(connect().client("s3"), bucket, stages()[stage]["stack_name"], int(release), goes_back=back)
    except release_order.OlderReleaseError as error:
        raise StageError(str(error)) from None
    except (BotoCoreError, ClientError) as error:
        raise StageError(f"AWS: {explain(error)}") from None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tools.deploy_stage", description=__doc__)
    parser.add_argument("stage")
    parser.add_argument(
        "parameters", nargs="*", metavar="NAME=VALUE", help="parameters of the template, beside the variable PARAMETERS"
    )
    parser.add_argument("--bucket", default="", help="for the artefacts; SAM makes one if there is none")
    parser.add_argument("--role", default="", help="ARN of the role that CloudFormation works with")
    parser.add_argument("--dry-run", action="store_true", help="only show the command")
    asked = parser.parse_args(arguments)
    try:
        given = [*_from_environment(), *asked.parameters]
        values = parameters(asked.stage, given, built_for(BUILD))
        if not asked.dry_run:
            _begin(asked.stage, asked.bucket)
    except StageError as error:
        print(error, file=sys.stderr)
        return 2
    call = command(asked.stage, values, bucket=asked.bucket, role=asked.role)
    if asked.dry_run:
        print(shlex.join(call))
        return 0
    stamp(BUILD / "template.yaml", datetime.now(UTC))
    environment = os.environ | {"SAM_CLI_TELEMETRY": "0"}
    return subprocess.run(call, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
