"""The command line of the benchmark: which parts, how many rounds, and where the page goes."""

import argparse
import datetime as dt
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bench import cold_section, cost_section, counts_section, loading_section, peers_section, warm_section
from bench.machine import described
from bench.page import Section
from bench.places import RESULTS, WORK
from bench.progress import Say, said_of
from tools.local_stack.build import build
from tools.local_stack.places import StackError
from tools.paths import ROOT

type Part = Callable[[int, Say], Section]

PARTS: dict[str, Part] = {
    "cold": cold_section.section,
    "warm": warm_section.section,
    "counts": counts_section.section,
    "peers": peers_section.section,
    "import": loading_section.section,
    "cost": cost_section.section,
}
_HEAD = """# How fast, and how dear

`make bench` wrote this page on one machine: {machine}.
`bench/README.md` says what each part does and how fair it is. A ratio stands beside every absolute time: times are this
machine's, ratios less so. Everything is measured in turns (A B C, C B A, …), and figures are medians of at least nine.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the page; a part that fails is said, and the others go on."""
    options = _parser().parse_args(arguments)
    try:
        WORK.mkdir(parents=True, exist_ok=True)
        build(WORK / "build.log")
    except StackError as error:
        print(f"make bench: {error}", file=sys.stderr)
        return 1
    sections = WORK / ("tried" if options.quick else "sections")
    failed = [name for name in options.only if not _measured(name, options, sections)]
    page = _page(sections, options.only if options.quick else PARTS)
    if options.quick:
        print(page)
    else:
        RESULTS.write_text(page, encoding="utf-8")
        print(f"written: {RESULTS.relative_to(ROOT)}", file=sys.stderr)
    if failed:
        print(f"FAILED, and as it was before on the page: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _measured(name: str, options: argparse.Namespace, sections: Path) -> bool:
    say = said_of(name)
    try:
        section = PARTS[name](0 if options.quick else options.rounds, say)
    except (OSError, RuntimeError, TimeoutError, subprocess.SubprocessError) as error:
        say(f"FAILED: {error}")
        return False
    sections.mkdir(parents=True, exist_ok=True)
    command = f"make bench ONLY={name}" + (" QUICK=1" if options.quick else "")
    note = f"_{command}, {dt.datetime.now(dt.UTC).date().isoformat()}, commit {_commit()}_"
    (sections / f"{name}.md").write_text(f"{section.text()}\n\n{note}\n", encoding="utf-8")
    return True


def _page(sections: Path, parts: Iterable[str]) -> str:
    """Return the page of these parts as they were measured last."""
    files = [sections / f"{name}.md" for name in parts]
    texts = [file.read_text(encoding="utf-8") for file in files if file.exists()]
    return "\n".join([_HEAD.format(machine=described()), *texts])


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=10"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--only", type=_parts, default=list(PARTS), metavar=",".join(PARTS), help="these parts (ONLY=…)"
    )
    parser.add_argument("--rounds", type=int, default=9, help="of what is measured in turns; at least 9 (ROUNDS=…)")
    parser.add_argument("--quick", action="store_true", help="one round, printed, for trying it out (QUICK=1)")
    return parser


def _parts(text: str) -> list[str]:
    names = text.split(",")
    if wrong := set(names) - set(PARTS):
        raise argparse.ArgumentTypeError(f"there is no part {', '.join(wrong)}: there are {', '.join(PARTS)}")
    return names
