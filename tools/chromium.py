"""Finds the Chromium for the tests and pictures of the pages, and its command-line flags."""

import os
import shutil

# For root in a container, and without the requests that the browser sends to its maker.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def program() -> str | None:
    """Return the browser's path from the variable CHROMIUM or among the installed programs, None if there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
