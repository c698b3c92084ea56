"""Says what is being measured, on the error stream, so that nobody watches a silent terminal for twenty minutes."""

import sys
import time
from collections.abc import Callable

type Say = Callable[[str], None]

_began = time.monotonic()


def said_of(part: str) -> Say:
    """Return what prints a line with the time since the start and the part that it is about."""

    def say(text: str) -> None:
        minutes, seconds = divmod(int(time.monotonic() - _began), 60)
        print(f"[{minutes:02}:{seconds:02}] {part}: {text}", file=sys.stderr, flush=True)

    return say
