"""Records what the API answers today: `PYTHONPATH=layers/common:functions python -m tests.replay.record [scenario …]`.

With names of scenarios, only these are recorded again.
"""

import sys
import tempfile
from pathlib import Path

from tests.replay import recordings
from tests.replay.play import Play, World
from tests.replay.scenarios import MODES
from tests.stacks import MAIL
from tools.local_stack.places import Places
from tools.local_stack.stack import local_stack
from tools.ports import free_ports

_PARAMETERS = {"plain": {}, "mail": MAIL}


def main(wanted: list[str]) -> int:
    for mode, scenarios in MODES.items():
        chosen = {name: play for name, play in scenarios.items() if not wanted or name in wanted}
        if not chosen:
            continue
        calls = recordings.load(mode) if wanted else {}
        with (
            tempfile.TemporaryDirectory() as folder,
            local_stack(Places(Path(folder), *free_ports(3)), _PARAMETERS[mode]) as stack,
        ):
            world = World(stack)
            for name, scenario in chosen.items():
                play = Play(world, name)
                scenario(play)
                calls[name] = play.calls
        recordings.save(mode, {name: calls[name] for name in scenarios if name in calls})
        sys.stdout.write(f"{mode}: {sum(map(len, calls.values()))} calls\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
