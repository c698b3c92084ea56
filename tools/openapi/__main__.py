"""Writes `openapi.json`, or with --check says whether it still tells the truth."""

import argparse
import json
import sys
from pathlib import Path

from tools.openapi.document import document

_FILE = Path("openapi.json")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.openapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file differs")
    arguments = parser.parse_args()
    text = json.dumps(document(), ensure_ascii=False, indent=2) + "\n"
    if not arguments.check:
        _FILE.write_text(text, encoding="utf-8")
        print(f"{_FILE} written")
        return 0
    if _FILE.exists() and _FILE.read_text(encoding="utf-8") == text:
        print(f"{_FILE} is up to date")
        return 0
    print(f"{_FILE} differs from the code: run `make openapi` and commit it", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
