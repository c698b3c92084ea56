"""Activation codes in memory."""

from collections.abc import Sequence

from tests.fakes.writes import FakeWrite, transact
from utenza.dynamodb import Write
from utenza.errors import CodeInvalid
from utenza.tables.activation_codes import LIFETIME, ActivationCodes, hash_of, new_code


class FakeActivationCodes(ActivationCodes):
    """`codes` holds the hash of each customer's code, and when it expires."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], tuple[str, int]] = {}

    def issue(self, supplier: str, customer_code: str, *, now: int, also: Sequence[Write] = ()) -> str:
        transact(also)
        code = new_code()
        self.codes[supplier, customer_code] = hash_of(supplier, customer_code, code), now + LIFETIME
        return code

    def fits(self, supplier: str, customer_code: str, typed: str, *, now: int) -> bool:
        stored, expires_at = self.codes.get((supplier, customer_code), ("", 0))
        return stored == hash_of(supplier, customer_code, typed) and expires_at > now

    def spent(self, supplier: str, customer_code: str, typed: str, *, now: int) -> Write:
        def spend() -> None:
            if not self.fits(supplier, customer_code, typed, now=now):
                raise CodeInvalid
            del self.codes[supplier, customer_code]

        return FakeWrite(spend)
