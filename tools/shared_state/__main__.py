"""Compare what versions share with the last release; `--release` describes a new one, with what tests write."""

import argparse
import subprocess
import sys

from tools.paths import ROOT
from tools.shared_state.compare import incompatible
from tools.shared_state.description import RELEASED, from_code, released

_RECORD = ["-m", "pytest", "tests/contract", "-k", "dynamodb", "-n", "auto"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools.shared_state", description=__doc__)
    parser.add_argument("--release", action="store_true", help="describe this version: it is being released")
    if parser.parse_args().release:
        return subprocess.run([sys.executable, *_RECORD, "--shared-state=keep"], cwd=ROOT, check=False).returncode
    found = incompatible(released(), from_code())
    for each in found:
        print(f"- {each}")
    if found:
        print(f"The last release ({RELEASED.relative_to(ROOT)}) and this version cannot serve side by side.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
