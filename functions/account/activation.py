"""A further supply with the activation code that an operator gave its holder, and with nothing else.

Who has the code proves whose record it is: the code of the CRM's holder, read to somebody else, is that holder's leave.
"""

from account.flow import Caller, Dependencies, read
from account.schemas import AddByCodeRequest
from account.supplies import is_own, link_to
from utenza.customers.record import Role
from utenza.dynamodb import TransactionCancelled
from utenza.errors import CodeInvalid, FieldError, InvalidRequest, TooManyCustomers
from utenza.limits.outages import given_back_in_outages
from utenza.limits.subjects import Subject, of_source
from utenza.parallel import gather
from utenza.tables.supplies import MOST


def add(
    request: AddByCodeRequest,
    access_token: str,
    dependencies: Dependencies,
    *,
    issuer: str,
    source: str,
    now: int,
    network: str = "",
) -> Caller:
    """Link the supply that the code is of: as its holder if one of the caller's own supplies has its tax code.

    Anybody else is a delegate, whom the holder is told of. A repeat is answered as the first call was. Raises
    AccessTokenInvalid as `flow.read`, TooManyCustomers, TooManyAttempts, CodeInvalid whatever is wrong with the code or
    the record, AlreadyRegistered, or Unavailable when the account changes in this moment.
    """
    caller = read(access_token, dependencies, issuer=issuer, now=now)
    account, supplier, typed = caller.account, request.supplier, request.activation_code
    if supplier != account.supplier:
        raise InvalidRequest([FieldError("supplier", "unknown_supplier")])
    if len(account.customers) >= MOST:
        raise TooManyCustomers
    codes, attempts = dependencies.activation_codes, dependencies.attempts
    subjects = (
        Subject(supplier, "activation-account", account.account_id, dependencies.per_code),
        *of_source(supplier, "verify-source", source, dependencies.per_verifying_source),
    )
    _, found = gather(
        lambda: attempts.count(*subjects, now=now),
        lambda: codes.find(supplier, typed, now=now),
    )
    with given_back_in_outages(lambda: attempts.refund(*subjects)):
        if found and found.customer_code in account.customers and found.used_by in {"", account.account_id}:
            attempts.refund(*subjects)
            return caller
        customer = dependencies.customers.find(supplier, found.customer_code if found else "", consistent=True)
        if found is None or found.used_by or customer is None or customer.status != "active":
            raise CodeInvalid("activation_code")
        key = dependencies.keys.lasting(now=now)
        tax_codes = {customer.codice_fiscale, customer.partita_iva} - {""}
        role: Role = "holder" if any(is_own(account, tax_code, key) for tax_code in tax_codes) else "delegate"
        used = codes.used(supplier, customer.code, typed, account.account_id, now=now)
        also = [*used, *map(attempts.refunded, subjects)]  # who has the code did not guess
        try:
            return link_to(caller, customer, role, dependencies, network=network, now=now, also=also)
        except TransactionCancelled as cancelled:
            if any(reason.is_condition for reason in cancelled.reasons):  # somebody used it, or it was replaced
                raise CodeInvalid("activation_code") from None
            raise
