"""Runs the tool as `python -m tools.accounts`."""

import sys

from tools.accounts.cli import main

if __name__ == "__main__":
    sys.exit(main())
