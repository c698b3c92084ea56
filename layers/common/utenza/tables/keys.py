"""The keys of the items in the Accounts table; all of them begin with the supplier."""


def account(supplier: str, account_id: str) -> str:
    return f"{supplier}#account#{account_id}"


def email(supplier: str, address: str) -> str:
    return f"{supplier}#email#{address}"


def reuse(supplier: str, session_id: str) -> str:
    return f"{supplier}#reuse#{session_id}"


def new_user_id(supplier: str, account_id: str) -> str:
    """Return the key of the user id that waits for its confirmation."""
    return f"{supplier}#new-user-id#{account_id}"


def user_ids(supplier: str, account_id: str) -> str:
    """Return the key of the user ids that an account has left."""
    return f"{supplier}#user-ids#{account_id}"


def accepted(supplier: str, account_id: str) -> str:
    """Return the key of the documents that an account has accepted."""
    return f"{supplier}#accepted#{account_id}"


def customer(supplier: str, code: str) -> str:
    return f"{supplier}#customer#{code}"
