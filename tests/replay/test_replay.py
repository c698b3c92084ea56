"""What callers see stays as it was recorded: every call again, and every answer compared.

`tests.replay.record` records anew what is meant to change.
"""

import pytest

from tests.replay import recordings
from tests.replay.play import Play, World
from tests.replay.scenarios import MODES
from tools.local_stack.stack import LocalStack

pytestmark = pytest.mark.stack

_FIXTURES = {"plain": "stack", "mail": "mail_stack"}
_ALL = [(mode, name) for mode, scenarios in MODES.items() for name in scenarios]
_worlds: dict[str, World] = {}


def _world(mode: str, request: pytest.FixtureRequest) -> World:
    stack: LocalStack = request.getfixturevalue(_FIXTURES[mode])
    if mode not in _worlds:
        _worlds[mode] = World(stack)
    return _worlds[mode]


@pytest.mark.parametrize(("mode", "name"), _ALL)
def test_every_answer_is_as_it_was(mode: str, name: str, request: pytest.FixtureRequest) -> None:
    play = Play(_world(mode, request), name)
    MODES[mode][name](play)
    changed = recordings.differences(recordings.load(mode)[name], play.calls)
    assert not changed, f"{mode}, {name}:\n{changed}"


def test_every_recorded_scenario_is_played() -> None:
    assert [(mode, name) for mode in MODES for name in recordings.load(mode)] == _ALL
