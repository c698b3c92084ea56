"""One deployment in memory: fakes for every table and token, and a customer in it."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from account.flow import Dependencies as AccountDependencies
from account.flow import read
from account.schemas import ReauthRequest
from credentials.flow import Dependencies as CredentialsDependencies
from credentials.flow import register
from credentials.schemas import ConfirmRequest, CredentialsRequest, ObjectionRequest
from customer_sync.flow import Dependencies as SyncDependencies
from login.flow import Dependencies as LoginDependencies
from login.schemas import LoginRequest
from reclaim.flow import Dependencies as ReclaimDependencies
from reclaim.schemas import ReclaimConfirmRequest, ReclaimRequest
from recovery.flow import Dependencies as RecoveryDependencies
from recovery.schemas import CodeRequest, PasswordRequest, RecoveryRequest, UserIdRequest
from tests.fakes.accounts import FakeAccounts
from tests.fakes.activation_codes import FakeActivationCodes
from tests.fakes.activity import FakeActivity
from tests.fakes.agreements import FakeAgreements
from tests.fakes.attempts import FakeAttempts
from tests.fakes.closures import FakeClosures
from tests.fakes.customers import FakeCustomers
from tests.fakes.devices import FakeDevices
from tests.fakes.key_services import FakeSecretsManager
from tests.fakes.logins import FakeLogins
from tests.fakes.objections import FakeObjections
from tests.fakes.offers import FakeOffers
from tests.fakes.own_changes import FakeOwnChanges
from tests.fakes.pending import FakePendingRegistrations
from tests.fakes.reclaims import FakeReclaims
from tests.fakes.recoveries import FakeRecoveries
from tests.fakes.reminders import FakeReminders
from tests.fakes.sessions import FakeSessions
from tests.fakes.supplies import FakeSupplies
from tests.fakes.supply_links import FakeSupplyLinks
from tests.fakes.tokens import (
    FakeAccessTokens,
    FakeConfirmationTokens,
    FakeReauthTokens,
    FakeReclaimTokens,
    FakeRecoveryTokens,
    FakeStepTokens,
    FakeSupplyLinkTokens,
    FakeUserIdTokens,
)
from tests.fakes.user_ids import FakePendingUserIds, FakeUserIds
from utenza.customers.record import Customer
from utenza.http.requests import RequestModel, Submitted
from utenza.limits.limit import Limit
from utenza.limits.mails import MailBudget
from utenza.passwords.cost import Cost
from utenza.passwords.hashing import Hasher
from utenza.suppliers import Supplier, Suppliers
from utenza.tables.accounts import Account
from utenza.tokens import email_codes
from utenza.tokens.claims import ReclaimClaims, RecoveryClaims
from utenza.tokens.key_ring import KeyRing
from verify.flow import Dependencies as VerifyDependencies
from verify.flow import verify
from verify.schemas import VerifyRequest

NOW = 1_800_000_000
YEAR = 365 * 86_400
IN_A_ROW = 100
SOURCE = "192.0.2.7"
ISSUER = "https://api.example"
MARIO = Customer(
    supplier="gas",
    code="0123456789",
    kind="person",
    first_name="Mario",
    last_name="Rossi",
    codice_fiscale="RSSMRA80A01H501U",
    phone="+393331234567",
    email="mario@example.org",
)
ANNA = MARIO._replace(  # takes over Mario's supply
    first_name="Anna",
    last_name="Bianchi",
    codice_fiscale="BNCNNA85C41F205D",
    phone="+393479999999",
    email="anna@example.org",
)
_BILL = {
    "supplier": "gas",
    "customer_code": MARIO.code,
    "first_name": "Mario",
    "last_name": "Rossi",
    "tax_code": MARIO.codice_fiscale,
}
PASSWORD = "quattro trote blu"
NEW_PASSWORD = "cinque lucci verdi"
HASHER = Hasher(Cost(memory_kib=64, iterations=1, parallelism=1))  # weak and quick, for tests alone


def _supplier(name: str) -> Supplier:
    texts = {"it": f"Fornitore {name}"}
    links = {link: {"it": f"https://{name}.example/"} for link in ("site", "contact", "privacy")}
    return Supplier(
        id=name,
        name=texts,
        languages=("it",),
        code_label=texts,
        code_pattern="[0-9A-Z]{5,16}",
        code_hint=texts,
        code_picture="",
        links=links,
    )


SUPPLIERS = Suppliers(map(_supplier, ("gas", "luce")))


class Flows(NamedTuple):
    customers: FakeCustomers
    accounts: FakeAccounts
    attempts: FakeAttempts
    devices: FakeDevices
    sessions: FakeSessions
    pending: FakePendingRegistrations
    objections: FakeObjections
    activation_codes: FakeActivationCodes
    recoveries: FakeRecoveries
    reclaims: FakeReclaims
    reminders: FakeReminders
    activity: FakeActivity
    supply_links: FakeSupplyLinks
    verify: VerifyDependencies
    credentials: CredentialsDependencies
    login: LoginDependencies
    account: AccountDependencies
    recovery: RecoveryDependencies
    reclaim: ReclaimDependencies


def new_flows(*customers: Customer, free: int = 5, mail: bool = False, proves_claims: bool = False) -> Flows:
    """Return a deployment with these customers; `mail` is whether it sends any, `proves_claims` ClaimProof=code."""
    records, accounts = FakeCustomers(*(customers or (MARIO,))), FakeAccounts()
    attempts, devices, sessions, access = FakeAttempts(), FakeDevices(), FakeSessions(), FakeAccessTokens()
    suppliers, limit, steps = SUPPLIERS, Limit(free, 900), FakeStepTokens()
    pending, recoveries, reminders = FakePendingRegistrations(accounts), FakeRecoveries(accounts), FakeReminders()
    reclaims, activity, supply_links = FakeReclaims(accounts), FakeActivity(), FakeSupplyLinks()
    objections, activation_codes = FakeObjections(), FakeActivationCodes()
    budget = MailBudget(Limit(5, 17_280), Limit(5, 17_280), Limit(15, 240))
    wide, keys = Limit(100, 72), KeyRing("step", FakeSecretsManager("s" * 64))
    return Flows(
        records,
        accounts,
        attempts,
        devices,
        sessions,
        pending,
        objections,
        activation_codes,
        recoveries,
        reclaims,
        reminders,
        activity,
        supply_links,
        VerifyDependencies(suppliers, records, accounts, attempts, limit, wide, keys, steps),
        CredentialsDependencies(
            suppliers,
            records,
            accounts,
            pending,
            objections,
            activation_codes,
            attempts,
            limit,
            wide,
            Limit(2 * free, 900),
            budget,
            steps,
            FakeConfirmationTokens(),
            keys,
            HASHER,
            8,
            mail,
            proves_claims,
        ),
        LoginDependencies(
            suppliers=suppliers,
            accounts=accounts,
            logins=FakeLogins(accounts, attempts),
            activity=activity,
            attempts=attempts,
            devices=devices,
            sessions=sessions,
            per_account=limit._replace(in_a_row=IN_A_ROW),
            per_source=wide,
            per_device=5,
            hasher=HASHER,
            access_tokens=access,
            session_lifetime=86_400,
            device_lifetime=YEAR,
        ),
        AccountDependencies(
            accounts=accounts,
            sessions=sessions,
            access_tokens=access,
            suppliers=suppliers,
            customers=records,
            own_changes=FakeOwnChanges(accounts),
            closures=FakeClosures(accounts),
            attempts=attempts,
            devices=devices,
            per_session=limit._replace(in_a_row=IN_A_ROW),
            reauth_tokens=FakeReauthTokens(),
            hasher=HASHER,
            password_minimum=8,
            session_lifetime=86_400,
            device_lifetime=YEAR,
            pending_user_ids=FakePendingUserIds(),
            user_ids=FakeUserIds(accounts),
            user_id_tokens=FakeUserIdTokens(),
            agreements=FakeAgreements(accounts),
            keys=keys,
            per_address=Limit(2 * free, 900),
            per_source=wide,
            activity=activity,
            supplies=FakeSupplies(accounts),
            supply_links=supply_links,
            supply_link_tokens=FakeSupplyLinkTokens(),
            activation_codes=activation_codes,
            per_code=limit,
            per_verifying_source=wide,
            mail_budget=budget,
            sends_mail=mail,
        ),
        RecoveryDependencies(
            suppliers,
            records,
            accounts,
            recoveries,
            reminders,
            attempts,
            devices,
            Limit(2 * free, 900),
            wide,
            budget,
            keys,
            FakeRecoveryTokens(),
            HASHER,
            8,
            mail,
            activity,
        ),
        ReclaimDependencies(
            suppliers,
            records,
            accounts,
            reclaims,
            attempts,
            limit,
            wide,
            budget,
            keys,
            FakeReclaimTokens(),
            steps,
            mail,
        ),
    )


def sync_dependencies(flows: Flows) -> SyncDependencies:
    """Return what customer_sync works on in these flows."""
    return SyncDependencies(
        customers=flows.customers,
        accounts=flows.accounts,
        keys=flows.verify.keys,
        closures=flows.account.closures,
        activity=flows.activity,
        offers=FakeOffers(flows.accounts),
        activation_codes=flows.activation_codes,
    )


def register_mario(flows: Flows) -> Flows:
    """Take Mario through both steps, and return the flows that he is then registered in."""
    token = verify(step_one(), flows.verify, source=SOURCE, now=NOW).step_token
    register(step_two(token), flows.credentials, source=SOURCE, language="it", now=NOW)
    return flows


def register_thief(flows: Flows, user_id: str) -> Flows:
    """Have somebody with Mario's bill register him under another address, and return the flows."""
    token = verify(step_one(), flows.verify, source=SOURCE, now=NOW).step_token
    plain = flows.credentials._replace(sends_mail=False)
    register(step_two(token, user_id=user_id), plain, source=SOURCE, language="it", now=NOW)
    return flows


def submitted[M: RequestModel](model: type[M], typed: Mapping[str, Any]) -> Submitted[M]:
    return Submitted(model, json.dumps(typed), {"suppliers": SUPPLIERS})


def valid[M: RequestModel](model: type[M], typed: Mapping[str, Any]) -> M:
    """Return the valid request; InvalidRequest, as the handler would answer, when something is wrong."""
    return submitted(model, typed).valid()


def step_one(**changes: Any) -> VerifyRequest:
    """Return what Mario would type at step one."""
    return valid(VerifyRequest, _BILL | changes)


def reclaimed(**changes: Any) -> ReclaimRequest:
    """Return what Mario would type to take back what somebody else has registered."""
    return valid(ReclaimRequest, _BILL | changes)


def reclaim_confirmed(reclaim_token: str, code: str) -> ReclaimConfirmRequest:
    return valid(ReclaimConfirmRequest, {"reclaim_token": reclaim_token, "code": code})


def mailed_reclaim_code(flows: Flows, claims: ReclaimClaims | None = None) -> str:
    """Return the code that was mailed, or would be, for a reclaim or the latest one."""
    claims = claims or [*flows.reclaims.open][-1]
    begun = flows.reclaims.open.get(claims)  # None: it is spent
    key = email_codes.key_of(begun.reclaim.code_key if begun else "", flows.reclaim.keys, now=NOW)
    assert key
    return email_codes.code_for("reclaim", claims.reclaim_id, key)


def step_two(step_token: str, **changes: Any) -> Submitted[CredentialsRequest]:
    """Return what Mario would choose at step two."""
    chosen = {
        "step_token": step_token,
        "user_id": "mario@example.org",
        "password": PASSWORD,
        "password_repeat": PASSWORD,
        "question": "Come si chiamava il mio primo gatto?",
        "answer": "Briciola",
        "answer_repeat": "Briciola",
    }
    return submitted(CredentialsRequest, chosen | changes)


def confirmed(confirmation_token: str, code: str, **more: str) -> ConfirmRequest:
    return valid(ConfirmRequest, {"confirmation_token": confirmation_token, "code": code} | more)


def objected(objection_code: str) -> ObjectionRequest:
    return valid(ObjectionRequest, {"objection_code": objection_code})


def mailed_code(flows: Flows, customer_code: str = MARIO.code) -> str:
    """Return the code that was mailed to confirm the address of a customer."""
    waiting = flows.pending.waiting["gas", customer_code]
    key = email_codes.key_of(waiting.pending.code_key, flows.credentials.keys, now=NOW)
    assert key
    return email_codes.code_for("confirmation", waiting.pending_id, key)


def mailed_claim_code(flows: Flows, customer_code: str = MARIO.code) -> str:
    """Return the code that was mailed to the address of a customer's record."""
    waiting = flows.pending.waiting["gas", customer_code]
    key = email_codes.key_of(waiting.pending.code_key, flows.credentials.keys, now=NOW)
    assert key
    return email_codes.code_for("claim", waiting.pending_id, key)


def mailed_recovery_code(flows: Flows, claims: RecoveryClaims | None = None) -> str:
    """Return the code that was mailed, or would be, for a recovery or the latest one."""
    claims = claims or [*flows.recoveries.open][-1]
    begun = flows.recoveries.open.get(claims)  # None: it is spent
    key = email_codes.key_of(begun.recovery.code_key if begun else "", flows.recovery.keys, now=NOW)
    code_id = begun.recovery.code_id if begun else ""
    assert key
    return email_codes.code_for("recovery", code_id or claims.recovery_id, key)


def retyped(password: str = PASSWORD) -> ReauthRequest:
    return valid(ReauthRequest, {"password": password})


def coded(recovery_token: str, code: str) -> CodeRequest:
    return valid(CodeRequest, {"recovery_token": recovery_token, "code": code})


def forgotten_user_id(**changes: Any) -> UserIdRequest:
    typed = {"supplier": "gas", "customer_code": MARIO.code, "tax_code": MARIO.codice_fiscale}
    return valid(UserIdRequest, typed | changes)


def forgotten(**changes: Any) -> RecoveryRequest:
    return valid(RecoveryRequest, {"supplier": "gas", "user_id": "mario@example.org"} | changes)


def answered(recovery_token: str, **changes: Any) -> Submitted[PasswordRequest]:
    """Return what Mario would answer, and the password that he would choose."""
    typed = {"answer": "Briciola", "password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}
    return submitted(PasswordRequest, {"recovery_token": recovery_token} | typed | changes)


def read_account(access_token: str, dependencies: AccountDependencies, *, issuer: str, now: int) -> Account:
    """Return the account that GET /account shows to the bearer of this token."""
    return read(access_token, dependencies, issuer=issuer, now=now).account


def typed_login(**changes: Any) -> LoginRequest:
    return valid(LoginRequest, {"supplier": "gas", "user_id": "mario@example.org", "password": PASSWORD} | changes)
