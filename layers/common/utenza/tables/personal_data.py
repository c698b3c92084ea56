"""What must not show in a new password or answer of an account: the data of all its customers, as they are now."""

from collections.abc import Callable, Sequence
from functools import partial

from utenza.customers.record import Customer, has_two_tax_codes, without_tax_codes
from utenza.passwords.personal_data import PersonalData
from utenza.suppliers import Supplier
from utenza.tables.accounts import Account
from utenza.tables.customers import Customers


def lookups(account: Account, customers: Customers) -> list[Callable[[], Customer | None]]:
    """Return the calls that find the records of an account's customers, to be made side by side."""
    return [partial(customers.find, account.supplier, code) for code in account.customers]


def of_account(account: Account, records: Sequence[Customer | None], supplier: Supplier) -> list[PersonalData]:
    """Return what must not show, for each customer of the account; a lost record has its code.

    `records` are what `lookups` found. An account without customers has its user id and phone.
    """
    codes = account.customers or ("",)
    known = dict(zip(account.customers, records, strict=True))
    return [
        PersonalData.of(
            _without_unproved(record) if (record := known.get(code)) else Customer(account.supplier, code, "person"),
            user_id=account.user_id,
            phone=account.phone,
            supplier_names=(supplier.id, *supplier.name.values()),
        )
        for code in codes
    ]


def _without_unproved(record: Customer) -> Customer:
    """Return a record without its tax codes if it has two; nothing says which of them its customer proved."""
    return without_tax_codes(record, "codice_fiscale", "partita_iva") if has_two_tax_codes(record) else record
