"""`make run`: starts the local stack, loads the samples, says where it is, and stays until Ctrl-C."""

import argparse
import json
import signal
import sys
import time
from pathlib import Path

from tools.local_stack import samples
from tools.local_stack.places import ADDRESSES, RUN, Places, StackError
from tools.local_stack.stack import LocalStack, local_stack


def main() -> int:
    options = _parser().parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        _run(Places(RUN, options.port, options.stack_port))
    except StackError as error:
        print(f"make run: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; what was stored is kept (`make reset` forgets it).")
    return 0


def _run(places: Places) -> None:
    began = time.monotonic()
    print("Starting the local stack (the first time takes a minute) ...", flush=True)
    with local_stack(places) as stack:
        samples.load(stack)
        _announce(stack, ADDRESSES)
        try:
            print(f"Utenza answers at {stack.api} after {time.monotonic() - began:.0f} s. Ctrl-C stops it.")
            print(samples.registration(stack.api), flush=True)
            stack.emulator.wait()
        finally:
            ADDRESSES.unlink(missing_ok=True)
        raise StackError(f"the emulator has ended by itself: see {places.logs / 'emulator.log'}")


def _announce(stack: LocalStack, file: Path) -> None:
    """Write the addresses for scripts, whole or not at all."""
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps({"api": stack.api, "endpoint": stack.endpoint}) + "\n")
    fresh.replace(file)


def _stop(_number: int, _frame: object) -> None:
    """End the run once: what follows the first signal must not disturb the saving of the state."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="where the API answers")
    parser.add_argument("--stack-port", type=int, default=4566, help="where the emulator of AWS answers")
    return parser


if __name__ == "__main__":
    sys.exit(main())
