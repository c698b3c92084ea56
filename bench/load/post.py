"""The mailbox of everybody: waits for the codes that the stack sends by mail."""

import math
import threading
import time
from collections import defaultdict
from collections.abc import Callable

import urllib3

from tools.local_stack import mailbox

_EVERY = 0.5  # seconds; the emulator answers with all mails each time


class Post:
    """Looks into the emulator's mailbox once for all who wait, and only while somebody does."""

    def __init__(self, stack_port: int) -> None:
        self._port = stack_port
        self._lock = threading.Lock()
        self._looked = 0.0
        self._codes: dict[str, list[str]] = {}
        self._waits: list[tuple[float, float]] = []
        self._waiting: dict[int, float] = {}  # since when, by thread

    def codes(self, to: str) -> list[str]:
        """Return the codes that have come to an address, the oldest first."""
        with self._lock:
            if time.monotonic() - self._looked > _EVERY:
                self._look()
            return self._codes.get(to.lower(), [])

    def next_code(self, to: str, seen: int, patience: float, wait: Callable[[float], object] = time.sleep) -> str:
        """Return the code that comes after those `seen` before, empty if none comes in time; `wait` as for Browser."""
        began = time.monotonic()
        with self._lock:
            self._waiting[threading.get_ident()] = began
        code = ""
        while time.monotonic() - began < patience:
            if len(found := self.codes(to)) > seen:
                code = found[-1]
            if code or wait(_EVERY):
                break
        with self._lock:
            del self._waiting[threading.get_ident()]
            self._waits.append((began, time.monotonic() - began))
        return code

    def since(self, moment: float, until: float = math.inf) -> list[float]:
        """Return how long those waited for a code who began in this time (time.monotonic), or have waited so far."""
        with self._lock:
            now = time.monotonic()
            waits = (*self._waits, *((began, now - began) for began in self._waiting.values()))
            return [waited for began, waited in waits if moment <= began < until]

    def _look(self) -> None:
        try:
            emails = mailbox.sent(self._port)
        except (urllib3.exceptions.HTTPError, ValueError):
            return  # a busy emulator; the next look may find more
        found: dict[str, list[str]] = defaultdict(list)
        for email in reversed(emails):
            if code := mailbox.code_in(email):
                found[email.to.lower()].append(code)
        self._codes, self._looked = dict(found), time.monotonic()
