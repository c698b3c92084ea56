"""Activation codes: an operator gives one to a customer, by phone or letter, who proves by it whose record it is.

A customer has at most one. They lie in the Accounts table, so that the registration spends its code in its own
transaction. What is stored is a plain hash. The code is random and long: nobody guesses it through the API, and who
reads the table has 2^55 hashes to try in a month, for one registration that needs the bill as well. A keyed hash would
put the key into every operator's hands, which is worse.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from unicodedata import normalize
from urllib.parse import quote

from utenza.dynamodb import DynamoDb, Item, Write, delete, put
from utenza.identifiers.separators import compact_code

LIFETIME = 30 * 86_400  # seconds
# No vowels, which make words; no 0, 1, L, Z, S, B, which look like other characters. 25^12 is 2^55.7.
ALPHABET = "23456789CDFGHJKMNPQRTVWXY"
_GROUPS, _GROUP = 3, 4


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
        self._db.transact(*also, put(self._table, item, condition=condition))
        return code

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


def _key(supplier: str, customer_code: str) -> str:
    return f"{supplier}#activation#{customer_code}"
