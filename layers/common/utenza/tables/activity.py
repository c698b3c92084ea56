"""What happened in an account: logins, and what its owner changed. A table of its own, from which old entries go.

An entry says from what kind of device and from which part of a network, never the address, and nothing of the customer.
Only who is logged in, or has just proved who they are, writes one: attempts that fail leave none, or whoever guesses
could tell by time whether there is an account. How many failed is written with the next login.
"""

import re
import secrets
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Any, Literal, NamedTuple

from utenza.dynamodb import DynamoDb, Value, Write, delete, put
from utenza.tables.lifetimes import MONTH
from utenza.tables.reading import reader

type ActivityKind = Literal[
    "login",
    "password_changed",
    "password_recovered",
    "question_changed",
    "phone_changed",
    "language_changed",
    "user_id_changed",
    "user_id_undone",
    "sessions_ended",
    "supply_linked",
    "supply_unlinked",
    "document_accepted",
    "exported",
]

PAGE = 50
SEEN = 500  # entries of an account, that a new login is compared with
_CURSOR = re.compile(r"[0-9]{10}-[0-9a-f]{8}")
_WRITES = 25  # of one transaction that erases


class Origin(NamedTuple):
    """Where a call came from: `device` as `http.user_agents` shortens it, `network` as `network_of` does."""

    device: str = ""
    network: str = ""


NOWHERE = Origin()


class Entry(NamedTuple):
    """One entry; `at` is in seconds since 1970, `failed` how many wrong passwords came before a login."""

    at: int
    kind: ActivityKind
    device: str = ""
    network: str = ""
    failed: int = 0


READ = ("pk", "sk", "expires_at", *Entry._fields)  # the operators' policy in template.yaml lists the same


class Activity:
    """`months` is how long an entry stays."""

    def __init__(self, db: DynamoDb, table: str, months: int = 12) -> None:
        self._db = db
        self._table = table
        self._lifetime = months * MONTH

    def noted(
        self,
        supplier: str,
        account_id: str,
        kind: ActivityKind,
        origin: Origin = NOWHERE,
        *,
        now: int,
        failed: int = 0,
        is_new_device: bool = False,
    ) -> Write:
        """Return the write that leaves an entry, for the transaction of what it is about."""
        item: dict[str, Value | None] = {
            "pk": _key(supplier, account_id),
            "sk": f"{_begin_of(now)}-{secrets.token_hex(4)}",
            "at": now,
            "kind": kind,
            "device": origin.device or None,
            "network": origin.network or None,
            "failed": failed or None,
            "is_new_device": True if is_new_device else None,
            "expires_at": now + self._lifetime,
        }
        return put(self._table, item)

    def note(self, supplier: str, account_id: str, kind: ActivityKind, origin: Origin = NOWHERE, *, now: int) -> None:
        """Leave an entry by itself."""
        self._db.write(self.noted(supplier, account_id, kind, origin, now=now))

    def page(
        self, supplier: str, account_id: str, *, before: str = "", now: int, most: int = PAGE
    ) -> tuple[list[Entry], str]:
        """Return the latest entries, the youngest first, and what continues behind them, "" where nothing does.

        `before` is such a cursor (`is_cursor`).
        """
        values: dict[str, Value] = {"pk": _key(supplier, account_id), "before": before or "~"}
        items, has_more = self._db.last(self._table, "#pk = :pk AND #sk < :before", values, most, only=READ)
        young = [item for item in items if item["expires_at"] > now]
        return [_entry(item) for item in young], str(items[-1]["sk"]) if has_more and young else ""

    def all_of(self, supplier: str, account_id: str, *, now: int) -> list[Entry]:
        """Return all entries of an account, the youngest first."""
        found, before = self.page(supplier, account_id, now=now, most=SEEN)
        while before:
            more, before = self.page(supplier, account_id, before=before, now=now, most=SEEN)
            found += more
        return found

    def new_origin(self, supplier: str, account_id: str, cursor: str) -> Entry | None:
        """Return a login if none before it came from such a device, or none from its network; None for any other.

        `cursor` is the login's own. The first login of an account is no news, whatever it came from. Others of the same
        second count as before it: in which order they came, nobody knows.
        """
        values: dict[str, Value] = {"pk": _key(supplier, account_id), "later": _begin_of(int(cursor[:10]) + 1)}
        items, _ = self._db.last(self._table, "#pk = :pk AND #sk < :later", values, SEEN, only=READ)
        login = next((_entry(item) for item in items if item["sk"] == cursor), None)
        if login is None:
            return None  # the account was closed meanwhile
        before = [_entry(item) for item in items if item["sk"] != cursor]
        return login if is_new_among(before, login) else None

    def forget(self, supplier: str, account_id: str) -> None:
        """Erase all entries of an account."""
        values: dict[str, Value] = {"pk": _key(supplier, account_id), "before": "~"}
        while True:
            items, has_more = self._db.last(
                self._table, "#pk = :pk AND #sk < :before", values, _WRITES, only=("pk", "sk")
            )
            if items:
                keys = ({"pk": str(item["pk"]), "sk": str(item["sk"])} for item in items)
                self._db.transact(*(delete(self._table, key) for key in keys))
            if not has_more:
                return


def is_new_among(before: list[Entry], entry: Entry) -> bool:
    """Tell whether the logins before are from other kinds of devices, or all from other networks."""
    logins = [each for each in before if each.kind == "login"]
    devices, networks = {each.device for each in logins}, {each.network for each in logins}
    return bool(logins) and (entry.device not in devices or entry.network not in networks)


def is_cursor(text: str) -> bool:
    return _CURSOR.fullmatch(text) is not None


def network_of(address: IPv4Address | IPv6Address) -> str:
    """Return the part of a network that an address is in: an IPv4 /24, which many share, or an IPv6 /48."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ip_network((address, 48 if isinstance(address, IPv6Address) else 24), strict=False))


_read = reader(Entry)


def _begin_of(second: int) -> str:
    """Return what sorts before all entries of this second."""
    return f"{second:010d}"


def _entry(item: dict[str, Any]) -> Entry:
    return _read(item)


def _key(supplier: str, account_id: str) -> str:
    return f"{supplier}#{account_id}"


def subject_of(key: str) -> tuple[str, str]:
    """Return supplier and account of an entry's key."""
    supplier, _, account_id = key.partition("#")
    return supplier, account_id
