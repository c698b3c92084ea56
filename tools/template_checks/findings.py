"""What checkov finds, beside the exceptions that say why it stays."""

import tomllib
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

EXCEPTIONS = Path(__file__).with_name("exceptions.toml")


class Finding(NamedTuple):
    """A failed check; `file` is the template's name, `resource` its type and logical id."""

    check: str
    says: str
    file: str
    resource: str


class Excepted(NamedTuple):
    """Resources of a template (patterns of type and logical id) that a check need not pass, and the reason."""

    check: str
    file: str
    resource: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        return (self.check, self.file) == (finding.check, finding.file) and fnmatchcase(finding.resource, self.resource)


def read(path: Path = EXCEPTIONS) -> list[Excepted]:
    """Return the exceptions, one for each pattern. Raises KeyError for one without a reason."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["exception"]
    return [
        Excepted(entry["check"], entry["file"], resource, entry["reason"])
        for entry in entries
        for resource in entry["resources"]
    ]


def complaints(findings: Iterable[Finding], exceptions: Iterable[Excepted]) -> Iterator[str]:
    """Yield a line for each finding that nothing excepts, and for each exception that excepts nothing."""
    found, excepted = list(findings), list(exceptions)
    for finding in found:
        if not any(exception.covers(finding) for exception in excepted):
            yield f"{finding.file}: {finding.resource}: {finding.says} ({finding.check})"
    for exception in excepted:
        if not any(exception.covers(finding) for finding in found):
            where = f"{exception.resource} in {exception.file}"
            yield f"{EXCEPTIONS.name}: nothing is like {where} any more ({exception.check})"
