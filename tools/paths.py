"""Paths inside the repository that several tools share."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCAL = ROOT / ".local"  # everything that the tools install, build and store; not committed
BUILD = LOCAL / "build"  # functions and layer as `sam build` writes them
ADDRESSES = LOCAL / "addresses.json"  # exists while `make run` runs
SUPPLIERS = ROOT / "suppliers" / "suppliers.toml"
