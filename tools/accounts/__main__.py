"""Runs the tool as `python -m tools.accounts`."""

from tools.accounts.cli import main
from tools.pipes import exit_with

if __name__ == "__main__":
    exit_with(main)
