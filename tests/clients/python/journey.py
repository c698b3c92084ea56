"""A customer's whole way through the API, by a client of openapi.json.

It begins with an unregistered customer and ends after the logout.
Usage: journey.py API MAILBOX USER_ID 'THE BODY OF POST /verify'
"""

import json
import sys
import time

import httpx
from utenza_client import AuthenticatedClient, Client
from utenza_client.api.account import (
    get_account,
    get_account_sessions,
    patch_account,
    post_account_password,
    post_account_reauth,
)
from utenza_client.api.credentials import post_credentials, post_credentials_confirm
from utenza_client.api.login import post_login, post_login_refresh, post_logout
from utenza_client.api.suppliers import get_suppliers
from utenza_client.api.verify import post_verify
from utenza_client.models import (
    ConfirmRequest,
    ConfirmResponse,
    ContactRequest,
    CredentialsRequest,
    CredentialsResponseStatus,
    LoginRequest,
    LoginResponse,
    LogoutRequest,
    NewPasswordRequest,
    Problem,
    ProblemCode,
    ReauthRequest,
    RefreshRequest,
    VerifiedCustomerKind,
    VerifyRequest,
)

OLD_PASSWORD = "quattro trote blu"
NEW_PASSWORD = "sette trote gialle"
MAIL_SECONDS = 30
ENGLISH = {"Accept-Language": "en"}

API, MAILBOX, USER_ID, CLAIM = sys.argv[1:]
claim = VerifyRequest.from_dict(json.loads(CLAIM))
anybody = Client(base_url=API, headers=ENGLISH, timeout=httpx.Timeout(60))


def good[T](answer: T | Problem | None) -> T:
    assert answer is not None
    assert not isinstance(answer, Problem), answer
    return answer


def problem(answer: object, code: ProblemCode) -> Problem:
    assert isinstance(answer, Problem), answer
    assert answer.code is code
    return answer


def caller(tokens: LoginResponse) -> AuthenticatedClient:
    return AuthenticatedClient(base_url=API, token=tokens.access_token, headers=ENGLISH, timeout=httpx.Timeout(60))


def mailed_code() -> str:
    deadline = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < deadline:
        if code := httpx.get(f"{MAILBOX}/code", params={"to": USER_ID}, timeout=10).text:
            return code
        time.sleep(0.25)
    raise AssertionError("no code has come")


def register() -> ConfirmResponse:
    suppliers = good(get_suppliers.sync(client=anybody)).suppliers
    supplier = next(each for each in suppliers if each.supplier == claim.supplier)
    assert supplier.mail

    wrong = VerifyRequest.from_dict(claim.to_dict() | {"tax_code": "RSSMRA"})
    refused = problem(post_verify.sync(client=anybody, body=wrong), ProblemCode.INVALID_REQUEST)
    assert [(error.field, error.code) for error in refused.errors] == [("tax_code", "invalid_tax_code")]

    step = good(post_verify.sync(client=anybody, body=claim))
    assert step.customer.kind is VerifiedCustomerKind.PERSON
    credentials = CredentialsRequest(
        step_token=step.step_token,
        user_id=USER_ID,
        password=OLD_PASSWORD,
        password_repeat=OLD_PASSWORD,
        question="Come si chiamava il mio primo gatto?",
        answer="Briciola",
        answer_repeat="Briciola",
    )
    chosen = good(post_credentials.sync(client=anybody, body=credentials))
    assert chosen.status is CredentialsResponseStatus.CONFIRMATION_REQUIRED
    assert isinstance(chosen.confirmation_token, str)
    confirmation = ConfirmRequest(confirmation_token=chosen.confirmation_token, code=mailed_code())
    return good(post_credentials_confirm.sync(client=anybody, body=confirmation))


def log_in(password: str) -> LoginResponse | Problem | None:
    body = LoginRequest(supplier=claim.supplier, user_id=USER_ID, password=password)
    return post_login.sync(client=anybody, body=body)


def refresh(token: str) -> LoginResponse | Problem | None:
    return post_login_refresh.sync(client=anybody, body=RefreshRequest(refresh_token=token))


def reserved_area(tokens: LoginResponse) -> LoginResponse:
    me = caller(tokens)
    account = good(get_account.sync(client=me))
    assert (account.user_id, account.phone, account.pending_user_id) == (USER_ID, None, None)
    assert [customer.customer_code for customer in account.customers] == [claim.customer_code]
    changed = good(patch_account.sync(client=me, body=ContactRequest(phone="333 12 34 567")))
    assert changed.phone == "+393331234567"

    wrong = post_account_reauth.sync(client=me, body=ReauthRequest(password=NEW_PASSWORD))
    problem(wrong, ProblemCode.REAUTH_FAILED)
    reauth = good(post_account_reauth.sync(client=me, body=ReauthRequest(password=OLD_PASSWORD)))

    def change(password: str) -> LoginResponse | Problem | None:
        body = NewPasswordRequest(reauth_token=reauth.reauth_token, password=password, password_repeat=password)
        return post_account_password.sync(client=me, body=body)

    assert [error.code for error in problem(change("trota"), ProblemCode.INVALID_REQUEST).errors] == [
        "password_too_short"
    ]
    new = good(change(NEW_PASSWORD))
    problem(get_account.sync(client=me), ProblemCode.ACCESS_TOKEN_INVALID)
    return new


def main() -> None:
    assert register().user_id == USER_ID
    problem(log_in(NEW_PASSWORD), ProblemCode.INVALID_CREDENTIALS)
    changed = reserved_area(good(log_in(OLD_PASSWORD)))

    tokens = good(refresh(changed.refresh_token))
    # The answer was lost: the same token is answered with the same successor.
    assert good(refresh(changed.refresh_token)).refresh_token == tokens.refresh_token
    sessions = good(get_account_sessions.sync(client=caller(tokens))).sessions
    assert [session.current for session in sessions] == [True]

    body = LogoutRequest(refresh_token=tokens.refresh_token)
    assert post_logout.sync_detailed(client=anybody, body=body).status_code == 204
    problem(refresh(tokens.refresh_token), ProblemCode.REFRESH_TOKEN_INVALID)


main()
