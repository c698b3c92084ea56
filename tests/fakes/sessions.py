"""Sessions in memory; successors are simply remembered, where the table works them out."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from secrets import token_urlsafe
from threading import Lock

from tests.fakes.writes import ConditionBroken, FakeWrite, transact
from utenza.dynamodb import Write
from utenza.errors import RefreshTokenInvalid
from utenza.tables.sessions import (
    GRACE,
    SPENT_KEPT,
    OpenSession,
    Presented,
    Session,
    Sessions,
    day_of,
    id_of,
    new_family,
    parse,
)


@dataclass
class Family:
    account_id: str
    generation: int
    current: str
    created_at: int
    expires_at: int
    seen_on: str = ""
    device: str = ""
    successors: dict[str, tuple[str, int]] = field(default_factory=dict)


class FakeSessions(Sessions):
    def __init__(self) -> None:
        self.families: dict[tuple[str, str], Family] = {}
        self._lock = Lock()

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
        transact(also)
        family, secret = family or new_family(), token_urlsafe(32)
        self.families[supplier, id_of(family)] = Family(
            account_id, generation, secret, now, now + lifetime, day_of(now), device
        )
        return Presented(supplier, family, device_token, secret).token, now + lifetime

    def find(self, refresh_token: object, *, now: int) -> Session:
        presented = parse(refresh_token)
        family = self.families.get((presented.supplier, id_of(presented.family)))
        if family is None or family.expires_at <= now:
            raise RefreshTokenInvalid
        return Session(presented, family.account_id, family.generation, family.created_at, family.expires_at, "", ())

    def find_open(self, supplier: str, session_id: str, account_id: str, *, now: int) -> OpenSession | None:
        family = self.families.get((supplier, session_id))
        if family is None or family.account_id != account_id or family.expires_at <= now:
            return None
        return OpenSession(session_id, family.generation, family.created_at, family.seen_on, family.device)

    def rotate(self, session: Session, *, now: int, on_reuse: Sequence[Write] = ()) -> str:
        presented, supplier = session.presented, session.supplier
        with self._lock:
            family = self.families.get((supplier, session.id))
            secret = _next(family, presented, now) if family else None
            if secret is None:
                if self.families.pop((supplier, session.id), None):
                    transact(on_reuse)
                raise RefreshTokenInvalid
            if family is not None:
                family.seen_on = day_of(now)
        return presented._replace(secret=secret).token

    def of_account(self, supplier: str, account_id: str, *, now: int) -> list[OpenSession]:
        opened = (
            OpenSession(session_id, family.generation, family.created_at, family.seen_on, family.device)
            for (whose, session_id), family in self.families.items()
            if (whose, family.account_id) == (supplier, account_id) and family.expires_at > now
        )
        return sorted(opened, key=lambda session: (session.created_at, session.id))

    def end_of(self, supplier: str, session_id: str, account_id: str, *, also: Sequence[Write] = ()) -> None:
        with self._lock:
            family = self.families.get((supplier, session_id))
            if family is not None and family.account_id == account_id:
                transact(also)
                del self.families[supplier, session_id]

    def carried(self, supplier: str, session_id: str, account_id: str, generation: int) -> Write:
        def carry() -> None:
            family = self.families.get((supplier, session_id))
            if family is None or (family.account_id, family.generation) != (account_id, generation):
                raise ConditionBroken
            family.generation += 1

        return FakeWrite(carry)

    def close(self, refresh_token: object) -> None:
        with suppress(RefreshTokenInvalid):
            presented = parse(refresh_token)
            self.end(presented.supplier, id_of(presented.family))

    def end(self, supplier: str, session_id: str) -> None:
        with self._lock:
            self.families.pop((supplier, session_id), None)


def _next(family: Family, presented: Presented, now: int) -> str | None:
    """Return the secret that follows the presented one, None when it is neither current nor just spent."""
    if presented.secret == family.current:
        family.current = token_urlsafe(32)
        family.successors[presented.secret] = (family.current, now)
        family.successors = dict(list(family.successors.items())[-SPENT_KEPT:])
    secret, at = family.successors.get(presented.secret, (None, 0))
    return secret if now - at <= GRACE else None
