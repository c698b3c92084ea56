"""Another supply of the same holder that nobody has registered is offered to the account that the holder has.

An index over the records says where to look. It may be a moment behind; what is offered are records as they are now.
"""

from collections.abc import Iterator

from customer_sync.flow import TRIES, Dependencies
from utenza.customers.record import Customer
from utenza.tables.accounts import Account
from utenza.tables.offers import end_of
from utenza.tables.supplies import MOST as MOST_SUPPLIES
from utenza.tokens.holder import holder_of
from utenza.tokens.key_ring import RingKey

MOST_RECORDS = 25  # of one tax code: who has more of them has a list, and each new one would be compared with all
MOST_OFFERED = 10


def refresh(
    supplier: str,
    code: str,
    dependencies: Dependencies,
    *,
    records: tuple[Customer | None, ...] = (),
    account_id: str = "",
    now: int,
) -> None:
    """Bring up to date what accounts are offered, for which this customer may matter, as things are now.

    `records` are the customer's as they were and are, where that is known; `account_id` is the account that has it, or
    had it. It may be done again at any time.
    """
    known = records or (dependencies.customers.find(supplier, code, consistent=True),)
    others = set[str]()
    for tax_code in sorted(_tax_codes(*known)):
        others.update(dependencies.customers.of_tax_code(supplier, tax_code, most=MOST_RECORDS))
    having = {dependencies.accounts.account_of(supplier, each) for each in others - {code}} | {account_id}
    for each in sorted(found for found in having if found):
        _refresh(supplier, each, code, dependencies, dependencies.keys.lasting(now=now))


def _refresh(supplier: str, account_id: str, code: str, dependencies: Dependencies, key: RingKey) -> None:
    """Bring one account up to date. Whatever was written is looked at again: somebody else may have seen less."""
    for _ in range(TRIES):
        account = dependencies.accounts.get(supplier, account_id)
        if account is None or account.status != "active":
            return
        offered = _offered(account, code, dependencies, key)
        if offered == account.offered:
            return
        dependencies.offers.replace(account, offered)


def _offered(account: Account, code: str, dependencies: Dependencies, key: RingKey) -> tuple[str, ...]:
    """Return the ends of the codes of what the account's owner holds and nobody has registered."""
    if len(account.customers) >= MOST_SUPPLIES:
        return ()
    mine, candidates = set[str](), {code}
    for tax_code in sorted(_own_tax_codes(account, dependencies, key)):
        found = dependencies.customers.of_tax_code(account.supplier, tax_code, most=MOST_RECORDS + 1)
        if len(found) <= MOST_RECORDS:
            mine.add(tax_code)
            candidates.update(found)
    free = (each for each in sorted(candidates - {*account.customers}) if _is_free(account, each, mine, dependencies))
    return tuple(sorted(end_of(each) for each, _ in zip(free, range(MOST_OFFERED), strict=False)))


def _own_tax_codes(account: Account, dependencies: Dependencies, key: RingKey) -> set[str]:
    """Return the tax codes of the supplies that the account holds, not of those that it looks after.

    Records are read until their tax codes explain what the account remembers of all its supplies: mostly one. Of a
    record that is another holder's by now there is none.
    """
    mine = set[str]()
    for summary in account.summaries:
        if summary.role != "holder" or set(summary.holder) <= {*_hashes(account, summary.code, mine, key)}:
            continue
        record = dependencies.customers.find(account.supplier, summary.code, consistent=True)
        hashes = _hashes(account, summary.code, _tax_codes(record), key)
        mine |= {tax_code for hashed, tax_code in hashes.items() if hashed in summary.holder}
    return mine


def _hashes(account: Account, code: str, tax_codes: set[str], key: RingKey) -> dict[str, str]:
    """Return each tax code by what an account remembers of it in this supply."""
    of_code = Customer(account.supplier, code, "person")
    return {holder_of(of_code._replace(codice_fiscale=each), key)[0]: each for each in tax_codes}


def _is_free(account: Account, code: str, tax_codes: set[str], dependencies: Dependencies) -> bool:
    """Tell whether a supply is active, has one of these tax codes, and is in no account."""
    record = dependencies.customers.find(account.supplier, code, consistent=True)
    if record is None or record.status != "active" or _tax_codes(record).isdisjoint(tax_codes):
        return False
    return dependencies.accounts.account_of(account.supplier, code) is None


def _tax_codes(*records: Customer | None) -> set[str]:
    found: Iterator[str] = (
        code for record in records if record for code in (record.codice_fiscale, record.partita_iva) if code
    )
    return set(found)
