"""Activation codes: an operator gives one to a customer, by phone or letter, who proves by it whose record it is.

A customer has at most one. They lie in the Accounts table, so that the registration spends its code in its own
transaction. What is stored is a plain hash. The code is random and long: nobody guesses it through the API, and who
reads the table has 2^55 hashes to try in a month, for one supply. A keyed hash would put the key into every operator's
hands, which is worse.

Beside it lies whose code it is, under a hash of the code alone: who has an account adds the supply with nothing else.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import quote

from utenza.dynamodb import ConditionFailed, DynamoDb, Item, Write, delete, put, update
from utenza.identifiers.separators import compact_code
from utenza.tables.reading import reader

LIFETIME = 30 * 86_400  # seconds
# No vowels, which make words; no 0, 1, L, Z, S, B, which look like other characters. 25^12 is 2^55.7.
ALPHABET = "23456789CDFGHJKMNPQRTVWXY"
_GROUPS, _GROUP = 3, 4


class Found(NamedTuple):
    """Whose code it is, and which account has used it already."""

    customer_code: str
    used_by: str = ""


class ActivationCodes:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def issue(self, supplier: str, customer_code: str, *, now: int, also: Sequence[Write] = ()) -> str:
        """Return a new code, as `XXXX-XXXX-XXXX`; the customer's code before it is no longer good.

        `also` are writes of the same transaction; TransactionCancelled when a condition of theirs does not hold.
        """
        code = new_code()
        item: Item = {
            "pk": _key(supplier, customer_code),
            "activation_hash": hash_of(supplier, customer_code, code),
            "expires_at": now + LIFETIME,
        }
        # Whatever is there is an older code, or must not be written over.
        condition = "attribute_not_exists(#pk) OR attribute_exists(#activation_hash)"
        whose: Item = {"pk": _key_of(supplier, code), "customer_code": customer_code, "expires_at": now + LIFETIME}
        self._db.transact(*also, put(self._table, item, condition=condition), put(self._table, whose))
        return code

    def find(self, supplier: str, typed: str, *, now: int) -> Found | None:
        """Return whose code this is, None if it is nobody's; as much work for any text.

        One that an account has used is found too, until it would have expired: a lost answer is asked for again.
        """
        item = self._db.get(self._table, _key_of(supplier, typed))
        whose = _found(item) if item and item["expires_at"] > now else None
        fits = self.fits(supplier, whose.customer_code if whose else "", typed, now=now)
        return whose if whose and (fits or whose.used_by) else None

    def used(self, supplier: str, customer_code: str, typed: str, account_id: str, *, now: int) -> tuple[Write, Write]:
        """Return the writes that spend the code for an account, as `spent` does."""
        remembered = update(
            self._table, _key_of(supplier, typed), "SET #used_by = :account", values={"account": account_id}
        )
        return self.spent(supplier, customer_code, typed, now=now), remembered

    def withdraw(self, supplier: str, customer_code: str, *, until: int) -> None:
        """Make the customer's code no longer good, if there is one that was issued until then."""
        key, values = _key(supplier, customer_code), {"last": until + LIFETIME}
        with suppress(ConditionFailed):
            self._db.write(delete(self._table, key, condition="#expires_at <= :last", values=values))

    def fits(self, supplier: str, customer_code: str, typed: str, *, now: int) -> bool:
        """Tell whether this is the customer's code, whatever blanks, dashes and case it was typed with."""
        item = self._db.get(self._table, _key(supplier, customer_code))
        stored = item["activation_hash"] if item and item["expires_at"] > now else ""
        return hmac.compare_digest(stored, hash_of(supplier, customer_code, typed))

    def spent(self, supplier: str, customer_code: str, typed: str, *, now: int) -> Write:
        """Return the write that spends the code, for a transaction; its condition fails unless the code still fits."""
        return delete(
            self._table,
            _key(supplier, customer_code),
            condition="#activation_hash = :typed AND #expires_at > :now",
            values={"typed": hash_of(supplier, customer_code, typed), "now": now},
        )


def new_code() -> str:
    """Return a random code in groups that are easy to read out."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def hash_of(supplier: str, customer_code: str, typed: str) -> str:
    """Return what is stored of a code: it says nothing about the same code of another customer."""
    code = compact_code(normalize("NFKC", typed))
    text = f"activation|{quote(supplier)}|{quote(customer_code)}|{code}"
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


_found = reader(Found)


def _key(supplier: str, customer_code: str) -> str:
    return f"{supplier}#activation#{customer_code}"


def _key_of(supplier: str, typed: str) -> str:
    """Return where it lies whose code this is; no customer code has the sign of a number in it."""
    return _key(supplier, f"code#{hash_of(supplier, '', typed)}")
