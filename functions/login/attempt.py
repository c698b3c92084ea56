"""One attempt at logging in: counted for the device if it is known at this address, else for strangers."""

import secrets
from collections.abc import Callable
from contextlib import suppress

from utenza.dynamodb import Write
from utenza.limits.counter import Attempts
from utenza.limits.devices import Device, Devices, KnownTo
from utenza.limits.outages import OUTAGES
from utenza.limits.subjects import Subject
from utenza.tables.accounts import Login
from utenza.tables.logins import Logins


class LoginAttempt:
    """Strangers share the counters of the typed address and of their source; a known device has one of its own.

    A known device is not counted for its source either: who shares the source could keep the customer out.
    """

    def __init__(
        self,
        attempts: Attempts,
        devices: Devices,
        *,
        account: Subject,
        sources: tuple[Subject, ...],
        device: Device,
        per_device: int,
    ) -> None:
        self._attempts = attempts
        self._devices = devices
        self._account = account
        self._sources = sources
        self._device = device
        self._per_device = per_device
        self._known_to: KnownTo | None = None
        self._mark = secrets.token_urlsafe(6)
        self._failed_here = self._failed_elsewhere = 0
        self._used: tuple[int, ...] = ()
        self._open: tuple[Subject, ...] = ()  # counted, and not taken back

    def count(self, *, now: int) -> None:
        """Count the attempt; TooManyAttempts if strangers have to wait, and this is one."""
        if self._device.is_possible:
            known = self._devices.count(self._device, most=self._per_device, now=now)
            self._known_to, self._failed_here = known or (None, 0)
        if self._known_to is None:
            self._count_as_stranger(now)

    def login(self, logins: Logins) -> Login | None:
        """Return the login of the typed address, and note how many attempts at it failed before this one."""
        supplier, _, address, _ = self._account
        login, self._failed_elsewhere = logins.find(supplier, address, self._account, self._mark)
        return login

    @property
    def failed(self) -> int:
        """How many wrong passwords there were since the last success: of strangers, and of this device if known."""
        return self._failed_elsewhere + (self._failed_here if self._known_to else 0)

    @property
    def is_new_device(self) -> bool:
        return self._known_to is None

    def check_device(self, account: KnownTo | None, *, now: int) -> None:
        """Count it for strangers after all, unless the device is known to this account, since its last new password."""
        if self._known_to is not None and self._known_to != account:
            self._known_to = None
            self._count_as_stranger(now)

    def succeeded(self, account: KnownTo, *, now: int, until: int) -> tuple[str, tuple[Write, ...]]:
        """Return the token of the device, known or renewed until then, and what the login's transaction has to write.

        What the wrong passwords before took from the source is given back, if it is more than a tenth of its limit.
        """
        device = self._device.renewed() if self._known_to else self._device.anew()
        remembered = self._devices.remembered(device, account, until=until)
        if self._known_to:
            return device.token, (remembered,)
        refunds = (self._attempts.refunded(source, self._used[0]) for source in self._busy_sources())
        return device.token, (remembered, self._attempts.succeeded(self._account, now=now), *refunds)

    def settled_by[T](self, transaction: Callable[[], T]) -> T:
        """Do the login's transaction; what it takes back must not be taken back once more."""
        result = transaction()
        settled = {self._account, *self._busy_sources()}
        self._open = tuple(subject for subject in self._open if subject not in settled)
        return result

    def end_series(self) -> None:
        """End the strangers' series after the login of a known device; if AWS fails, the next login will.

        Outside the transaction: strangers who keep the address's counter busy must not hold up this login.
        """
        if self._known_to:
            with suppress(*OUTAGES):
                self._attempts.end_series(self._account)

    def refund(self) -> None:
        """Take back what is still counted, if anything is."""
        if self._known_to:
            self._devices.refund(self._device)
        self._attempts.refund(*self._open)

    def _count_as_stranger(self, now: int) -> None:
        subjects = (self._account, *self._sources)
        self._used = self._attempts.count(*subjects, now=now, mark=self._mark)
        self._open = subjects

    def _busy_sources(self) -> list[Subject]:
        """Return the sources that more than a negligible number of attempts is counted of."""
        used = zip(self._sources, self._used[1:], strict=False)
        return [source for source, attempts in used if not source.limit.is_negligible(attempts)]
