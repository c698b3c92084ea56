"""A supply leaves an account: its owner removes it, or the holder ends what a delegate looks after."""

from account.flow import Caller, Dependencies, read_again
from account.schemas import RemoveCustomerRequest
from account.supplies import is_own
from utenza.errors import LastCustomer, Unavailable
from utenza.identifiers import customer_code
from utenza.parallel import gather


def remove(
    request: RemoveCustomerRequest,
    access_token: str,
    dependencies: Dependencies,
    *,
    issuer: str,
    now: int,
    network: str = "",
) -> Caller:
    """Take a supply from the account, or one of the caller's own from its delegate; return the caller.

    A code that is neither has nothing to be taken from, and says nothing. Raises as `read_again`, LastCustomer, or
    Unavailable when an account changes in this moment.
    """
    caller = read_again(access_token, request.reauth_token, dependencies, issuer=issuer, now=now)
    account, code = caller.account, customer_code.compact(request.customer_code)
    if code not in account.customers:
        _end_delegate(code, caller, dependencies, network=network, now=now)
        return caller
    if len(account.customers) == 1:
        raise LastCustomer
    noted = dependencies.activity.noted(
        account.supplier, account.account_id, "supply_unlinked", caller.origin(network), now=now
    )
    left = dependencies.supplies.remove(account, code, by="owner", now=now, also=[noted])
    if left is None:
        raise Unavailable
    return caller._replace(account=left)


def _end_delegate(code: str, caller: Caller, dependencies: Dependencies, *, network: str, now: int) -> None:
    """Take a supply from who looks after it, if the caller holds it: one of their own supplies has its tax code."""
    supplier = caller.account.supplier
    customer, account_id = gather(
        lambda: dependencies.customers.find(supplier, code, consistent=True),
        lambda: dependencies.accounts.account_of(supplier, code),
    )
    delegate = dependencies.accounts.get(supplier, account_id or "")
    known = delegate.summary_of(code) if delegate else None
    key = dependencies.keys.lasting(now=now)
    codes = {customer.codice_fiscale, customer.partita_iva} - {""} if customer else set[str]()
    if delegate is None or known is None or known.role != "delegate":
        return
    if not any(is_own(caller.account, tax_code, key) for tax_code in codes):
        return
    noted = dependencies.activity.noted(
        supplier, caller.account.account_id, "supply_unlinked", caller.origin(network), now=now
    )
    if dependencies.supplies.remove(delegate, code, by="holder", now=now, also=[noted]) is None:
        raise Unavailable
