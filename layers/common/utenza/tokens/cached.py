"""What a process reads from AWS and keeps for a while: keys, and which of them are in use."""

from collections.abc import Callable
from contextlib import suppress

from botocore.exceptions import BotoCoreError, ClientError

from utenza import snapstart

_PAUSE = 10  # seconds between two searches or failed reads: what strangers send cannot make us read more often


class Cached[T]:
    """A value that is read when it is first needed, after each `age`, and after a restore from a snapshot.

    Both are in seconds. While AWS fails, the value that is there serves until it is `grace` old.
    """

    def __init__(self, read: Callable[[], T], *, age: int, grace: int) -> None:
        self._read = read
        self._age, self._grace = age, grace
        self._values: list[T] = []
        self._read_at = self._searched_at = self._failed_at = 0
        snapstart.after_restore(self._values.clear)  # a snapshot may be older than a rotation

    def get(self, *, now: int) -> T:
        """Return the value; raises what `read` raises when there is none young enough."""
        if self._is_within(self._age, now):
            return self._values[0]
        if self._is_within(self._grace, now):
            if abs(now - self._failed_at) >= _PAUSE:
                with suppress(BotoCoreError, ClientError):
                    return self._read_again(now)
                self._failed_at = now
            return self._values[0]
        return self._read_again(now)

    def search[R](self, find: Callable[[T], R | None], *, now: int) -> R | None:
        """Return what `find` finds in the value, or in a newer one when it finds nothing in this one."""
        found = find(self.get(now=now))
        if found is None and abs(now - self._searched_at) >= _PAUSE:
            self._searched_at = now
            found = find(self._read_again(now))
        return found

    def _is_within(self, seconds: int, now: int) -> bool:
        return bool(self._values) and abs(now - self._read_at) < seconds

    def _read_again(self, now: int) -> T:
        self._values[:] = [self._read()]
        self._read_at = now
        return self._values[0]
