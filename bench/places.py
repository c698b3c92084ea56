"""Where the benchmark finds and puts its things: all under `.local`, which is never committed."""

import os
import sys
from pathlib import Path

from tools.local_stack.build import architecture
from tools.paths import BUILD, LOCAL, ROOT

WORK = LOCAL / "bench"
RESULTS = ROOT / "bench" / "results.md"
PROGRAMS = ROOT / "bench" / "worker"
PEERS = LOCAL / "peers"
PROTOTYPE = LOCAL / "prototype" / "site"
RUNTIME = LOCAL / "runtime"
USUAL = LOCAL / "usual"
EMULATOR = next(LOCAL.glob(f"sam/lib/python3.*/site-packages/samcli/local/rapid/aws-lambda-rie-{architecture()}"), None)

# Lambda has no virtual environment: the interpreter itself, so that a start does not pay for ours.
INTERPRETER = os.path.realpath(sys.executable)


def site_packages(environment: Path) -> Path:
    return environment / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"


def import_path(*functions: str) -> list[Path]:
    """Return what Lambda has on its path: the functions as built, the layer, and the runtime's boto3 for its users."""
    folders = [BUILD / f"{name.capitalize()}Function" for name in functions]
    boto3 = [site_packages(USUAL)] if "notifications" in functions else []
    return [*folders, BUILD / "CommonLayer" / "python", *boto3]
