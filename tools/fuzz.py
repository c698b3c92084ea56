"""`make fuzz`: tests a new local stack with schemathesis, which knows `openapi.json` only, for a limited time."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.local_stack.places import Places, StackError, environment
from tools.local_stack.stack import local_stack
from tools.paths import LOCAL, ROOT
from tools.ports import free_ports

_PROGRAM = LOCAL / "fuzz" / "bin" / "schemathesis"
# High limits, so that the fuzzer gets past them.
_UNLIMITED = {
    "VerifyAttemptsPerCode": "1000",
    "VerifyAttemptsPerSource": "100000",
    "LoginAttemptsPerAccount": "1000",
    "LoginAttemptsInARow": "100000",
    "LoginAttemptsPerSource": "100000",
    "CredentialsAttemptsPerToken": "100",
    "RecoveryAttemptsPerAccount": "1000",
    "RecoveryAttemptsPerSource": "100000",
    "MailsPerSource": "100000",
}


def main() -> int:
    options = _parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="utenza-fuzz-") as folder:
        try:
            with local_stack(Places(Path(folder), *free_ports(2)), _UNLIMITED) as stack:
                return _fuzz(stack.api, options.seconds, options.seed)
        except StackError as error:
            print(f"make fuzz: {error}", file=sys.stderr)
            return 1


def _fuzz(api: str, seconds: int, seed: int | None) -> int:
    command = [str(_PROGRAM), "run", "openapi.json", "--url", api, "--max-time", str(seconds), "--workers", "2"]
    command += ["--continue-on-failure", "--header", "Accept-Language: en"]
    command += ["--seed", str(seed)] if seed is not None else []
    return subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=120, help="time limit in seconds")
    parser.add_argument("--seed", type=int, help="seed of a run to repeat")
    return parser


if __name__ == "__main__":
    sys.exit(main())
