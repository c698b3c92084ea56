"""The command line of the benchmark: which sections, how many rounds, and where the page goes."""

import argparse
import datetime as dt
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bench.environments import WORK
from bench.page import Section
from bench.sections import calls, cost, full, load, loading, peers, size, start, warm
from bench.turns import Run
from tools.local_stack.build import build
from tools.local_stack.places import StackError
from tools.paths import ROOT

_SECTIONS: dict[str, Callable[[Run], Section]] = {
    "start": start.measure,
    "warm": warm.measure,
    "peers": peers.measure,
    "import": loading.measure,
    "full": full.measure,
    "cost": cost.measure,
    "calls": calls.measure,
    "load": load.measure,
    "size": size.measure,
}
_RESULTS = ROOT / "bench" / "results.md"
_HEAD = """# How fast, and how dear

{machine}. `make bench` wrote this page; [README.md](README.md) says how it measures.
What is compared is measured in turns, and figures are medians. Trust the ratios (×) more than the times, which are this
machine's.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the page; when a section fails, the others go on."""
    options = _parser().parse_args(arguments)
    WORK.mkdir(parents=True, exist_ok=True)
    try:
        build(WORK / "build.log")
    except StackError as error:
        print(f"make bench: {error}", file=sys.stderr)
        return 1
    folder = WORK / ("quick" if options.quick else "sections")
    failed = [name for name in options.only if not _measured(name, options, folder)]
    page = _page(folder, options.only if options.quick else _SECTIONS)
    if options.quick:
        print(page)
    else:
        _RESULTS.write_text(page, encoding="utf-8")
        print(f"written: {_RESULTS.relative_to(ROOT)}", file=sys.stderr)
    if failed:
        print(f"FAILED, and as before on the page: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _measured(name: str, options: argparse.Namespace, folder: Path) -> bool:
    run = Run(name, 1 if options.quick else options.rounds, options.quick)
    try:
        section = _SECTIONS[name](run)
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        run.say(f"FAILED: {error}")
        return False
    folder.mkdir(parents=True, exist_ok=True)
    command = f"make bench ONLY={name}" + (" QUICK=1" if options.quick else f" ROUNDS={options.rounds}")
    note = f"_{command}, {dt.datetime.now(dt.UTC).date().isoformat()}, commit {_commit()}_"
    (folder / f"{name}.md").write_text(f"{section.markdown()}\n\n{note}\n", encoding="utf-8")
    return True


def _page(folder: Path, names: Iterable[str]) -> str:
    """Return the page with the latest result of each section."""
    files = [folder / f"{name}.md" for name in names]
    texts = [file.read_text(encoding="utf-8") for file in files if file.exists()]
    return "\n".join([_HEAD.format(machine=_machine()), *texts])


def _machine() -> str:
    """Return what matters for the figures, and no name of a host, a person or a folder."""
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text(encoding="utf-8").splitlines() if cpu.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.process_cpu_count()} cores of {next(iter(models), platform.machine())}, {platform.system()}, {python}"


def _commit() -> str:
    """Return the commit that was measured; "-dirty" if more than the page differs from it."""
    head = _git("rev-parse", "--short=10", "HEAD")
    changed = _git("status", "--porcelain", "--", ".", f":!{_RESULTS.relative_to(ROOT)}")
    return f"{head}-dirty" if changed else head


def _git(*command: str) -> str:
    return subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def _parser() -> argparse.ArgumentParser:
    names = ",".join(_SECTIONS)
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", type=_names, default=list(_SECTIONS), metavar=names, help="these sections (ONLY=…)")
    parser.add_argument("--rounds", type=int, default=9, help="of what is measured in turns (ROUNDS=…)")
    parser.add_argument("--quick", action="store_true", help="one round, printed, not written (QUICK=1)")
    return parser


def _names(text: str) -> list[str]:
    names = text.split(",")
    if wrong := set(names) - set(_SECTIONS):
        raise argparse.ArgumentTypeError(f"no section {', '.join(wrong)}: there are {', '.join(_SECTIONS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
