"""`make checkov`: checkov over the templates as they are deployed; each exception has its reason in exceptions.toml."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.paths import LOCAL, ROOT
from tools.template_checks import findings
from tools.translate import TEMPLATE, translated

_CHECKS = Path(__file__).with_name("checks.py")
_PYTHON = LOCAL / "checkov" / "bin" / "python"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make checkov", description=__doc__)
    parser.add_argument("--python", type=Path, default=_PYTHON, help="the Python that has checkov")
    options = parser.parse_args()
    templates = [TEMPLATE, ROOT / "site.yaml", *sorted((ROOT / "stacks").glob("*.yaml"))]
    complaints = list(findings.complaints(_findings(options.python, templates), findings.read()))
    print("\n".join(complaints) or f"checkov: nothing but what {findings.EXCEPTIONS.relative_to(ROOT)} excepts")
    return 1 if complaints else 0


def _findings(python: Path, templates: list[Path]) -> list[findings.Finding]:
    """Return what checkov finds. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as folder:
        files = {Path(folder, f"{template.stem}.json"): template for template in templates}
        for file, template in files.items():
            file.write_text(json.dumps(translated(template)), encoding="utf-8")
        done = subprocess.run([python, _CHECKS, *files], check=True, stdout=subprocess.PIPE, cwd=folder)
    result = json.loads(done.stdout)
    if result["unread"]:
        raise SystemExit(f"checkov could not read {', '.join(result['unread'])}")
    names = {file.name: template.name for file, template in files.items()}
    return [findings.Finding(**found | {"file": names[Path(found["file"]).name]}) for found in result["findings"]]


if __name__ == "__main__":
    sys.exit(main())
