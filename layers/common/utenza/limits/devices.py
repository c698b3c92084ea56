"""Devices that logged in to an account before; their wrong passwords are counted apart from those of strangers.

A device token opens nothing. It is random, stored as a hash together with the typed address, and so is unknown at any
other address. It belongs to one account and one generation of its password (docs/adr/0013-known-devices.md).
"""

import re
import secrets
from contextlib import suppress
from typing import NamedTuple

from utenza.dynamodb import ConditionFailed, DynamoDb, Value, Write, update
from utenza.limits import tries
from utenza.limits.limit import Limit
from utenza.limits.subjects import Subject

RECOVERED_KEPT = 3600  # seconds in which the token of a finished recovery stands for the device that it was done on
_OURS = re.compile(r"[A-Za-z0-9_-]{43}")
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{43,1024}")  # also the tokens of recoveries


class Device(NamedTuple):
    """A device token at one typed address of a supplier; `address` as it is compared."""

    supplier: str
    address: str
    token: str

    @property
    def key(self) -> str:
        """Return the key in the table, which shows neither token nor address."""
        return Subject(self.supplier, "login-device", f"{self.token}|{self.address}", Limit(1, 1)).key

    @property
    def is_possible(self) -> bool:
        """Tell whether the token can be one; if not, there is no need to look for it."""
        return _ACCEPTED.fullmatch(self.token) is not None

    def renewed(self) -> "Device":
        """Return the device with a token of its own: this one if it is, else a new one."""
        return self if _OURS.fullmatch(self.token) else self.anew()

    def anew(self) -> "Device":
        """Return the device with a new token."""
        return self._replace(token=secrets.token_urlsafe(32))


class KnownTo(NamedTuple):
    """The account that a device logged in to, and the generation of its password then."""

    account_id: str
    generation: int


class KnownDevice(NamedTuple):
    """What a device is known to, and how many attempts of it failed since it last succeeded."""

    account: KnownTo
    failed: int


class Devices:
    """`table` is that of the attempts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def count(self, device: Device, *, most: int, now: int) -> KnownDevice | None:
        """Count one attempt of the device by one atomic update; return what it is known to.

        None, and nothing counted, if it is unknown at this address, has expired, or has had `most` in a row.
        """
        condition, values = "#expires_at > :now", {"now": now}
        try:
            item = tries.count(self._db, self._table, device.key, most, condition=condition, values=values)
        except ConditionFailed:
            return None
        return KnownDevice(KnownTo(str(item["account_id"]), int(item["generation"])), int(item["tries"]) - 1)

    def refund(self, device: Device) -> None:
        """Take one attempt back, which turned out to be no guess."""
        change, condition = "ADD #tries :less", "#tries > :zero"
        with suppress(ConditionFailed):
            self._db.write(update(self._table, device.key, change, condition=condition, values={"less": -1, "zero": 0}))

    def remembered(self, device: Device, account: KnownTo, *, until: int) -> Write:
        """Return the write that makes the device known, with all its attempts, or renews it, for a transaction."""
        change = "SET #account_id = :account, #generation = :generation, #tries = :none, #expires_at = :until"
        values: dict[str, Value] = {"account": account.account_id, "generation": account.generation}
        values |= {"none": 0, "until": until}
        return update(self._table, device.key, change, values=values)
