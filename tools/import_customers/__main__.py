"""Runs the import as `python -m tools.import_customers`."""

import sys

from tools.import_customers.cli import main

if __name__ == "__main__":
    sys.exit(main())
