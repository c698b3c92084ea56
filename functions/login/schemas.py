"""What login, refresh and logout take; what they return is in `utenza.http.session_tokens`."""

from pydantic import Field

from utenza.http.addressing import SupplierRequest
from utenza.http.requests import OptionalToken, RequestModel
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
