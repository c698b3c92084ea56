"""Objections: whom the CRM knows by another address is told of a new account, with a code that freezes it.

A code is random, and only its hash is stored: a leaked key makes none, and whoever reads the table knows none. It lies
beside the accounts. Its first five characters are a short hash of the supplier, so that whoever types it need not say
which one it is.
"""

import hashlib
import secrets
from collections.abc import Iterable
from typing import NamedTuple
from unicodedata import normalize

from utenza.dynamodb import DynamoDb, Item, put
from utenza.identifiers.separators import compact_code
from utenza.tables.activation_codes import ALPHABET
from utenza.tables.reading import reader

LIFETIME = 30 * 86_400  # seconds: a month's post, and holidays
_GROUP, _GROUPS = 5, 6  # 25^25 without the supplier's group: 116 random bits


class Objection(NamedTuple):
    """What a code freezes: an account, as long as it has this customer."""

    account_id: str
    customer_code: str


class Objections:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def issue(self, supplier: str, objection: Objection, *, now: int) -> str:
        """Return a new code for it; earlier ones stay good, because any of them may be the one that arrived."""
        code = new_code(supplier)
        item: Item = {"pk": _key(supplier, code), **objection._asdict(), "expires_at": now + LIFETIME}
        self._db.write(put(self._table, item, condition="attribute_not_exists(#pk)"))
        return code

    def find(self, supplier: str, typed: str, *, now: int) -> Objection | None:
        """Return what a code freezes, whatever blanks, dashes and case it was typed with; None for any other text."""
        item = self._db.get(self._table, _key(supplier, typed))
        return _objection(item) if item and item["expires_at"] > now else None


def new_code(supplier: str) -> str:
    """Return a random code in groups."""
    random = ("".join(secrets.choice(ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS - 1))
    return "-".join([_group_of(supplier), *random])


def supplier_of(typed: str, suppliers: Iterable[str]) -> str:
    """Return the supplier that a code begins with, for any other text the first one."""
    first, *others = suppliers
    begin = _compact(typed)[:_GROUP]
    return next((supplier for supplier in others if _group_of(supplier) == begin), first)


def hash_of(typed: str, purpose: str = "objection") -> str:
    """Return what is stored of a code."""
    return hashlib.sha256(f"{purpose}|{_compact(typed)}".encode(errors="surrogatepass")).hexdigest()


def _group_of(supplier: str) -> str:
    digest = int.from_bytes(hashlib.sha256(supplier.encode()).digest())
    return "".join(ALPHABET[digest // len(ALPHABET) ** place % len(ALPHABET)] for place in range(_GROUP))


def _compact(typed: str) -> str:
    return compact_code(normalize("NFKC", typed))


_objection = reader(Objection)


def _key(supplier: str, typed: str) -> str:
    return f"{supplier}#objection#{hash_of(typed)}"
