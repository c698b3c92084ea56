"""A new password: every session and every known device ends, and this one goes on with new tokens."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from account.flow import Caller, Dependencies, identify_again
from account.schemas import NewPasswordRequest
from utenza.customers.record import Customer
from utenza.errors import FieldError, InvalidCredentials, InvalidRequest, Unavailable
from utenza.http.chosen import password_faults, password_repeat_faults
from utenza.http.requests import Submitted
from utenza.identifiers import email
from utenza.limits.devices import Device, KnownTo
from utenza.parallel import gather
from utenza.passwords import answers
from utenza.tables.accounts import Account, Login
from utenza.tables.personal_data import lookups, of_account
from utenza.tables.sessions import id_of, new_family


class NewTokens(NamedTuple):
    """The tokens of the session that goes on; lifetimes are in seconds."""

    account_id: str
    access_token: str
    expires_in: int
    refresh_token: str
    refresh_expires_in: int
    device_token: str


def change(
    submitted: Submitted[NewPasswordRequest],
    access_token: str,
    dependencies: Dependencies,
    *,
    issuer: str,
    now: int,
    network: str = "",
) -> NewTokens:
    """Change the password, end everything that the old one opened, and return the tokens of a new session.

    Raises InvalidRequest, or as `identify_again`. Unavailable when the account changed in this moment.
    """
    if submitted.is_wrong("reauth_token"):
        submitted.valid()  # raises
    caller = identify_again(access_token, submitted.typed("reauth_token"), dependencies, issuer=issuer, now=now)
    records = gather(*lookups(caller.account, dependencies.customers))
    request = submitted.valid(_wrong_password(submitted, dependencies, caller.account, records))
    return _change(request.password, caller, dependencies, issuer=issuer, now=now, network=network)


def _change(
    password: str, caller: Caller, dependencies: Dependencies, *, issuer: str, now: int, network: str
) -> NewTokens:
    account, family, generation = caller.account, new_family(), caller.account.generation + 1
    supplier, address = account.supplier, email.key(account.user_id)
    login, password_hash, (token, expires_in) = gather(
        lambda: dependencies.accounts.login_of(supplier, address),
        lambda: dependencies.hasher.hash(password),
        # Signed before anything is changed: while KMS is down, nobody is left without tokens.
        lambda: dependencies.access_tokens.issue(
            account.account_id,
            supplier,
            session_id=id_of(family),
            auth_time=now,
            generation=generation,
            issuer=issuer,
            now=now,
        ),
    )
    login = _as_read(login, account)
    # Last of all checks: a guess at the answer that is none costs a whole change, of which the owner is told.
    if (folded := answers.fold(password)) and dependencies.hasher.verify(login.answer_hash, folded):
        raise InvalidRequest([FieldError("password", "password_is_answer")])
    device = Device(supplier, address, "").anew()
    known = KnownTo(account.account_id, generation)
    also = (
        *dependencies.own_changes.password_changed(supplier, address, login, password_hash),
        dependencies.devices.remembered(device, known, until=now + dependencies.device_lifetime),
        dependencies.activity.noted(supplier, account.account_id, "password_changed", caller.origin(network), now=now),
    )
    lifetime = dependencies.session_lifetime
    try:
        refresh_token, expires_at = dependencies.sessions.open(
            supplier,
            account.account_id,
            generation=generation,
            now=now,
            lifetime=lifetime,
            family=family,
            device_token=device.token,
            device=caller.device,
            also=also,
        )
    except InvalidCredentials:
        raise Unavailable from None  # the account changed in this moment
    return NewTokens(account.account_id, token, expires_in, refresh_token, expires_at - now, device.token)


def _as_read(login: Login | None, account: Account) -> Login:
    """Return the login of the account in the generation that was read; Unavailable when it changed since."""
    if login is None or (login.account_id, login.generation) != (account.account_id, account.generation):
        raise Unavailable
    return login


def _wrong_password(
    submitted: Submitted[NewPasswordRequest],
    dependencies: Dependencies,
    account: Account,
    records: Sequence[Customer | None],
) -> Iterator[FieldError]:
    personal_data = of_account(account, records, dependencies.suppliers.named(account.supplier))
    yield from password_faults(submitted, minimum=dependencies.password_minimum, personal_data=personal_data)
    yield from password_repeat_faults(submitted)
