"""Phone and language: what a customer changes without the password."""

from account.flow import Caller, Dependencies, read
from account.schemas import ContactRequest
from utenza.errors import Unavailable
from utenza.tables.activity import ActivityKind


def change(
    request: ContactRequest,
    access_token: str,
    dependencies: Dependencies,
    *,
    issuer: str,
    now: int,
    network: str = "",
) -> Caller:
    """Store what was given, and return the caller with the account as it is then; AccessTokenInvalid as `flow.read`.

    Unavailable when the account changed in this moment.
    """
    caller = read(access_token, dependencies, issuer=issuer, now=now)
    account = caller.account
    phone = request.phone if "phone" in request.model_fields_set else account.phone
    language = request.language or account.language
    if (phone, language) == (account.phone, account.language):
        return caller
    kinds: dict[ActivityKind, bool] = {
        "phone_changed": phone != account.phone,
        "language_changed": language != account.language,
    }
    noted = [
        dependencies.activity.noted(account.supplier, account.account_id, kind, caller.origin(network), now=now)
        for kind, is_so in kinds.items()
        if is_so
    ]
    changed = dependencies.own_changes.change_contact(account, phone=phone, language=language, now=now, also=noted)
    if changed is None:
        raise Unavailable
    return caller._replace(account=changed)
