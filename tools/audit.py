"""`make audit`: asks the advisory service of PyPI's packages (osv.dev) about everything in uv.lock, with pip-audit.

`make check` runs it with --if-reachable: without the service it says that nothing was audited, and is no failure.
Findings that are accepted for now are listed in `ACCEPTED`, and nowhere else.
"""

import argparse
import datetime as dt
import json
import subprocess
import sys
import tempfile
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tools.paths import LOCAL, ROOT
from tools.shipped import packages

SERVICE = "https://api.osv.dev/"
_PIP_AUDIT = LOCAL / "audit" / "bin" / "pip-audit"
_SECONDS = 10  # to find out whether the service can be reached


class Accepted(NamedTuple):
    """A finding that we live with: why, and until when at most."""

    reason: str
    until: dt.date


# By the id that pip-audit shows. Whoever adds one says why it does no harm here, and looks again at that day.
ACCEPTED: dict[str, Accepted] = {}


def parts() -> dict[str, list[str]]:
    """Return what to audit: a name, and the arguments of `uv export` that list it."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    return {"the layer": ["--no-default-groups"]} | {f"group {name}": ["--only-group", name] for name in groups}


def is_reachable(address: str = SERVICE) -> bool:
    """Tell whether anything answers there, whatever it says."""
    try:
        urllib.request.urlopen(address, timeout=_SECONDS).close()  # noqa: S310 - https, and no one else's address
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def accepted(today: dt.date, findings: Mapping[str, Accepted] = ACCEPTED) -> list[str]:
    """Return the ids of the findings that are still accepted."""
    return [finding for finding, (_, until) in findings.items() if today <= until]


def audit(name: str, arguments: Iterable[str], ignored: Iterable[str]) -> list[str]:
    """Return a line for each finding in a part of the lock; raises SystemExit if pip-audit did not get to its end."""
    with tempfile.TemporaryDirectory(prefix="utenza-audit-") as folder:
        requirements = Path(folder, "requirements.txt")
        requirements.write_text(packages.export(*arguments), encoding="utf-8")
        command = [str(_PIP_AUDIT), "--requirement", str(requirements), "--require-hashes", "--disable-pip"]
        command += ["--vulnerability-service", "osv", "--format", "json", "--progress-spinner", "off"]
        command += [part for finding in ignored for part in ("--ignore-vuln", finding)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    return findings_in(name, run.stdout, run.stderr)


def findings_in(name: str, output: str, errors: str) -> list[str]:
    """Return a line for each finding in pip-audit's JSON; raises SystemExit for anything else, or less."""
    try:
        dependencies = json.loads(output)["dependencies"]
    except ValueError:
        raise SystemExit(f"{name}: not audited: pip-audit failed\n{errors}") from None
    left_out = [entry["name"] for entry in dependencies if "skip_reason" in entry]
    if left_out or not dependencies:
        raise SystemExit(f"{name}: not audited: {', '.join(left_out) or 'nothing was listed'}")
    return [
        f"{name}: {entry['name']} {entry['version']}: {finding['id']} ({', '.join(finding['aliases'])}),"
        f" fixed in {', '.join(finding['fix_versions']) or 'no version yet'}"
        for entry in dependencies
        for finding in entry["vulns"]
    ]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__.partition("\n")[0])
    parser.add_argument("--if-reachable", action="store_true", help="without the service say so, and exit 0")
    chosen = parser.parse_args(arguments)
    if not is_reachable():
        print("not audited: no advisory service reachable", file=sys.stderr)
        return 0 if chosen.if_reachable else 2
    ignored = accepted(dt.datetime.now(dt.UTC).date())
    found = [line for name, listed in parts().items() for line in audit(name, listed, ignored)]
    print(*dict.fromkeys(found), f"audited: {len(parts())} parts of uv.lock, {len(found)} findings", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
