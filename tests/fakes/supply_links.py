"""Requests for somebody else's supply, in memory."""

from itertools import count
from threading import Lock

from tests.fakes.writes import FakeWrite
from utenza.dynamodb import Write
from utenza.errors import ConfirmationTokenInvalid
from utenza.tables.supply_links import LIFETIME, TRIES, SupplyLink, SupplyLinks
from utenza.tokens.claims import SupplyLinkClaims


class FakeSupplyLinks(SupplyLinks):
    def __init__(self) -> None:
        self.open: dict[SupplyLinkClaims, tuple[SupplyLink, int, int]] = {}  # with its tries, and when it expires
        self._numbers = count(1)
        self._lock = Lock()

    def begin(self, supplier: str, link: SupplyLink, *, now: int) -> SupplyLinkClaims:
        claims = SupplyLinkClaims(supplier, link.account_id, f"link-{next(self._numbers)}")
        self.open[claims] = link, 0, now + LIFETIME
        return claims

    def count_try(self, claims: SupplyLinkClaims, *, now: int) -> SupplyLink:
        with self._lock:
            link, tried, until = self.open.get(claims, (None, 0, 0))
            if link is None or tried >= TRIES or until <= now:
                raise ConfirmationTokenInvalid
            counted = link._replace(mark=f"mark-{next(self._numbers)}")
            self.open[claims] = counted, tried + 1, until
            return counted

    def refund_try(self, claims: SupplyLinkClaims, counted: SupplyLink) -> None:
        with self._lock:
            link, tried, until = self.open[claims]
            if link.mark == counted.mark:
                self.open[claims] = link._replace(mark=""), tried - 1, until

    def settled(self, claims: SupplyLinkClaims) -> Write:
        def settle() -> None:
            link, tried, until = self.open[claims]
            self.open[claims] = link._replace(mark=""), tried - 1, until

        return FakeWrite(settle)

    def waiting_for(self, supplier: str, link_id: str, *, now: int) -> SupplyLink | None:
        for claims, (link, _, until) in self.open.items():
            if (claims.supplier, claims.link_id) == (supplier, link_id) and until > now:
                return link
        return None
