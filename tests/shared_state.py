"""What the contract tests have the tables write, and the last release (`pytest --shared-state`).

`make test` has it compared with docs/shared-state.json; `make shared-state` keeps it there.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tools.shared_state.recording import Written, merge, recording

_KEY = "shared_state"
_CONTRACT = "tests/contract/"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--shared-state", choices=["check", "keep"], help="compare with the last release, or be the next")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--shared-state"):
        config.pluginmanager.register(SharedState(config), "utenza-shared-state")


class SharedState:
    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._written: Written = {}
        self._findings: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        if not item.nodeid.startswith(_CONTRACT):
            return (yield)
        with recording(self._written):
            return (yield)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a process of pytest-xdist has recorded."""
        merge(self._written, getattr(node, "workeroutput", {}).get(_KEY, {}))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if (output := getattr(self._config, "workeroutput", None)) is not None:
            output[_KEY] = {
                kind: {name: sorted(types) for name, types in each.items()} for kind, each in self._written.items()
            }
        elif exitstatus == pytest.ExitCode.OK:  # a test that failed may have written less
            self._settle(session)

    def _settle(self, session: pytest.Session) -> None:
        from tools.shared_state.compare import incompatible  # noqa: PLC0415 - it loads SAM, for the end alone
        from tools.shared_state.description import from_code, items, released, save  # noqa: PLC0415

        now = from_code() | {"items": items(self._written)}
        if self._config.getoption("--shared-state") == "keep":
            save(now)
            return
        self._findings = incompatible(released(), now)
        if self._findings:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self._findings:
            terminalreporter.section("the last release cannot serve beside this version")
            for each in self._findings:
                terminalreporter.line(f"- {each}")
            terminalreporter.line("(docs/operations.md, What a release may change)")
