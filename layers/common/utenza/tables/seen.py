"""A condition for what happens to an account by itself: no login since it was read, and its supplies as they were."""

from utenza.dynamodb import Value
from utenza.tables.accounts import Account
from utenza.tables.new_accounts import listed

AS_SEEN = (
    "(attribute_not_exists(#last_login_at) OR #last_login_at = :last_login_at)"
    " AND (attribute_not_exists(#summaries) OR #summaries = :summaries)"
)


def as_seen(account: Account) -> dict[str, Value]:
    """Return the values of the condition."""
    return {"last_login_at": account.last_login_at, "summaries": listed(account.summaries)}
