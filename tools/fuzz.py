"""`make fuzz`: tests a new local stack with naughty strings, and with schemathesis, which knows `openapi.json` only.

The stack sends mail and has the sample customers. One of them is registered, and schemathesis logs in as that one,
again whenever a call has ended the session (`[auth.dynamic.openapi.bearer]` of schemathesis.toml).
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import urllib3

from tools import naughty
from tools.local_stack import mailbox, samples
from tools.local_stack.places import Places, StackError, environment
from tools.local_stack.stack import LocalStack, local_stack
from tools.paths import LOCAL, ROOT
from tools.ports import free_ports

_PROGRAM = LOCAL / "fuzz" / "bin" / "schemathesis"
_OTHERS = 20  # each has so many attempts
_MAIL_SECONDS = 60  # that the code may take on a busy machine
# High limits, so that the fuzzer gets past them.
_PARAMETERS = {
    "SenderEmail": mailbox.SENDER,
    "VerifyAttemptsPerCode": "1000",
    "VerifyAttemptsPerSource": "100000",
    "LoginAttemptsPerAccount": "1000",
    "LoginAttemptsInARow": "100000",
    "LoginAttemptsPerSource": "100000",
    "ReauthAttemptsPerSession": "1000",
    "CredentialsAttemptsPerToken": "100",
    "CredentialsAttemptsPerSource": "100000",
    "ConfirmationsPerAddress": "1000",
    "RecoveryAttemptsPerAccount": "1000",
    "RecoveryAttemptsPerSource": "100000",
    "ReclaimAttemptsPerCode": "1000",
    "ReclaimAttemptsPerSource": "100000",
    "MailsPerSource": "100000",
}


def main() -> int:
    options = _parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="utenza-fuzz-") as folder:
        try:
            with local_stack(Places(Path(folder), *free_ports(2)), _PARAMETERS) as stack:
                samples.load(stack)
                person = samples.journey()
                register(stack.api, person, lambda: _mailed_code(stack, person.login["user_id"]))
                faults = _naughty(stack.api, options.naughty_seconds, options.seed)
                return _fuzz(stack.api, person, options.seconds, options.seed) or bool(faults)
        except StackError as error:
            print(f"make fuzz: {error}", file=sys.stderr)
            return 1


def register(api: str, person: samples.Journey, mailed_code: Callable[[], str]) -> None:
    """Register a person over HTTP, who can log in then; raises StackError."""
    verified = _call(f"{api}/verify", person.verify)
    chosen = _call(f"{api}/credentials", {"step_token": verified["step_token"], **person.credentials})
    code = {"confirmation_token": chosen["confirmation_token"], "code": mailed_code()}
    _call(f"{api}/credentials/confirm", code)
    _call(f"{api}/login", person.login)


def _call(url: str, body: dict[str, str]) -> Any:  # noqa: ANN401 - JSON
    response = urllib3.request("POST", url, json=body, timeout=60)
    if response.status >= 300:
        raise StackError(f"{url} answered {response.status}: {response.data.decode()}")
    return response.json()


def _mailed_code(stack: LocalStack, to: str) -> str:
    """Return the code that was mailed to this address, once it has come; raises StackError."""
    deadline = time.monotonic() + _MAIL_SECONDS
    while time.monotonic() < deadline:
        codes = [mailbox.code_in(email) for email in mailbox.sent(stack.places.stack_port) if email.to == to]
        if codes:
            return codes[0]
        time.sleep(0.2)
    raise StackError(f"no code came to {to}: see {stack.places.logs}")


def _naughty(api: str, seconds: float, seed: int | None) -> int:
    """Send naughty strings as other people, who are not registered; return the number of faults, which are printed."""
    seed = random.randrange(1 << 32) if seed is None else seed  # noqa: S311 - an order, and no secret
    people = [samples.journey(place) for place in range(1, _OTHERS + 1)]
    outcome = naughty.send(api, people, seconds, seed=seed)
    print(
        f"naughty strings: {outcome.sent:,} of {outcome.of:,} calls, {len(outcome.faults)} faults, seed {seed}",
        flush=True,
    )
    print(*outcome.faults, sep="\n", end="\n" if outcome.faults else "", file=sys.stderr)
    return len(outcome.faults)


def _fuzz(api: str, person: samples.Journey, seconds: int, seed: int | None) -> int:
    command = [str(_PROGRAM), "run", "openapi.json", "--url", api, "--max-time", str(seconds), "--workers", "2"]
    command += ["--continue-on-failure", "--header", "Accept-Language: en"]
    command += ["--seed", str(seed)] if seed is not None else []
    return subprocess.run(command, cwd=ROOT, env=environment(**login_variables(person)), check=False).returncode


def login_variables(person: samples.Journey) -> dict[str, str]:
    """Return the variables by which schemathesis.toml names the body of the login."""
    return {f"FUZZ_{name.upper()}": value for name, value in person.login.items()}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=120, help="time limit of schemathesis")
    parser.add_argument("--naughty-seconds", type=int, default=180, help="time limit of the naughty strings")
    parser.add_argument("--seed", type=int, help="seed of a run to repeat")
    return parser


if __name__ == "__main__":
    sys.exit(main())
