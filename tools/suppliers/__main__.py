"""Runs the compiler as `python -m tools.suppliers`."""

import sys

from tools.suppliers.compile import main

if __name__ == "__main__":
    sys.exit(main())
