"""Runs the stand-in: `python -m bench.cloud PORT STATE`, where STATE is a file that `bench.rehearsal` wrote."""

import contextlib
import gc
import json
import sys
from pathlib import Path

from bench.cloud.server import Server
from bench.cloud.tables import Tables

if __name__ == "__main__":
    state = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    gc.freeze()
    gc.disable()  # a pause of the stand-in would be counted as one of the function
    with contextlib.suppress(KeyboardInterrupt):
        Server(Tables(state["items"], state["answers"]), int(sys.argv[1])).run()
