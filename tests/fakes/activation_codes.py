"""Activation codes in memory."""

from collections.abc import Sequence

from tests.fakes.writes import FakeWrite, transact
from utenza.dynamodb import Write
from utenza.errors import CodeInvalid
from utenza.tables.activation_codes import LIFETIME, ActivationCodes, Found, hash_of, new_code


class FakeActivationCodes(ActivationCodes):
    """`codes` holds the hash of each customer's code, and when it expires."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], tuple[str, int]] = {}
        self.whose: dict[tuple[str, str], tuple[Found, int]] = {}

    def issue(self, supplier: str, customer_code: str, *, now: int, also: Sequence[Write] = ()) -> str:
        transact(also)
        code = new_code()
        self.codes[supplier, customer_code] = hash_of(supplier, customer_code, code), now + LIFETIME
        self.whose[supplier, hash_of(supplier, "", code)] = Found(customer_code), now + LIFETIME
        return code

    def find(self, supplier: str, typed: str, *, now: int) -> Found | None:
        found, expires_at = self.whose.get((supplier, hash_of(supplier, "", typed)), (Found(""), 0))
        if expires_at <= now:
            return None
        return found if found.used_by or self.fits(supplier, found.customer_code, typed, now=now) else None

    def used(self, supplier: str, customer_code: str, typed: str, account_id: str, *, now: int) -> tuple[Write, Write]:
        def remember() -> None:
            key = supplier, hash_of(supplier, "", typed)
            found, expires_at = self.whose[key]
            self.whose[key] = found._replace(used_by=account_id), expires_at

        return self.spent(supplier, customer_code, typed, now=now), FakeWrite(remember)

    def withdraw(self, supplier: str, customer_code: str, *, until: int) -> None:
        if self.codes.get((supplier, customer_code), ("", 0))[1] <= until + LIFETIME:
            self.codes.pop((supplier, customer_code), None)

    def fits(self, supplier: str, customer_code: str, typed: str, *, now: int) -> bool:
        stored, expires_at = self.codes.get((supplier, customer_code), ("", 0))
        return stored == hash_of(supplier, customer_code, typed) and expires_at > now

    def spent(self, supplier: str, customer_code: str, typed: str, *, now: int) -> Write:
        def spend() -> None:
            if not self.fits(supplier, customer_code, typed, now=now):
                raise CodeInvalid
            del self.codes[supplier, customer_code]

        return FakeWrite(spend)
