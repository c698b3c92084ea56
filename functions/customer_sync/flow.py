"""A customer's record has changed in the CRM: the account keeps a summary of it, which follows."""

from utenza.customers.record import Customer, summary_of
from utenza.tables.accounts import Accounts


def synchronise(customer: Customer, accounts: Accounts) -> str | None:
    """Bring the summary up to date and return the account's id; None for a customer without an account."""
    account_id = accounts.account_of(customer.supplier, customer.code)
    if account_id is not None:
        accounts.update_summary(customer.supplier, account_id, summary_of(customer))
    return account_id
