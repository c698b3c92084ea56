"""Runs the deployment as `python -m tools.deploy_site`."""

import sys

from tools.deploy_site.cli import main

if __name__ == "__main__":
    sys.exit(main())
