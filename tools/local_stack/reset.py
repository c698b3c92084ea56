"""`make reset`: deletes what the local stack has stored; it must not be running."""

import shutil
import sys

from tools.local_stack.places import RUN, StackError, locked


def main() -> int:
    try:
        with locked(RUN, "the local stack is running: stop it first"):
            shutil.rmtree(RUN / "state", ignore_errors=True)
    except StackError as error:
        print(f"make reset: {error}", file=sys.stderr)
        return 1
    print("Everything that the local stack had stored is deleted.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
