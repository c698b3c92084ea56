"""`make sam-local`: serves the API with `sam local` in Docker, on the tables and keys of a running `make run`."""

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

from tools.local_stack.build import NO_SETTINGS, SAM
from tools.local_stack.deploy import parameters, sender, stack_outputs
from tools.local_stack.places import StackError, environment
from tools.local_stack.relay import bridge_address, relaying
from tools.paths import ADDRESSES, BUILD, LOCAL, ROOT

_PORT = 3000
_HOST = "host.docker.internal"  # this machine's name in containers
_VARIABLES = LOCAL / "sam-local.json"


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            addresses = _addresses()
            _serve(urlsplit(addresses["endpoint"]).port or 0, addresses["site"])
    except StackError as error:
        print(f"make sam-local: {error}", file=sys.stderr)
        return 1
    return 0


def _addresses() -> dict[str, str]:
    try:
        return dict(json.loads(ADDRESSES.read_text()))
    except FileNotFoundError:
        raise StackError("start `make run` first, in another terminal: sam local uses its tables and keys") from None


def _serve(stack_port: int, site: str) -> None:
    _VARIABLES.write_text(json.dumps({"Parameters": _function_variables(stack_port)}))
    address = bridge_address(_bridge())
    with relaying(address, stack_port) if address else contextlib.nullcontext():
        command = command_line(stack_port, address or "host-gateway", site)
        print(f"Utenza listens on http://127.0.0.1:{_PORT} as soon as sam local says so. Ctrl-C stops it.", flush=True)
        # In its own session it gets one signal, ours, and removes its containers; a second one would interrupt that.
        process = subprocess.Popen(command, cwd=ROOT, env=environment(), start_new_session=True)
        try:
            if process.wait():
                raise StackError("sam local has ended with an error, see above")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def command_line(stack_port: int, host: str, site: str) -> list[str]:
    """Return the command that starts `sam local`, without empty parameters, which it refuses."""
    command = [str(SAM), "local", "start-api", "--template", str(BUILD / "template.yaml"), "--port", str(_PORT)]
    command += ["--skip-pull-image", "--warm-containers", "LAZY", "--env-vars", str(_VARIABLES)]
    command += ["--add-host", f"{_HOST}:{host}", "--config-file", str(NO_SETTINGS), "--parameter-overrides"]
    values = parameters(f"http://127.0.0.1:{_PORT}", f"http://{_HOST}:{stack_port}", site)
    return command + [f"{name}={value}" for name, value in values.items() if value]


def _function_variables(stack_port: int) -> Mapping[str, str]:
    """Return the variables that `sam local` cannot resolve from the template: the names of deployed resources."""
    found = stack_outputs(f"http://127.0.0.1:{stack_port}")
    return {
        "CUSTOMERS_TABLE": found["CustomersTable"],
        "ACCOUNTS_TABLE": found["AccountsTable"],
        "SESSIONS_TABLE": found["SessionsTable"],
        "ACTIVITY_TABLE": found["ActivityTable"],
        "ATTEMPTS_TABLE": found["AttemptsTable"],
        "SIGNING_KEY": found["SigningKeyArn"],
        "SIGNING_KEYS_TABLE": found["SigningKeysTable"],
        "STEP_SECRET": found["StepSecretName"],
        "SENDER_EMAIL": sender(f"http://127.0.0.1:{stack_port}"),
    }


def _bridge() -> str:
    """Return the name of the network interface of Docker's default network."""
    template = '{{index .Options "com.docker.network.bridge.name"}}'
    command = ["docker", "network", "inspect", "bridge", "--format", template]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except FileNotFoundError:
        raise StackError("Docker is not installed") from None
    except subprocess.CalledProcessError as error:
        raise StackError(f"Docker does not respond: {error.stderr.strip()}") from None


if __name__ == "__main__":
    sys.exit(main())
