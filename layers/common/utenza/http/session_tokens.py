"""The tokens of a session as every call that opens or renews one answers."""

from typing import Literal

from pydantic import Field

from utenza.http.requests import ResponseModel


class LoginResponse(ResponseModel):
    """Lifetimes are in seconds."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str
    refresh_expires_in: int
    device_token: str = Field(
        description="Opaque, for `device_token` of the next login on this device. It opens nothing: with it, wrong "
        "passwords are counted apart from those of strangers. Keep it when the customer logs out. A refresh answers "
        "with that of its login; empty for a session that an earlier version opened."
    )
