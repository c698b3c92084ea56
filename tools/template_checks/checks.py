"""Runs checkov over templates and prints what it finds as JSON: in checkov's own environment, and without network."""

import json
import sys

import ply.yacc  # type: ignore[import-not-found]
from checkov.cloudformation.runner import Runner  # type: ignore[import-not-found]
from checkov.common.output.record import Record  # type: ignore[import-not-found]
from checkov.runner_filter import RunnerFilter  # type: ignore[import-not-found]


def main(templates: list[str]) -> int:
    _make_tables_once()
    options = RunnerFilter(framework=["cloudformation"], show_progress_bar=False)
    report = Runner().run(root_folder=None, files=templates, runner_filter=options)
    found = [_finding(record) for record in report.failed_checks]
    json.dump({"unread": report.parsing_errors, "findings": found}, sys.stdout)
    return 0


def _finding(record: Record) -> dict[str, str]:
    return {"check": record.check_id, "says": record.check_name, "file": record.file_path, "resource": record.resource}


def _make_tables_once() -> None:
    """Generate the parser of checkov's JSON paths once, and not for each of some hundred paths: half of its time."""
    generate, tables = ply.yacc.LRGeneratedTable, {}

    def generated(grammar: ply.yacc.Grammar, method: str, log: ply.yacc.NullLogger) -> ply.yacc.LRTable:
        rules = (method, tuple(map(str, grammar.Productions)))
        if rules not in tables:
            tables[rules] = generate(grammar, method, log)
        return tables[rules]

    ply.yacc.LRGeneratedTable = generated


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
