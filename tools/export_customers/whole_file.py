"""A file that is there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from utenza.crm.file import ENCODING


@contextmanager
def whole_file(path: Path, *, replace: bool) -> Iterator[TextIO]:
    """Give a file to write, readable only by its owner, that gets its name when the block ends well.

    FileExistsError if there is one of that name by then and it may not be replaced; OSError as for any file.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding=ENCODING, newline="") as text:
            yield text
            text.flush()
            os.fsync(text.fileno())
        if replace:
            temporary.replace(path)
        else:
            _name(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _name(temporary: Path, path: Path) -> None:
    """Give the file its name; FileExistsError where there is one, which `Path.replace` would not say."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links, as of memory sticks
        if path.exists():
            raise FileExistsError(path) from None
        temporary.replace(path)
