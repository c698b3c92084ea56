"""Refresh tokens in families: one login is one family, and a family has one current secret.

A token is `{supplier}.{family}.{device}.{secret}`; of an earlier version, without the device. Of a secret only its hash
is stored. The device token of the login is carried along and not looked at, so that a refresh answers with it: nothing
else remembers it (docs/adr/0013-known-devices.md). Its successor is worked out from the
secret itself and a stored nonce, so that a token presented twice (two tabs, a lost answer) gets the same successor,
which nobody can read from the table.

A session's id, which access tokens carry to other APIs, is a hash of the family: who reads one cannot make a token of
it, not even a wrong one that ends the session.
"""

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from utenza.dynamodb import ConditionFailed, DynamoDb, Item, TransactionCancelled, Value, Write, delete, put, update
from utenza.errors import InvalidCredentials, RefreshTokenInvalid
from utenza.tables.reading import reader

GRACE = 30  # seconds in which a spent token still gets its successor
BY_ACCOUNT = "by-account"  # the index; it projects what `of_account` reads
SPENT_KEPT = 20  # an honest client spends one token in its access token's lifetime
_TOKEN = re.compile(r"([a-z0-9-]{1,64})\.([A-Za-z0-9_-]{22})(?:\.([A-Za-z0-9_-]{43}))?\.([A-Za-z0-9_-]{43})")


class Presented(NamedTuple):
    """The parts of a well-formed token; `device_token` is empty in those of an earlier version."""

    supplier: str
    family: str
    device_token: str
    secret: str

    @property
    def token(self) -> str:
        return ".".join(filter(None, self))


class Spent(NamedTuple):
    """A secret that was spent at `at`: its hash, and the nonce of its successor."""

    hash: str
    nonce: str
    at: int


class Session(NamedTuple):
    """The family that a token names; `created_at` is the moment of its login, `expires_at` that of its end."""

    presented: Presented
    account_id: str
    generation: int
    created_at: int
    expires_at: int
    current: str
    spent: tuple[Spent, ...]

    @property
    def supplier(self) -> str:
        return self.presented.supplier

    @property
    def id(self) -> str:
        return id_of(self.presented.family)


class OpenSession(NamedTuple):
    """What an account's owner is shown of a session; `seen_on` is the day in UTC of its login or last refresh.

    `device` is the kind of device that it was opened on (`http.user_agents`), empty where nothing is known of it.
    """

    id: str
    generation: int
    created_at: int
    seen_on: str
    device: str = ""


class Sessions:
    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def open(
        self,
        supplier: str,
        account_id: str,
        *,
        generation: int,
        now: int,
        lifetime: int,
        family: str = "",
        device_token: str = "",
        device: str = "",
        also: Sequence[Write] = (),
    ) -> tuple[str, int]:
        """Begin a family of `lifetime` seconds; return its first token and when it expires.

        `device_token` goes into the tokens and is stored nowhere. `family` comes from `new_family`, where its id is
        needed before. `also` are writes of the same transaction; InvalidCredentials when a condition of theirs does not
        hold: the account was closed in this moment.
        """
        family, secret, expires_at = family or new_family(), secrets.token_urlsafe(32), now + lifetime
        item: Item = {
            "pk": _key(supplier, id_of(family)),
            "account_id": account_id,
            "generation": generation,
            "current": hash_of(secret),
            "spent": [],
            "created_at": now,
            "seen_on": day_of(now),
            "expires_at": expires_at,
        }
        if device:
            item["device"] = device
        try:
            self._db.transact(*also, put(self._table, item))
        except TransactionCancelled as cancelled:
            if any(reason.is_condition for reason in cancelled.reasons):
                raise InvalidCredentials from None
            raise
        return Presented(supplier, family, device_token, secret).token, expires_at

    def find(self, refresh_token: object, *, now: int) -> Session:
        """Return the session that the token names; RefreshTokenInvalid if it has ended. `rotate` checks the secret."""
        presented = parse(refresh_token)
        return _session(presented, self._db.get(self._table, _key_of(presented)), now)

    def is_open(self, supplier: str, session_id: str, account_id: str, *, now: int) -> bool:
        """Tell whether this session of the account has not ended."""
        return self.find_open(supplier, session_id, account_id, now=now) is not None

    def find_open(self, supplier: str, session_id: str, account_id: str, *, now: int) -> OpenSession | None:
        """Return this session of the account, None when it has ended."""
        item = self._db.get(self._table, _key(supplier, session_id))
        is_open = item is not None and item["account_id"] == account_id and item["expires_at"] > now
        return _open(supplier, item) if item is not None and is_open else None

    def of_account(self, supplier: str, account_id: str, *, now: int) -> list[OpenSession]:
        """Return the sessions of an account that have not expired, the oldest first.

        Those of an older generation of the account are among them, though they have ended. The index is a moment
        behind: a session that has just begun may be missing.
        """
        values: dict[str, Value] = {"account": account_id, "now": now}
        found = self._db.query(self._table, BY_ACCOUNT, "#account_id = :account AND #expires_at > :now", values)
        mine = [item for item in found if item["pk"].startswith(_key(supplier, ""))]
        opened = (_open(supplier, item) for item in mine)
        return sorted(opened, key=lambda session: (session.created_at, session.id))

    def rotate(self, session: Session, *, now: int, on_reuse: Sequence[Write] = ()) -> str:
        """Spend the token and return its successor, the same one for 30 seconds; RefreshTokenInvalid otherwise.

        A secret that is not, or no longer, good for a family that exists may be stolen: the family ends, and the writes
        `on_reuse` are done with it, once for each family.
        """
        secret = session.presented.secret
        while hmac.compare_digest(session.current, hash_of(secret)):
            try:
                return self._spend(session, now)
            except ConditionFailed as lost:  # somebody else spent it in this moment, or ended the family
                session = _session(session.presented, lost.old, now)
        nonce = nonce_of_spent(session.spent, secret, now)
        if nonce is None:
            self._end_reused(session, on_reuse)
            raise RefreshTokenInvalid
        return _token(session.presented, nonce)

    def close(self, refresh_token: object) -> None:
        """End the token's family, also when its secret is stale: so would `rotate`; any other text does nothing."""
        with suppress(RefreshTokenInvalid):
            presented = parse(refresh_token)
            self.end(presented.supplier, id_of(presented.family))

    def end(self, supplier: str, session_id: str) -> None:
        """End the session, so that none of its tokens is good for anything."""
        with suppress(ConditionFailed):
            self._db.write(self._ended(_key(supplier, session_id)))

    def end_of(self, supplier: str, session_id: str, account_id: str, *, also: Sequence[Write] = ()) -> None:
        """End the session if it is of this account, with `also` in the same transaction; any other id does nothing."""
        mine, values = "#account_id = :account", {"account": account_id}
        end = delete(self._table, _key(supplier, session_id), condition=mine, values=values)
        try:
            if also:
                self._db.transact(end, *also)
            else:
                self._db.write(end)
        except ConditionFailed:
            return
        except TransactionCancelled as cancelled:
            if not cancelled.reasons[0].is_condition:
                raise

    def carried(self, supplier: str, session_id: str, account_id: str, generation: int) -> Write:
        """Return the write that takes a session of this generation into the next one, for a transaction."""
        return update(
            self._table,
            _key(supplier, session_id),
            "SET #generation = :next",
            condition="#account_id = :account AND #generation = :had",
            values={"next": generation + 1, "account": account_id, "had": generation},
        )

    def _ended(self, key: str) -> Write:
        return delete(self._table, key, condition="attribute_exists(#pk)")

    def _end_reused(self, session: Session, also: Sequence[Write]) -> None:
        try:
            self._db.transact(self._ended(_key_of(session.presented)), *also)
        except TransactionCancelled as cancelled:
            if not cancelled.reasons[0].is_condition:  # else it has ended in this moment, and been told of
                raise

    def _spend(self, session: Session, now: int) -> str:
        presented, nonce = session.presented, secrets.token_urlsafe(16)
        change = update(
            self._table,
            _key_of(presented),
            "SET #current = :new, #spent = :spent, #seen_on = :day",
            condition="#current = :old",
            values={
                "old": session.current,
                "day": day_of(now),  # written with what is written anyway
                "new": hash_of(successor(presented.secret, nonce)),
                "spent": [entry._asdict() for entry in spent_after(session.spent, session.current, nonce, now)],
            },
        )
        self._db.write(change)
        return _token(presented, nonce)


def parse(refresh_token: object) -> Presented:
    """Take a token apart; RefreshTokenInvalid for whatever this module cannot have made."""
    match = _TOKEN.fullmatch(refresh_token) if isinstance(refresh_token, str) else None
    if match is None:
        raise RefreshTokenInvalid
    return Presented(*match.groups(default=""))


def day_of(now: int) -> str:
    """Return the day in UTC of a moment in seconds since 1970, as ISO 8601 has it."""
    return datetime.fromtimestamp(now, UTC).date().isoformat()


def new_family() -> str:
    return secrets.token_urlsafe(16)


def id_of(family: str) -> str:
    """Return the id of a family's session."""
    return _text(hashlib.sha256(f"session|{family}".encode()).digest()[:16])


def hash_of(secret: str) -> str:
    """Return what is stored of a secret: it is random and long, so one plain hash is enough."""
    return _text(hashlib.sha256(secret.encode()).digest())


def successor(secret: str, nonce: str) -> str:
    return _text(hmac.digest(secret.encode(), nonce.encode(), "sha256"))


def spent_after(spent: Sequence[Spent], spent_hash: str, nonce: str, now: int) -> tuple[Spent, ...]:
    """Return the spent secrets with one more, without those that are too old or too many."""
    young = [entry for entry in spent if now - entry.at <= GRACE]
    return (*young, Spent(spent_hash, nonce, now))[-SPENT_KEPT:]


def nonce_of_spent(spent: Sequence[Spent], secret: str, now: int) -> str | None:
    """Return the nonce of this secret's successor, None when it was not spent in the last 30 seconds."""
    hashed = hash_of(secret)
    for entry in spent:
        if hmac.compare_digest(entry.hash, hashed) and now - entry.at <= GRACE:
            return entry.nonce
    return None


_read = reader(Session)


def _open(supplier: str, item: Item) -> OpenSession:
    return OpenSession(
        item["pk"].removeprefix(_key(supplier, "")),
        int(item["generation"]),
        int(item["created_at"]),
        item.get("seen_on") or day_of(int(item["created_at"])),  # those of earlier versions do not say
        item.get("device") or "",
    )


def _session(presented: Presented, item: Item | None, now: int) -> Session:
    if item is None or item["expires_at"] <= now:
        raise RefreshTokenInvalid
    return _read({**item, "presented": presented})


def _token(presented: Presented, nonce: str) -> str:
    return presented._replace(secret=successor(presented.secret, nonce)).token


def _key(supplier: str, session_id: str) -> str:
    return f"{supplier}#session#{session_id}"


def _key_of(presented: Presented) -> str:
    return _key(presented.supplier, id_of(presented.family))


def _text(digest: bytes) -> str:
    """Return bytes as base64url without padding."""
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
