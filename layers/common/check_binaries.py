"""Checks that all compiled files of a layer are for its processor: one of another fails at the first login, not before.

check_binaries.py FOLDER arm64|x86_64
"""

import struct
import sys
from collections.abc import Sequence
from pathlib import Path

_MACHINES = {"x86_64": 62, "arm64": 183}  # e_machine in the header of an ELF file
_HEADER = struct.Struct("<4s14xH")  # little-endian, as both processors are in Lambda


def wrong(folder: Path, architecture: str) -> list[str]:
    """Return what is wrong, in one line for each file; a folder without any compiled file is wrong too."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and ".so" in path.suffixes)
    if not files:
        return [f"{folder} has no compiled files"]
    return [
        f"{path.relative_to(folder)} is not for {architecture}" for path in files if not _is_for(path, architecture)
    ]


def _is_for(path: Path, architecture: str) -> bool:
    with path.open("rb") as file:
        header = file.read(_HEADER.size)
    return len(header) == _HEADER.size and _HEADER.unpack(header) == (b"\x7fELF", _MACHINES[architecture])


def main(arguments: Sequence[str]) -> int:
    """Print what is wrong; return 1 if anything is."""
    folder, architecture = arguments
    faults = wrong(Path(folder), architecture)
    for fault in faults:
        sys.stderr.write(f"layer: {fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
