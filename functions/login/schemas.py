"""What login, refresh and logout take and give."""

from typing import Literal, TypedDict

from utenza.http.addressing import ForSupplier
from utenza.http.schema import Body, text


class LoginRequest(ForSupplier):
    user_id: str = text(254, verbatim=True)
    password: str = text(1024, verbatim=True)


class RefreshRequest(Body):
    refresh_token: str = text(4096, verbatim=True)


class LogoutRequest(Body):
    refresh_token: str = text(4096, verbatim=True)


class TokensResponse(TypedDict):
    """Lifetimes are in seconds."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str
    refresh_expires_in: int
