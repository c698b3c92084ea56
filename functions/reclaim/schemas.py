"""What a reclaim takes and returns."""

from pydantic import Field

from utenza.http.requests import CleanText, RequestModel, ResponseModel
from utenza.http.step_one import StepOneRequest


class ReclaimRequest(StepOneRequest):
    """What is printed on the bill, as at step one."""


class ReclaimResponse(ResponseModel):
    """The same for everyone; `expires_in` is in seconds."""

    reclaim_token: str
    expires_in: int


class ReclaimConfirmRequest(RequestModel):
    reclaim_token: str = Field(min_length=1, max_length=4096, description="From POST /reclaim.")
    code: CleanText = Field(min_length=1, max_length=40, description="Six digits, from the mail.")
