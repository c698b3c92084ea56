"""Who holds a customer record, as tokens and accounts remember it: keyed hashes of its tax codes, never the codes.

The key is the lasting one, which no rotation changes: what waits for a day, and what an account remembers for years,
can still be compared. Each hash is of one record alone, so the same tax code in two records has two hashes.
"""

from collections.abc import Sequence
from urllib.parse import quote

from jwt.utils import base64url_encode

from utenza.customers import matching
from utenza.customers.record import Customer, CustomerSummary
from utenza.tokens.key_ring import RingKey

_BYTES = 12  # of the HMAC: two codes of one record are never confused


def holder_of(customer: Customer, key: RingKey) -> tuple[str, ...]:
    """Return one hash for each tax code of the record, none to two."""
    codes = sorted({customer.codice_fiscale, customer.partita_iva} - {""})
    record = f"holder|{quote(customer.supplier)}|{quote(customer.code)}"
    return tuple(base64url_encode(key.sign(f"{record}|{code}".encode())[:_BYTES]).decode() for code in codes)


def is_held_by(holder: Sequence[str], customer: Customer, key: RingKey) -> bool:
    """Tell whether the record has one of the tax codes that it had when `holder` was worked out."""
    return not set(holder).isdisjoint(holder_of(customer, key))


def has_changed_hands(known: CustomerSummary, customer: Customer, key: RingKey) -> bool:
    """Tell whether the record is another person's than the one an account knows (voltura).

    Any tax code in common is the same holder, whatever the name. Tax codes that are all others with the same name are
    a correction.
    """
    return not is_held_by(known.holder, customer, key) and not matching.is_name_of(known.name, customer)
