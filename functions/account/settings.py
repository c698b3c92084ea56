"""The environment of the reserved area's function, and all that its use cases need, made of it once a process."""

from functools import cache

from account import flow
from utenza import suppliers
from utenza.dynamodb import database
from utenza.mail_settings import UsesMailBudget
from utenza.observability import report_hash
from utenza.passwords.hashing import Hasher
from utenza.resources import (
    UsesAccessTokens,
    UsesAccounts,
    UsesActivity,
    UsesAttempts,
    UsesCustomers,
    UsesKeyRing,
    UsesSessions,
)
from utenza.settings import HashingSettings, HttpSettings, MailSettings
from utenza.tables.activation_codes import ActivationCodes
from utenza.tables.agreements import Agreements
from utenza.tables.closures import Closures
from utenza.tables.own_changes import OwnChanges
from utenza.tables.pending_user_ids import LIFETIME, PendingUserIds
from utenza.tables.supplies import Supplies
from utenza.tables.supply_links import LIFETIME as LINK_LIFETIME
from utenza.tables.supply_links import SupplyLinks
from utenza.tables.user_ids import UserIds
from utenza.tokens.new_user_id import UserIdTokens
from utenza.tokens.reauth import ReauthTokens
from utenza.tokens.supply_link import SupplyLinkTokens

_DAY = 86_400


class Settings(
    UsesCustomers,
    UsesAccounts,
    UsesSessions,
    UsesAttempts,
    UsesKeyRing,
    UsesAccessTokens,
    UsesActivity,
    UsesMailBudget,
    HashingSettings,
    HttpSettings,
    MailSettings,
):
    access_token_seconds: int
    session_days: int
    device_token_days: int
    password_min_length: int
    reauth_attempts_per_session: int
    login_attempts_in_a_row: int
    confirmations_per_address: int
    credentials_attempts_per_source: int
    verify_attempts_per_code: int
    verify_attempts_per_source: int
    closed_readable_months: int


@cache
def dependencies() -> flow.Dependencies:
    settings = Settings.load()
    return flow.Dependencies(
        accounts=settings.accounts,
        sessions=settings.sessions,
        access_tokens=settings.access_tokens(settings.access_token_seconds),
        suppliers=suppliers.load(),
        customers=settings.customers,
        own_changes=OwnChanges(database(), settings.accounts_table),
        closures=Closures(database(), settings.accounts_table),
        attempts=settings.attempts,
        devices=settings.devices,
        per_session=settings.limit(settings.reauth_attempts_per_session)._replace(
            in_a_row=settings.login_attempts_in_a_row
        ),
        reauth_tokens=ReauthTokens(settings.keys),
        hasher=Hasher(settings.cost, report_hash),
        password_minimum=settings.password_min_length,
        session_lifetime=settings.session_days * _DAY,
        device_lifetime=settings.device_token_days * _DAY,
        pending_user_ids=PendingUserIds(database(), settings.accounts_table),
        user_ids=UserIds(database(), settings.accounts_table),
        user_id_tokens=UserIdTokens(settings.keys, LIFETIME),
        agreements=Agreements(database(), settings.accounts_table),
        keys=settings.keys,
        per_address=settings.limit(settings.confirmations_per_address),
        per_source=settings.source_limit(settings.credentials_attempts_per_source),
        activity=settings.activity,
        supplies=Supplies(database(), settings.accounts_table),
        supply_links=SupplyLinks(database(), settings.accounts_table),
        supply_link_tokens=SupplyLinkTokens(settings.keys, LINK_LIFETIME),
        activation_codes=ActivationCodes(database(), settings.accounts_table),
        per_code=settings.limit(settings.verify_attempts_per_code),
        per_verifying_source=settings.source_limit(settings.verify_attempts_per_source),
        mail_budget=settings.mail_budget,
        sends_mail=settings.sends_mail,
    )
