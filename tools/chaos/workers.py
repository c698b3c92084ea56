"""Kills the processes in which the emulator runs functions, as when a host of Lambda dies."""

import contextlib
import os
import re
import signal
import subprocess

_SCRIPT = "/_worker.py"  # the emulator runs it in a folder of its own for each function's process
_FUNCTION = re.compile(rf"/ministack-lambda-([\w-]+)-[^-/]+{re.escape(_SCRIPT)}")


def workers(emulator: int, function: str = "") -> list[int]:
    """Return the ids of the functions' processes, children of the emulator; `function` is a part of a name."""
    rows = (line.split(None, 2) for line in _output("ps", "-wwAo", "pid=,ppid=,args=").splitlines())
    return [
        int(row[0])
        for row in rows
        if len(row) == 3 and int(row[1]) == emulator and function in row[2] and _SCRIPT in row[2]
    ]


def kill(pid: int) -> None:
    """Kill a process without notice, if it is still there."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def kill_caller(port: int) -> str:
    """Kill the function's process that has this port of a connection to us, and return the function's name.

    Empty if there is no such process.
    """
    for pid in map(int, _output("lsof", "-nP", "-t", f"-iTCP:{port}", "-sTCP:ESTABLISHED").split()):
        found = _FUNCTION.search(_output("ps", "-ww", "-p", str(pid), "-o", "args="))
        if found and pid != os.getpid():
            kill(pid)
            return found[1]
    return ""


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
