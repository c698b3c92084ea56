"""The keys of the items in the Accounts table; all of them begin with the supplier."""


def account(supplier: str, account_id: str) -> str:
    return f"{supplier}#account#{account_id}"


def email(supplier: str, address: str) -> str:
    return f"{supplier}#email#{address}"


def reuse(supplier: str, session_id: str) -> str:
    return f"{supplier}#reuse#{session_id}"


def customer(supplier: str, code: str) -> str:
    return f"{supplier}#customer#{code}"
