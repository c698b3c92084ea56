"""What happened in the account: logins, changes, and where they came from."""

from account.flow import Dependencies, identify
from utenza.errors import FieldError, InvalidRequest
from utenza.tables.activity import Entry, is_cursor


def list_page(
    before: str, access_token: str, dependencies: Dependencies, *, issuer: str, now: int
) -> tuple[list[Entry], str]:
    """Return the latest entries behind a cursor, "" for the first ones, and the next cursor, "" at the end.

    Raises InvalidRequest for a cursor that is none, AccessTokenInvalid as `flow.read`.
    """
    if before and not is_cursor(before):
        raise InvalidRequest([FieldError("before", "invalid")])
    account = identify(access_token, dependencies, issuer=issuer, now=now).account
    return dependencies.activity.page(account.supplier, account.account_id, before=before, now=now)
