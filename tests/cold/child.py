"""A function's process, from its start to its first answer: `child.py verify < event`; without a name, one of nothing.

With `REPORT` set it prints what was loaded beyond what Lambda's runtime client loads itself.
"""

import importlib
import json
import marshal
import os
import sys
from importlib.machinery import SourceFileLoader

_LOADED_BY_LAMBDA = ("decimal", "logging", "time", "traceback")


def main(*functions: str) -> None:
    for module in _LOADED_BY_LAMBDA:
        importlib.import_module(module)
    before = set(sys.modules)
    event = json.load(sys.stdin)
    for function in functions:
        answer = importlib.import_module(f"{function}.app").handler(event, None)
        if answer.get("statusCode", 200) not in {200, 201}:
            sys.exit(json.dumps(answer))
    if "REPORT" in os.environ:
        loaded = sorted(set(sys.modules) - before)
        json.dump({"modules": loaded, "bytecode": sum(map(bytecode, loaded))}, sys.stderr)


def bytecode(module: str) -> int:
    """Return the bytes that are read and run to load a module; 0 where it is not of Python, or frozen."""
    loader = sys.modules[module].__loader__
    return len(marshal.dumps(loader.get_code(module))) if isinstance(loader, SourceFileLoader) else 0


main(*sys.argv[1:])
