"""Runs the export as `python -m tools.export_customers`."""

import sys

from tools.export_customers.cli import main

if __name__ == "__main__":
    sys.exit(main())
