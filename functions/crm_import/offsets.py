"""Where the lines of a file begin, in bytes, so that a part of it can be read alone."""

from collections import deque
from collections.abc import Iterable, Iterator

_KEPT = 64  # lines: a record has at most ten, and as many are looked at ahead


class Offsets:
    """Follows the lines of a file that was opened in `codec`; the first of them begins at byte `start`."""

    def __init__(self, codec: str, start: int) -> None:
        self._codec = "utf-16-le" if codec.startswith("utf-16") else codec.removesuffix("-sig")
        self._next = start
        self._begins: deque[tuple[int, int]] = deque(maxlen=_KEPT)

    def follow(self, lines: Iterable[str], first_line: int = 1) -> Iterator[str]:
        """Yield the lines, with their ends as in the file."""
        for number, line in enumerate(lines, first_line):
            self._begins.append((number, self._next))
            self._next += self._length(line)
            yield line

    def of(self, line: int) -> int:
        """Return where one of the last lines begins."""
        return next(offset for number, offset in self._begins if number == line)

    def _length(self, line: str) -> int:
        if self._codec == "utf-8" and line.isascii():
            return len(line)
        return len(line.encode(self._codec))


def first_byte(codec: str, start: bytes) -> int:
    """Return where the text begins behind a byte order mark; `start` are the first bytes of the file."""
    if codec == "utf-8-sig":
        return 3
    return 2 if codec == "utf-16" and start[:2] in (b"\xff\xfe", b"\xfe\xff") else 0


def codec_of_parts(codec: str, start: bytes) -> str:
    """Return the codec for bytes from the middle of a file."""
    if codec == "utf-16":
        return "utf-16-be" if start[:2] == b"\xfe\xff" else "utf-16-le"
    return codec.removesuffix("-sig")
