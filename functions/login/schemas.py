"""What login, refresh and logout take and return."""

from typing import Literal

from pydantic import Field

from utenza.http.addressing import SupplierRequest
from utenza.http.requests import OptionalToken, RequestModel, ResponseModel
from utenza.identifiers.separators import Identifier


class LoginRequest(SupplierRequest):
    user_id: Identifier = Field(min_length=1, max_length=254)
    password: str = Field(min_length=1, max_length=1024)
    device_token: OptionalToken = Field(
        default="", max_length=4096, description="From the last login on this device; what is no token here is ignored."
    )


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


class LoginResponse(TokensResponse):
    device_token: str = Field(
        description="Opaque, for `device_token` of the next login on this device. It opens nothing: with it, wrong "
        "passwords are counted apart from those of strangers. Keep it when the customer logs out."
    )
