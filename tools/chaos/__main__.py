"""Runs the tool as `python -m tools.chaos`."""

import sys

from tools.chaos.cli import main

if __name__ == "__main__":
    sys.exit(main())
