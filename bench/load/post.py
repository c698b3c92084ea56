"""The mailbox of everybody: waits for the codes that the stack sends by mail."""

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
        self.waits: list[tuple[float, float]] = []
        """When somebody began to wait (time.monotonic), and for how long; infinite if no mail came."""

    def codes(self, to: str) -> list[str]:
        """Return the codes that have come to an address, the oldest first."""
        with self._lock:
            if time.monotonic() - self._looked > _EVERY:
                self._look()
            return self._codes.get(to.lower(), [])

    def next_code(self, to: str, seen: int, patience: float, sleep: Callable[[float], None] = time.sleep) -> str:
        """Return the code that comes after those `seen` before, empty if none comes in time."""
        began = time.monotonic()
        while (waited := time.monotonic() - began) < patience:
            if len(found := self.codes(to)) > seen:
                self._note(began, waited)
                return found[-1]
            sleep(_EVERY)
        self._note(began, float("inf"))
        return ""

    def _note(self, began: float, waited: float) -> None:
        with self._lock:
            self.waits.append((began, waited))

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
