"""Objections in memory."""

from utenza.tables.objections import LIFETIME, Objection, Objections, hash_of, new_code


class FakeObjections(Objections):
    """`codes` holds, by supplier and hash, what each code freezes and when it expires."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], tuple[Objection, int]] = {}

    def issue(self, supplier: str, objection: Objection, *, now: int) -> str:
        code = new_code(supplier)
        self.codes[supplier, hash_of(code)] = objection, now + LIFETIME
        return code

    def find(self, supplier: str, typed: str, *, now: int) -> Objection | None:
        objection, expires_at = self.codes.get((supplier, hash_of(typed)), (None, 0))
        return objection if expires_at > now else None
