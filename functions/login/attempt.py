"""One attempt at logging in: counted for the device if it is known at this address, else for strangers."""

from contextlib import suppress

from utenza.dynamodb import Write
from utenza.limits.counter import Attempts
from utenza.limits.devices import Device, Devices, KnownTo
from utenza.limits.outages import OUTAGES
from utenza.limits.subjects import Subject


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
        self._counted: tuple[int, ...] = ()

    def count(self, *, now: int) -> None:
        """Count the attempt; TooManyAttempts if strangers have to wait, and this is one."""
        if self._device.is_possible:
            self._known_to = self._devices.count(self._device, most=self._per_device, now=now)
        if self._known_to is None:
            self._count_as_stranger(now)

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
        own, *used = self._counted
        refunds = (
            self._attempts.refunded(source, own)
            for source, used_of_source in zip(self._sources, used, strict=True)
            if not source.limit.is_negligible(used_of_source)
        )
        return device.token, (remembered, self._attempts.succeeded(self._account, now=now), *refunds)

    def end_series(self) -> None:
        """End the strangers' series after the login of a known device; if AWS fails, the next login will.

        Outside the transaction: strangers who keep the address's counter busy must not hold up this login.
        """
        if self._known_to:
            with suppress(*OUTAGES):
                self._attempts.end_series(self._account)

    def refund(self) -> None:
        """Take back what was counted, if anything was."""
        if self._known_to:
            self._devices.refund(self._device)
        elif self._counted:
            self._attempts.refund(self._account, *self._sources)

    def _count_as_stranger(self, now: int) -> None:
        self._counted = self._attempts.count(self._account, *self._sources, now=now)
