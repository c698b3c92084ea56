"""Runs the tool as `python -m tools.restore`."""

from tools.pipes import exit_with
from tools.restore.cli import main

if __name__ == "__main__":
    exit_with(main)
