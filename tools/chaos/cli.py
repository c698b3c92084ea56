"""`make chaos`: parts of AWS fail one after another while customers come; nothing that they were told may be lost.

It starts a new local stack on 127.0.0.1, with a faulty proxy between the functions and the emulator, and prints one
line a phase and then what it found. docs/operations.md, "When parts of AWS fail", says what is expected.
"""

import argparse
import sys
import time

from tools.chaos import world
from tools.chaos.phases import PHASES
from tools.chaos.run import Run
from tools.local_stack.places import StackError

_SEED = 16


def main() -> int:
    """Run once and return the exit status: 0 all is well, 1 something was found, or the stack does not start."""
    options = _parser().parse_args()
    print("Starting a local stack ...", flush=True)
    try:
        with world.running(options.seed) as there:
            run = Run(there, options.seed, time.monotonic() + options.seconds)
            run.go()
    except StackError as error:
        print(f"make chaos: {error}", file=sys.stderr)
        return 1
    return 1 if run.findings else 0


def _parser() -> argparse.ArgumentParser:
    lasts = sum(phase.seconds for phase in PHASES)
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=_SEED, help=f"which calls fail, and who comes (default: {_SEED})")
    parser.add_argument(
        "--seconds",
        type=int,
        default=300,
        help=f"time from the first customer on: {lasts:.0f} s for the phases, the rest for the recovery (default: 300)",
    )
    return parser
