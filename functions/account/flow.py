"""The reserved area: who the caller is. What weighs also needs the password, given again a moment ago."""

from typing import NamedTuple

from utenza.errors import AccessTokenInvalid
from utenza.limits.counter import Attempts
from utenza.limits.devices import Devices
from utenza.limits.limit import Limit
from utenza.limits.mails import MailBudget
from utenza.parallel import gather
from utenza.passwords.hashing import Hasher
from utenza.suppliers import Suppliers
from utenza.tables.accounts import Account, Accounts
from utenza.tables.activation_codes import ActivationCodes
from utenza.tables.activity import Activity, Origin
from utenza.tables.agreements import Acceptance, Agreements
from utenza.tables.closures import Closures
from utenza.tables.customers import Customers
from utenza.tables.own_changes import OwnChanges
from utenza.tables.pending_user_ids import PendingUserId, PendingUserIds
from utenza.tables.sessions import Sessions
from utenza.tables.supplies import Supplies
from utenza.tables.supply_links import SupplyLinks
from utenza.tables.user_ids import UserIds
from utenza.tokens.access import AccessTokens
from utenza.tokens.claims import AccessClaims
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.new_user_id import UserIdTokens
from utenza.tokens.reauth import ReauthTokens
from utenza.tokens.supply_link import SupplyLinkTokens


class Dependencies(NamedTuple):
    """`per_session` limits the passwords that a session is asked for again; lifetimes are in seconds.

    `per_address` limits how often one address, or one account, can be asked to be confirmed.
    `per_code` and `per_verifying_source` are the limits of step one, which further supplies are counted with.
    """

    accounts: Accounts
    sessions: Sessions
    access_tokens: AccessTokens
    suppliers: Suppliers
    customers: Customers
    own_changes: OwnChanges
    closures: Closures
    attempts: Attempts
    devices: Devices
    per_session: Limit
    reauth_tokens: ReauthTokens
    hasher: Hasher
    password_minimum: int
    session_lifetime: int
    device_lifetime: int
    pending_user_ids: PendingUserIds
    user_ids: UserIds
    user_id_tokens: UserIdTokens
    agreements: Agreements
    keys: KeyRing
    per_address: Limit
    per_source: Limit
    activity: Activity
    supplies: Supplies
    supply_links: SupplyLinks
    supply_link_tokens: SupplyLinkTokens
    activation_codes: ActivationCodes
    per_code: Limit
    per_verifying_source: Limit
    mail_budget: MailBudget
    sends_mail: bool


class Caller(NamedTuple):
    """Who calls, by which access token: `account` is active, and the session has not ended.

    `pending` is what was found to wait, and `accepted` all that was accepted where the supplier has documents; both
    are there if the call has read them.
    `device` is the kind of device that the session was opened on, `network` where the call comes from, if it says so.
    """

    claims: AccessClaims
    account: Account
    device: str = ""
    network: str = ""
    pending: PendingUserId | None = None
    accepted: tuple[Acceptance, ...] = ()

    @property
    def pending_user_id(self) -> str | None:
        """Return the user id that can still be confirmed: one of an older generation of the account cannot."""
        pending = self.pending
        return pending.user_id if pending and pending.generation == self.account.generation else None

    def origin(self, network: str) -> Origin:
        """Return where the call comes from, as the account's activity remembers it."""
        return Origin(self.device, network)


def read(access_token: str, dependencies: Dependencies, *, issuer: str, now: int) -> Caller:
    """Return the caller with all that is shown of the account.

    AccessTokenInvalid also when the session has ended, or every session of the account.
    """
    claims = dependencies.access_tokens.read(access_token, issuer=issuer, now=now)
    return _shown(claims, dependencies, now=now)


def read_again(access_token: str, reauth_token: str, dependencies: Dependencies, *, issuer: str, now: int) -> Caller:
    """Return what `read` does for a caller who has just given the password again; raises as `identify_again`."""
    claims = dependencies.access_tokens.read(access_token, issuer=issuer, now=now)
    dependencies.reauth_tokens.check(reauth_token, claims, now=now)
    return _shown(claims, dependencies, now=now)


def identify(access_token: str, dependencies: Dependencies, *, issuer: str, now: int) -> Caller:
    """Return who calls; AccessTokenInvalid as `read`."""
    claims = dependencies.access_tokens.read(access_token, issuer=issuer, now=now)
    return _identified(claims, dependencies, now=now)


def identify_again(
    access_token: str, reauth_token: str, dependencies: Dependencies, *, issuer: str, now: int
) -> Caller:
    """Return who calls and has just given the password again.

    Raises AccessTokenInvalid as `read`, ReauthTokenInvalid or ReauthTokenExpired.
    """
    claims = dependencies.access_tokens.read(access_token, issuer=issuer, now=now)
    dependencies.reauth_tokens.check(reauth_token, claims, now=now)
    return _identified(claims, dependencies, now=now)


def caller_of(claims: AccessClaims, account: Account | None, *, is_open: bool, device: str = "") -> Caller:
    """Return the caller if session and account, as they were read, are still good for this token."""
    if not is_open or account is None or account.status != "active" or not _is_of_now(claims, account):
        raise AccessTokenInvalid
    return Caller(claims, account, device)


def _is_of_now(claims: AccessClaims, account: Account) -> bool:
    """Tell whether a token is of the account's generation, or the one that was carried into it."""
    return claims.generation == account.generation or account.carried == carried_into(account.generation, claims)


def carried_into(generation: int, claims: AccessClaims) -> str:
    """Return what names the access of one token that goes on in this generation of its account."""
    return f"{claims.generation}-{claims.session_id}-{generation}"


def _identified(claims: AccessClaims, dependencies: Dependencies, *, now: int) -> Caller:
    account, session = gather(
        lambda: dependencies.accounts.get(claims.supplier, claims.account_id),
        lambda: dependencies.sessions.find_open(claims.supplier, claims.session_id, claims.account_id, now=now),
    )
    return caller_of(claims, account, is_open=session is not None, device=session.device if session else "")


def _shown(claims: AccessClaims, dependencies: Dependencies, *, now: int) -> Caller:
    supplier, account_id = claims.supplier, claims.account_id
    has_documents = bool(dependencies.suppliers.named(supplier).documents)
    account, session, pending, accepted = gather(
        lambda: dependencies.accounts.get(supplier, account_id),
        lambda: dependencies.sessions.find_open(supplier, claims.session_id, account_id, now=now),
        lambda: dependencies.pending_user_ids.waiting_for(supplier, account_id, now=now),
        lambda: dependencies.agreements.history_of(supplier, account_id) if has_documents else (),
    )
    device = session.device if session else ""
    caller = caller_of(claims, account, is_open=session is not None, device=device)
    return caller._replace(pending=pending, accepted=accepted)
