"""What must be fresh when Lambda restores a process from a snapshot: connections, keys, threads, random state.

Source: https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
"""

import importlib
import random
from collections.abc import Callable


def after_restore(hook: Callable[[], object]) -> None:
    """Have Lambda call `hook` after each restore; without SnapStart's module (tests, other runtimes) do nothing."""
    try:
        runtime = importlib.import_module("snapshot_restore_py")  # part of Lambda's own Python
    except ModuleNotFoundError:
        return
    runtime.register_after_restore(hook)


after_restore(random.seed)  # botocore's back-off draws from it; secrets come from the operating system
