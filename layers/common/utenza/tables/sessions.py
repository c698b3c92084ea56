"""Refresh tokens in families: one login is one family, and a family has one current secret.

A token is `{supplier}.{family}.{secret}`. Of a secret only its hash is stored. Its successor is worked out from the
secret itself and a stored nonce, so that a token presented twice (two tabs, a lost answer) gets the same successor,
which nobody can read from the table.
"""

import hashlib
import hmac
import os
import re
from contextlib import suppress
from typing import NamedTuple

from utenza import base64url
from utenza.dynamodb import ConditionFailed, DynamoDb, Item, delete, put, update
from utenza.errors import RefreshTokenInvalid

GRACE = 30  # seconds in which a spent token still gets its successor
SPENT_KEPT = 20  # an honest client spends one token in its access token's lifetime
_TOKEN = re.compile(r"([a-z0-9-]{1,64})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})")


class Presented(NamedTuple):
    """The parts of a well-formed token."""

    supplier: str
    family: str
    secret: str


class Session(NamedTuple):
    """The family that a token names; `created_at` is the moment of its login, `expires_at` that of its end."""

    presented: Presented
    account_id: str
    generation: int
    created_at: int
    expires_at: int
    current: str
    spent: list[Item]

    @property
    def supplier(self) -> str:
        return self.presented.supplier


class Sessions:
    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    async def open(
        self, supplier: str, account_id: str, *, generation: int, now: int, lifetime: int
    ) -> tuple[str, int]:
        """Begin a family of `lifetime` seconds; return its first token and when it expires."""
        family, secret, expires_at = random_text(16), random_text(32), now + lifetime
        item: Item = {
            "pk": _key(supplier, family),
            "account_id": account_id,
            "generation": generation,
            "current": hash_of(secret),
            "spent": [],
            "created_at": now,
            "expires_at": expires_at,
        }
        # The second half lets a try pass whose answer was lost.
        condition = "attribute_not_exists(#pk) OR #current = :current"
        await self._db.write(put(self._table, item, condition=condition, values={"current": item["current"]}))
        return f"{supplier}.{family}.{secret}", expires_at

    async def find(self, refresh_token: object, *, now: int) -> Session:
        """Return the session that the token names; RefreshTokenInvalid if it has ended. `rotate` checks the secret."""
        presented = parse(refresh_token)
        return _session(presented, await self._db.get(self._table, _key(presented.supplier, presented.family)), now)

    async def rotate(self, session: Session, *, now: int) -> str:
        """Spend the token and return its successor, the same one for 30 seconds; RefreshTokenInvalid otherwise.

        A secret that is not, or no longer, good for a family that exists may be stolen: the family ends.
        """
        secret = session.presented.secret
        while hmac.compare_digest(session.current, hash_of(secret)):
            try:
                return await self._spend(session, now)
            except ConditionFailed as lost:  # somebody else spent it in this moment, or ended the family
                session = _session(session.presented, lost.old, now)
        nonce = nonce_of_spent(session.spent, secret, now)
        if nonce is None:
            await self.end(session.presented.supplier, session.presented.family)
            raise RefreshTokenInvalid
        return _token(session.presented, nonce)

    async def close(self, refresh_token: object) -> None:
        """End the token's family, also when its secret is stale: so would `rotate`; any other text does nothing."""
        with suppress(RefreshTokenInvalid):
            presented = parse(refresh_token)
            await self.end(presented.supplier, presented.family)

    async def end(self, supplier: str, family: str) -> None:
        """End the family, so that none of its tokens is good for anything."""
        with suppress(ConditionFailed):
            await self._db.write(delete(self._table, _key(supplier, family), condition="attribute_exists(#pk)"))

    async def _spend(self, session: Session, now: int) -> str:
        presented, nonce = session.presented, random_text(16)
        change = update(
            self._table,
            _key(presented.supplier, presented.family),
            "SET #current = :new, #spent = :spent",
            condition="#current = :old",
            values={
                "old": session.current,
                "new": hash_of(successor(presented.secret, nonce)),
                "spent": spent_after(session.spent, session.current, nonce, now),
            },
        )
        await self._db.write(change)
        return _token(presented, nonce)


def parse(refresh_token: object) -> Presented:
    """Take a token apart; RefreshTokenInvalid for whatever this module cannot have made."""
    match = _TOKEN.fullmatch(refresh_token) if isinstance(refresh_token, str) else None
    if match is None:
        raise RefreshTokenInvalid
    return Presented(*match.groups())


def random_text(size: int) -> str:
    """Return `size` random bytes, as base64url without padding."""
    return base64url.encode(os.urandom(size))


def hash_of(secret: str) -> str:
    """Return what is stored of a secret: it is random and long, so one plain hash is enough."""
    return base64url.encode(hashlib.sha256(secret.encode()).digest())


def successor(secret: str, nonce: str) -> str:
    return base64url.encode(hmac.digest(secret.encode(), nonce.encode(), "sha256"))


def spent_after(spent: list[Item], spent_hash: str, nonce: str, now: int) -> list[Item]:
    """Return the list with one more entry, without those that are too old or too many."""
    young = [entry for entry in spent if now - entry["at"] <= GRACE]
    return [*young, {"hash": spent_hash, "nonce": nonce, "at": now}][-SPENT_KEPT:]


def nonce_of_spent(spent: list[Item], secret: str, now: int) -> str | None:
    """Return the nonce of this secret's successor, None when it was not spent in the last 30 seconds."""
    hashed = hash_of(secret)
    for entry in spent:
        if hmac.compare_digest(entry["hash"], hashed) and now - entry["at"] <= GRACE:
            return str(entry["nonce"])
    return None


def _session(presented: Presented, item: Item | None, now: int) -> Session:
    if item is None or item["expires_at"] <= now:
        raise RefreshTokenInvalid
    return Session(presented, **{name: item[name] for name in Session._fields[1:]})


def _token(presented: Presented, nonce: str) -> str:
    return f"{presented.supplier}.{presented.family}.{successor(presented.secret, nonce)}"


def _key(supplier: str, family: str) -> str:
    return f"{supplier}#session#{family}"
