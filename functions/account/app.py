"""The reserved area: GET and PATCH /account, and what its owner does with it."""

import time
from typing import TypedDict

from aws_lambda_powertools.event_handler import Response

from account import (
    accepted,
    activation,
    activity,
    closing,
    contact,
    export,
    flow,
    password,
    question,
    reauth,
    sessions,
    supplies,
    supply_removal,
    user_id,
    user_id_confirmation,
    user_id_undo,
    views,
)
from account.schemas import (
    AcceptedRequest,
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
from account.settings import Settings, dependencies
from utenza.errors import AccessTokenInvalid
from utenza.http import caller, origins
from utenza.http.app import build_handler, new_router, respond
from utenza.http.requests import read, submitted
from utenza.http.session_tokens import LoginResponse
from utenza.observability import log
from utenza.parallel import gather

router = new_router()


class _Moment(TypedDict):
    issuer: str
    now: int


@router.get("/account")
def show() -> Response[str]:
    return _account(flow.read(_token(), dependencies(), **_moment()))


@router.patch("/account")
def change_contact() -> Response[str]:
    token, request = _token(), read(router.current_event, ContactRequest)
    changed = contact.change(request, token, dependencies(), **_moment(), network=_network())
    log("contact_changed", account=changed.account.account_id)
    return _account(changed)


@router.post("/account/reauth")
def reauthenticate() -> Response[str]:
    token, request = _token(), read(router.current_event, ReauthRequest)
    reauth_token, expires_in = reauth.reauthenticate(request, token, dependencies(), **_moment())
    return respond(200, ReauthResponse(reauth_token=reauth_token, expires_in=expires_in))


@router.post("/account/password")
def change_password() -> Response[str]:
    token, form = _token(), submitted(router.current_event, NewPasswordRequest)
    tokens = password.change(form, token, dependencies(), **_moment(), network=_network())
    log("password_changed", account=tokens.account_id)
    return respond(
        200,
        LoginResponse(
            access_token=tokens.access_token,
            token_type="Bearer",  # noqa: S106 - what kind it is
            expires_in=tokens.expires_in,
            refresh_token=tokens.refresh_token,
            refresh_expires_in=tokens.refresh_expires_in,
            device_token=tokens.device_token,
        ),
    )


@router.post("/account/question")
def change_question() -> Response[str]:
    token, form = _token(), submitted(router.current_event, NewQuestionRequest)
    account_id = question.change(form, token, dependencies(), **_moment(), network=_network())
    log("question_changed", account=account_id)
    return respond(204)


@router.post("/account/user-id")
def change_user_id() -> Response[str]:
    event = router.current_event
    token, request = _token(), read(event, NewUserIdRequest)
    changed = user_id.change(
        request, token, dependencies(), source=caller.source(event), **_moment(), network=_network()
    )
    account_id = changed.caller.account.account_id
    if changed.confirmation is None:
        log("user_id_changed", account=account_id)
        return _account(changed.caller)
    log("user_id_asked_for", account=account_id)
    confirmation_token, expires_in = changed.confirmation
    return respond(202, NewUserIdResponse(confirmation_token=confirmation_token, expires_in=expires_in))


@router.post("/account/user-id/confirm")
def confirm_user_id() -> Response[str]:
    token, request = _token(), read(router.current_event, UserIdConfirmRequest)
    changed = user_id_confirmation.confirm(request, token, dependencies(), **_moment(), network=_network())
    log("user_id_changed", account=changed.account.account_id)
    return _account(changed)


@router.post("/account/user-id/undo")
def undo_user_id() -> Response[str]:
    event = router.current_event
    request = read(event, UndoRequest)
    account_id = user_id_undo.undo(
        request, dependencies(), source=caller.source(event), now=int(time.time()), network=_network()
    )
    log("user_id_restored", account=account_id)
    return respond(204)


@router.get("/account/sessions")
def list_sessions() -> Response[str]:
    current, found = sessions.list_open(_token(), dependencies(), **_moment())
    return respond(200, SessionsResponse(sessions=[views.session_of(each, current, _language()) for each in found]))


@router.post("/account/sessions/end")
def end_sessions() -> Response[str]:
    token, request = _token(), read(router.current_event, EndSessionsRequest)
    account_id = sessions.end(request, token, dependencies(), **_moment(), network=_network())
    log("sessions_ended", account=account_id)
    return respond(204)


@router.post("/account/accepted")
def accept_documents() -> Response[str]:
    token, request = _token(), read(router.current_event, AcceptedRequest)
    owner = accepted.accept(request, token, dependencies(), **_moment(), network=_network())
    log("documents_accepted", account=owner.account.account_id)
    return _account(owner)


@router.post("/account/export")
def export_all() -> Response[str]:
    token, request, moment = _token(), read(router.current_event, ExportRequest), _moment()
    held = export.collect(request, token, dependencies(), **moment, network=_network())
    log("account_exported", account=held.caller.account.account_id)
    months = Settings.load().closed_readable_months
    return respond(200, views.export_of(held, _language(), months, now=moment["now"]))


@router.get("/account/activity")
def list_activity() -> Response[str]:
    token, before = _token(), router.current_event.query_string_parameters.get("before") or ""
    found, more = activity.list_page(before, token, dependencies(), **_moment())
    return respond(200, ActivityResponse(events=[*views.events(found, _language())], next=more or None))


@router.post("/account/customers")
def add_customer() -> Response[str]:
    event, token, known = router.current_event, _token(), dependencies().suppliers
    by_code = submitted(event, AddByCodeRequest, suppliers=known)
    if by_code.has("activation_code"):
        return _add_by_code(by_code.valid(), token)
    request = read(event, AddCustomerRequest, suppliers=known)
    added = supplies.add(
        request,
        token,
        dependencies(),
        **_moment(),
        source=caller.source(event),
        language=_language(),
        network=_network(),
    )
    if isinstance(added, flow.Caller):
        log("supply_linked", account=added.account.account_id)
        return _account(added, 201)
    confirmation_token, expires_in = added
    log("supply_asked_for")
    return respond(202, SupplyLinkResponse(confirmation_token=confirmation_token, expires_in=expires_in))


def _add_by_code(request: AddByCodeRequest, token: str) -> Response[str]:
    source = caller.source(router.current_event)
    owner = activation.add(request, token, dependencies(), **_moment(), source=source, network=_network())
    log("supply_linked", account=owner.account.account_id)
    return _account(owner, 201)


@router.post("/account/customers/confirm")
def confirm_customer() -> Response[str]:
    token, request = _token(), read(router.current_event, ConfirmCustomerRequest)
    owner = supplies.confirm(request, token, dependencies(), **_moment(), network=_network())
    log("supply_linked", account=owner.account.account_id)
    return _account(owner, 201)


@router.post("/account/customers/remove")
def remove_customer() -> Response[str]:
    token, request = _token(), read(router.current_event, RemoveCustomerRequest)
    owner = supply_removal.remove(request, token, dependencies(), **_moment(), network=_network())
    log("supply_unlinked", account=owner.account.account_id)
    return _account(owner)


@router.post("/account/close")
def close() -> Response[str]:
    token, request = _token(), read(router.current_event, CloseRequest)
    account_id = closing.close(request, token, dependencies(), **_moment())
    log("account_closed", account=account_id)
    return respond(204)


def _token() -> str:
    """Return the access token; AccessTokenInvalid without one, whatever the body is."""
    token = caller.bearer_token(router.current_event)
    if not token:
        raise AccessTokenInvalid
    return token


def _moment() -> _Moment:
    return {"issuer": caller.issuer(router.current_event, Settings.load().public_url), "now": int(time.time())}


def _language() -> str:
    return caller.language(router.current_event)


def _network() -> str:
    return origins.network(router.current_event)


def _account(owner: flow.Caller, status: int = 200) -> Response[str]:
    return respond(status, views.account_of(owner, Settings.load().closed_readable_months))


def warm_up() -> None:
    """Open connections and load keys during Lambda's init."""
    settings, now = Settings.load(), int(time.time())
    gather(
        lambda: settings.signing_keys.current(now=now).public_key(),
        lambda: settings.keys.current(now=now),
        lambda: settings.accounts.get("", ""),
        lambda: settings.sessions.is_open("", "", "", now=now),
    )


handler = build_handler(router, metric="AccountCalls", warm_up=warm_up)
