"""Known devices in memory."""

from threading import Lock
from typing import NamedTuple

from tests.fakes.writes import FakeWrite
from utenza.dynamodb import Write
from utenza.limits.devices import Device, Devices, KnownDevice, KnownTo


class Known(NamedTuple):
    account: KnownTo
    until: int
    tries: int = 0


class FakeDevices(Devices):
    def __init__(self) -> None:
        self.known: dict[str, Known] = {}
        self._lock = Lock()

    def count(self, device: Device, *, most: int, now: int) -> KnownDevice | None:
        with self._lock:
            known = self.known.get(device.key)
            if known is None or known.tries >= most or known.until <= now:
                return None
            self.known[device.key] = known._replace(tries=known.tries + 1)
            return KnownDevice(known.account, known.tries)

    def refund(self, device: Device) -> None:
        with self._lock:
            known = self.known.get(device.key)
            if known is not None and known.tries:
                self.known[device.key] = known._replace(tries=known.tries - 1)

    def remembered(self, device: Device, account: KnownTo, *, until: int) -> Write:
        def remember() -> None:
            self.known[device.key] = Known(account, until)

        return FakeWrite(remember)
