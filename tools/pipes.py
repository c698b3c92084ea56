"""Ends a command whose output is read by another program."""

import os
import sys
from collections.abc import Callable
from typing import NoReturn

READER_GONE = 141  # as the shell says of a program that wrote into a pipe without a reader


def exit_with(main: Callable[[], int]) -> NoReturn:
    """Exit with what `main` returns, and without a traceback when the reader of the output has gone: `| head` does."""
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still to be flushed at the exit
        status = READER_GONE
    sys.exit(status)
