"""Every call of the contract: its body, its response, and what it may refuse."""

from collections.abc import Mapping
from typing import NamedTuple

from account.export_schemas import ExportResponse
from account.schemas import (
    AcceptedRequest,
    AccountResponse,
    ActivityResponse,
    AddByCodeRequest,
    AddCustomerRequest,
    CloseRequest,
    ConfirmCustomerRequest,
    ContactRequest,
    EndSessionsRequest,
    ExportRequest,
    NewPasswordRequest,
    NewQuestionRequest,
    NewUserIdRequest,
    NewUserIdResponse,
    ReauthRequest,
    ReauthResponse,
    RemoveCustomerRequest,
    SessionsResponse,
    SupplyLinkResponse,
    UndoRequest,
    UserIdConfirmRequest,
)
from credentials.schemas import (
    ConfirmRequest,
    ConfirmResponse,
    CredentialsRequest,
    CredentialsResponse,
    ObjectionRequest,
    ResendRequest,
    ResendResponse,
)
from crm.schemas import ChangesResponse
from discovery.schemas import ConfigurationResponse, JwksResponse
from login.schemas import LoginRequest, LogoutRequest, RefreshRequest
from reclaim.schemas import ReclaimConfirmRequest, ReclaimRequest, ReclaimResponse
from recovery.schemas import (
    CodeRequest,
    PasswordRequest,
    RecoveryRequest,
    RecoveryResponse,
    UserIdRequest,
    UserIdResponse,
)
from suppliers.schemas import SuppliersResponse
from utenza.http.requests import RequestModel, ResponseModel
from utenza.http.session_tokens import LoginResponse
from utenza.http.step_one import VerifyResponse
from verify.schemas import VerifyRequest


class Query(NamedTuple):
    """A parameter of a query; `schema` is JSON Schema."""

    name: str
    description: str
    schema: Mapping[str, object]


_BEFORE = Query(
    "before",
    "The `next` of the response before; none for the first page.",
    {"type": "string", "maxLength": 40},
)
_OF_CHANGES = (
    Query("supplier", "Whose changes; needed where there are several suppliers.", {"type": "string", "maxLength": 40}),
    Query(
        "after",
        "The `next` of the response before, however long ago; none for the oldest changes that are kept.",
        {"type": "string", "maxLength": 100},
    ),
    Query("limit", "How many changes at most; 100 without it.", {"type": "integer", "minimum": 1, "maximum": 1000}),
)


class Operation(NamedTuple):
    """One call; `errors` are the codes beside those that every call may return, `also` other good responses.

    `other_body` may be sent in place of `body`.
    """

    route: str
    function: str
    summary: str
    status: int
    response: type[ResponseModel] | None
    body: type[RequestModel] | None = None
    also: tuple[tuple[int, type[ResponseModel]], ...] = ()
    other_body: type[RequestModel] | None = None
    errors: tuple[str, ...] = ()
    bearer: bool = False
    cacheable: bool = False
    query: tuple[Query, ...] = ()
    signed: bool = False


_ACCOUNT = ("access_token_invalid",)
_REAUTHENTICATED = (*_ACCOUNT, "reauth_token_invalid", "reauth_token_expired")

OPERATIONS = (
    Operation(
        route="GET /suppliers",
        function="suppliers",
        summary="The suppliers behind this site, and what each calls the customer code",
        status=200,
        response=SuppliersResponse,
        cacheable=True,
    ),
    Operation(
        route="HEAD /suppliers",
        function="suppliers",
        summary="As GET without a body, for monitors of availability",
        status=200,
        response=None,
        cacheable=True,
    ),
    Operation(
        route="POST /verify",
        function="verify",
        summary="Step one: who the customer is, as printed on the bill",
        status=200,
        response=VerifyResponse,
        body=VerifyRequest,
        errors=("customer_not_matched", "already_registered", "too_many_attempts"),
    ),
    Operation(
        route="POST /credentials",
        function="credentials",
        summary="Step two: e-mail, password, question and answer; with mail the account stays pending",
        status=201,
        response=CredentialsResponse,
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
        summary="The code from the mail creates the account; without mail every token is refused",
        status=200,
        response=ConfirmResponse,
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
        summary="Request the same code once more; the response tells nothing",
        status=202,
        response=ResendResponse,
        body=ResendRequest,
    ),
    Operation(
        route="POST /reclaim",
        function="reclaim",
        summary="Somebody else registered this customer: a code to the supplier's address; the response tells nothing",
        status=202,
        response=ReclaimResponse,
        body=ReclaimRequest,
        errors=("too_many_attempts",),
    ),
    Operation(
        route="POST /reclaim/confirm",
        function="reclaim",
        summary="The code from the mail frees the customer, and is as good as step one; without mail none fits",
        status=200,
        response=VerifyResponse,
        body=ReclaimConfirmRequest,
        errors=("reclaim_token_invalid", "reclaim_token_expired", "code_invalid"),
    ),
    Operation(
        route="POST /credentials/object",
        function="credentials",
        summary="The code from the notice of a new account freezes that account, without a login",
        status=204,
        response=None,
        body=ObjectionRequest,
        errors=("code_invalid", "too_many_attempts"),
    ),
    Operation(
        route="POST /login",
        function="login",
        summary="Open a session",
        status=200,
        response=LoginResponse,
        body=LoginRequest,
        errors=("invalid_credentials", "too_many_attempts"),
    ),
    Operation(
        route="POST /login/refresh",
        function="login",
        summary="Spend the refresh token for new tokens",
        status=200,
        response=LoginResponse,
        body=RefreshRequest,
        errors=("refresh_token_invalid",),
    ),
    Operation(
        route="POST /logout",
        function="login",
        summary="End the session",
        status=204,
        response=None,
        body=LogoutRequest,
    ),
    Operation(
        route="POST /recovery",
        function="recovery",
        summary="Begin the recovery of a password: the question, or a code by mail before it",
        status=200,
        response=RecoveryResponse,
        body=RecoveryRequest,
        errors=("too_many_attempts",),
    ),
    Operation(
        route="POST /recovery/code",
        function="recovery",
        summary="The code from the mail, for the question; without mail every token is refused",
        status=200,
        response=RecoveryResponse,
        body=CodeRequest,
        errors=("recovery_token_invalid", "recovery_token_expired", "code_invalid"),
    ),
    Operation(
        route="POST /recovery/password",
        function="recovery",
        summary="The answer and a new password; every session of the account ends",
        status=204,
        response=None,
        body=PasswordRequest,
        errors=("recovery_token_invalid", "recovery_token_expired", "answer_invalid"),
    ),
    Operation(
        route="POST /recovery/user-id",
        function="recovery",
        summary="Request a reminder of the user id; without mail nothing is sent",
        status=202,
        response=UserIdResponse,
        body=UserIdRequest,
        errors=("too_many_attempts",),
    ),
    Operation(
        route="GET /account",
        function="account",
        summary="The reserved area: who the caller is, and their supplies",
        status=200,
        response=AccountResponse,
        errors=_ACCOUNT,
        bearer=True,
    ),
    Operation(
        route="PATCH /account",
        function="account",
        summary="Change phone or language; what is left out stays",
        status=200,
        response=AccountResponse,
        body=ContactRequest,
        errors=_ACCOUNT,
        bearer=True,
    ),
    Operation(
        route="POST /account/reauth",
        function="account",
        summary="The password again, for what weighs",
        status=200,
        response=ReauthResponse,
        body=ReauthRequest,
        errors=(*_ACCOUNT, "reauth_failed"),
        bearer=True,
    ),
    Operation(
        route="POST /account/password",
        function="account",
        summary="A new password; every other session ends, and every device token",
        status=200,
        response=LoginResponse,
        body=NewPasswordRequest,
        errors=_REAUTHENTICATED,
        bearer=True,
    ),
    Operation(
        route="POST /account/question",
        function="account",
        summary="Another security question and answer",
        status=204,
        response=None,
        body=NewQuestionRequest,
        errors=_REAUTHENTICATED,
        bearer=True,
    ),
    Operation(
        route="POST /account/user-id",
        function="account",
        summary="Another user id: a code to the new address; without mail it changes at once",
        status=202,
        response=NewUserIdResponse,
        also=((200, AccountResponse),),
        body=NewUserIdRequest,
        errors=(*_REAUTHENTICATED, "user_id_taken", "too_many_attempts"),
        bearer=True,
    ),
    Operation(
        route="POST /account/user-id/confirm",
        function="account",
        summary="The code from the mail changes the user id; all other sessions end",
        status=200,
        response=AccountResponse,
        body=UserIdConfirmRequest,
        errors=(
            *_ACCOUNT,
            "confirmation_token_invalid",
            "confirmation_token_expired",
            "code_invalid",
            "too_many_attempts",
        ),
        bearer=True,
    ),
    Operation(
        route="POST /account/user-id/undo",
        function="account",
        summary="The code from the mail to the old address takes the change back, without a login",
        status=204,
        response=None,
        body=UndoRequest,
        errors=("code_invalid", "too_many_attempts"),
    ),
    Operation(
        route="POST /account/accepted",
        function="account",
        summary="Accept the current versions of the supplier's documents",
        status=200,
        response=AccountResponse,
        body=AcceptedRequest,
        errors=_ACCOUNT,
        bearer=True,
    ),
    Operation(
        route="POST /account/export",
        function="account",
        summary="Everything that is held about the caller",
        status=200,
        response=ExportResponse,
        body=ExportRequest,
        errors=_REAUTHENTICATED,
        bearer=True,
    ),
    Operation(
        route="GET /account/sessions",
        function="account",
        summary="Where the customer is logged in, the youngest session first",
        status=200,
        response=SessionsResponse,
        errors=_ACCOUNT,
        bearer=True,
    ),
    Operation(
        route="POST /account/sessions/end",
        function="account",
        summary="End one session, or all others",
        status=204,
        response=None,
        body=EndSessionsRequest,
        errors=_ACCOUNT,
        bearer=True,
    ),
    Operation(
        route="GET /account/activity",
        function="account",
        summary="What happened in the account, the youngest first: logins, changes, where they came from",
        status=200,
        response=ActivityResponse,
        errors=(*_ACCOUNT, "invalid_request"),
        bearer=True,
        query=(_BEFORE,),
    ),
    Operation(
        route="POST /account/customers",
        function="account",
        summary="Add a supply: one's own at once, somebody else's by a code to its holder, any by an activation code",
        status=201,
        response=AccountResponse,
        also=((202, SupplyLinkResponse),),
        body=AddCustomerRequest,
        other_body=AddByCodeRequest,
        errors=(
            *_ACCOUNT,
            "customer_not_matched",
            "code_invalid",
            "already_registered",
            "too_many_customers",
            "too_many_attempts",
        ),
        bearer=True,
    ),
    Operation(
        route="POST /account/customers/confirm",
        function="account",
        summary="The code from the mail to the holder links the supply to its delegate",
        status=201,
        response=AccountResponse,
        body=ConfirmCustomerRequest,
        errors=(
            *_ACCOUNT,
            "confirmation_token_invalid",
            "confirmation_token_expired",
            "code_invalid",
            "already_registered",
            "too_many_customers",
        ),
        bearer=True,
    ),
    Operation(
        route="POST /account/customers/remove",
        function="account",
        summary="Remove a supply, or end what a delegate has of the caller's own",
        status=200,
        response=AccountResponse,
        body=RemoveCustomerRequest,
        errors=(*_REAUTHENTICATED, "last_customer"),
        bearer=True,
    ),
    Operation(
        route="POST /account/close",
        function="account",
        summary="Close the account for good; the customer can register again at once",
        status=204,
        response=None,
        body=CloseRequest,
        errors=_REAUTHENTICATED,
        bearer=True,
    ),
    Operation(
        route="GET /crm/changes",
        function="crm",
        summary="For the CRM's machines, signed: changes of accounts in their order, and how customers stand now",
        status=200,
        response=ChangesResponse,
        errors=("malformed_request", "access_token_invalid", "invalid_request"),
        query=_OF_CHANGES,
        signed=True,
    ),
    Operation(
        route="GET /.well-known/jwks.json",
        function="discovery",
        summary="The public keys of the access tokens",
        status=200,
        response=JwksResponse,
        cacheable=True,
    ),
    Operation(
        route="GET /.well-known/openid-configuration",
        function="discovery",
        summary="Where to find the keys of the access tokens; Utenza is no OpenID Connect provider",
        status=200,
        response=ConfigurationResponse,
        cacheable=True,
    ),
)
