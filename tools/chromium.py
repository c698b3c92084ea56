"""Which Chromium the pages are tested and pictured with, and how it is started."""

import os
import shutil

# As root in a container, and without the calls home that a browser makes at its start.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def program() -> str | None:
    """Return the path of the browser: what the variable CHROMIUM says, else what is installed; None for none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
