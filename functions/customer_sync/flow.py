"""A customer's record has changed in the CRM: the account that shows it keeps a copy, which follows."""

from utenza.customers.record import Customer, summary_of
from utenza.tables.accounts import Accounts


async def follow(customer: Customer, accounts: Accounts) -> str | None:
    """Bring the copy up to date and return the account's id; None for a customer without an account."""
    account_id = await accounts.account_of(customer.supplier, customer.code)
    if account_id is not None:
        await accounts.show(customer.supplier, account_id, summary_of(customer))
    return account_id
