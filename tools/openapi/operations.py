"""Every call of the contract: its body, its answer, and what it may refuse."""

from typing import Any, NamedTuple

from account.schemas import AccountResponse
from credentials.schemas import (
    ConfirmRequest,
    ConfirmResponse,
    CredentialsRequest,
    CredentialsResponse,
    ResendRequest,
    ResendResponse,
)
from discovery.schemas import ConfigurationResponse, JwksResponse
from login.schemas import LoginRequest, LogoutRequest, RefreshRequest, TokensResponse
from recovery.schemas import (
    CodeRequest,
    PasswordRequest,
    RecoveryRequest,
    RecoveryResponse,
    UserIdRequest,
    UserIdResponse,
)
from suppliers.schemas import SuppliersResponse
from utenza.http.schema import Body
from verify.schemas import VerifyRequest, VerifyResponse


class Operation(NamedTuple):
    """One call; `errors` are the codes beside those that every call may answer with."""

    route: str
    function: str
    summary: str
    status: int
    answer: Any
    body: type[Body] | None = None
    errors: tuple[str, ...] = ()
    bearer: bool = False
    cacheable: bool = False


OPERATIONS = (
    Operation(
        route="GET /suppliers",
        function="suppliers",
        summary="The suppliers behind this site, and how each calls the customer code",
        status=200,
        answer=SuppliersResponse,
        cacheable=True,
    ),
    Operation(
        route="POST /verify",
        function="verify",
        summary="Step one: who the customer is, as printed on the bill",
        status=200,
        answer=VerifyResponse,
        body=VerifyRequest,
        errors=("customer_not_matched", "already_registered", "too_many_attempts"),
    ),
    Operation(
        route="POST /credentials",
        function="credentials",
        summary="Step two: e-mail, password, question and answer make the account; with mail it waits",
        status=201,
        answer=CredentialsResponse,
        body=CredentialsRequest,
        errors=(
            "step_token_invalid",
            "step_token_expired",
            "customer_not_matched",
            "already_registered",
            "user_id_taken",
            "too_many_attempts",
        ),
    ),
    Operation(
        route="POST /credentials/confirm",
        function="credentials",
        summary="The code from the mail makes the account; while no mail is configured every token is refused",
        status=200,
        answer=ConfirmResponse,
        body=ConfirmRequest,
        errors=(
            "confirmation_token_invalid",
            "confirmation_token_expired",
            "code_invalid",
            "customer_not_matched",
            "already_registered",
        ),
    ),
    Operation(
        route="POST /credentials/confirm/resend",
        function="credentials",
        summary="Ask for the same code once more; the answer tells nothing",
        status=202,
        answer=ResendResponse,
        body=ResendRequest,
    ),
    Operation(
        route="POST /login",
        function="login",
        summary="Open a session",
        status=200,
        answer=TokensResponse,
        body=LoginRequest,
        errors=("invalid_credentials", "too_many_attempts"),
    ),
    Operation(
        route="POST /login/refresh",
        function="login",
        summary="Spend the refresh token for new tokens",
        status=200,
        answer=TokensResponse,
        body=RefreshRequest,
        errors=("refresh_token_invalid",),
    ),
    Operation(
        route="POST /logout",
        function="login",
        summary="End the session",
        status=204,
        answer=None,
        body=LogoutRequest,
    ),
    Operation(
        route="POST /recovery",
        function="recovery",
        summary="Begin the recovery of a password: the question, or a code by mail before it",
        status=200,
        answer=RecoveryResponse,
        body=RecoveryRequest,
        errors=("too_many_attempts",),
    ),
    Operation(
        route="POST /recovery/code",
        function="recovery",
        summary="The code from the mail, for the question; while no mail is configured every token is refused",
        status=200,
        answer=RecoveryResponse,
        body=CodeRequest,
        errors=("recovery_token_invalid", "recovery_token_expired", "code_invalid"),
    ),
    Operation(
        route="POST /recovery/password",
        function="recovery",
        summary="The answer and a new password; every session of the account ends",
        status=204,
        answer=None,
        body=PasswordRequest,
        errors=("recovery_token_invalid", "recovery_token_expired", "answer_invalid"),
    ),
    Operation(
        route="POST /recovery/user-id",
        function="recovery",
        summary="Ask for a reminder of the user id; while no mail is configured nothing is sent",
        status=202,
        answer=UserIdResponse,
        body=UserIdRequest,
        errors=("too_many_attempts",),
    ),
    Operation(
        route="GET /account",
        function="account",
        summary="The reserved area: who I am and what I am supplied with",
        status=200,
        answer=AccountResponse,
        errors=("access_token_invalid",),
        bearer=True,
    ),
    Operation(
        route="GET /.well-known/jwks.json",
        function="discovery",
        summary="The public keys of the access tokens",
        status=200,
        answer=JwksResponse,
        cacheable=True,
    ),
    Operation(
        route="GET /.well-known/openid-configuration",
        function="discovery",
        summary="Where to find what concerns access tokens",
        status=200,
        answer=ConfigurationResponse,
        cacheable=True,
    ),
)
