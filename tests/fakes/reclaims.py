"""Reclaims in memory, beside the fake accounts that lose their customers."""

from itertools import count
from threading import Lock
from typing import NamedTuple

from tests.fakes.accounts import FakeAccounts
from utenza.errors import ReclaimTokenInvalid, Unavailable
from utenza.tables.accounts import Account, Accounts
from utenza.tables.reclaims import LIFETIME, TRIES, Reclaim, Reclaims
from utenza.tokens.claims import ReclaimClaims


class Open(NamedTuple):
    tries: int
    reclaim: Reclaim
    expires_at: int


class FakeReclaims(Reclaims):
    def __init__(self, accounts: Accounts) -> None:
        assert isinstance(accounts, FakeAccounts)
        self.open: dict[ReclaimClaims, Open] = {}
        self._accounts = accounts
        self._numbers = count(1)
        self._lock = Lock()

    def begin(self, supplier: str, reclaim: Reclaim, *, now: int) -> ReclaimClaims:
        claims = ReclaimClaims(supplier, f"reclaim-{next(self._numbers)}")
        with self._lock:
            self.open[claims] = Open(0, reclaim, now + LIFETIME)
        return claims

    def count_try(self, claims: ReclaimClaims, *, now: int) -> Reclaim:
        with self._lock:
            found = self.open.get(claims)
            if found is None or found.tries >= TRIES or found.expires_at <= now:
                raise ReclaimTokenInvalid
            counted = found.reclaim._replace(mark=f"mark-{next(self._numbers)}")
            self.open[claims] = found._replace(tries=found.tries + 1, reclaim=counted)
            return counted

    def refund_try(self, claims: ReclaimClaims, counted: Reclaim) -> None:
        with self._lock:
            found = self.open.get(claims)
            if found is not None and found.reclaim.mark == counted.mark:
                unmarked = found.reclaim._replace(mark="")
                self.open[claims] = found._replace(tries=found.tries - 1, reclaim=unmarked)

    def waiting_for(self, supplier: str, reclaim_id: str, *, now: int) -> Reclaim | None:
        found = self.open.get(ReclaimClaims(supplier, reclaim_id))
        return found.reclaim if found and found.reclaim.step == "code" and found.expires_at > now else None

    def finish(self, claims: ReclaimClaims, account: Account, code: str, email_key: str) -> None:
        with self._lock:
            found, holding = self.open.get(claims), self._accounts.account_of(claims.supplier, code)
            if found is not None and found.reclaim.step == "done":
                return
            if found is None or holding != account.account_id:
                raise ReclaimTokenInvalid
            if not self._accounts.unlink(account, code, email_key):
                raise Unavailable
            done = found.reclaim._replace(step="done", mark="")
            self.open[claims] = found._replace(tries=found.tries - 1, reclaim=done)
