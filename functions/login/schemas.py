"""What login, refresh and logout take and return."""

from typing import Literal

from pydantic import Field

from utenza.http.addressing import SupplierRequest
from utenza.http.requests import RequestModel, ResponseModel


class LoginRequest(SupplierRequest):
    user_id: str = Field(min_length=1, max_length=254)
    password: str = Field(min_length=1, max_length=1024)


class RefreshRequest(RequestModel):
    refresh_token: str = Field(min_length=1, max_length=4096)


class LogoutRequest(RequestModel):
    refresh_token: str = Field(min_length=1, max_length=4096)


class TokensResponse(ResponseModel):
    """Lifetimes are in seconds."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str
    refresh_expires_in: int
