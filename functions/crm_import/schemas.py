"""What Step Functions hands to the import: a file that was sent, a run that was approved, or a step of a run."""

from string import hexdigits
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from crm_import.runs import Mode

Step = Literal["survey", "not_surveyed", "not_ended", "guard", "apply", "cease", "finish", "give_up"]


class Strange(Exception):
    """This is no file of the import; nothing of it is said, for its name may be anything."""


class _Object(BaseModel):
    model_config = ConfigDict(frozen=True)

    key: str
    version: str = Field("", alias="version-id")
    sequencer: str = ""

    @property
    def order(self) -> str:
        """What orders the events of one key: hexadecimal digits, to be compared as text."""
        return self.sequencer.upper() if set(self.sequencer) <= set(hexdigits) else ""


class _Detail(BaseModel):
    model_config = ConfigDict(frozen=True)

    object: _Object
    requester: str = ""


class Sent(BaseModel):
    """The event of EventBridge that an object was created: `incoming/SUPPLIER/full/NAME` or `…/delta/NAME`."""

    model_config = ConfigDict(frozen=True)

    detail: _Detail

    @property
    def place(self) -> tuple[str, Mode]:
        """Return supplier and mode; raises Strange."""
        match self.detail.object.key.split("/"):
            case ["incoming", supplier, ("full" | "delta") as mode, _]:
                return supplier, "full" if mode == "full" else "delta"
        raise Strange


class Approved(BaseModel):
    """A run that is held and was approved, and by whom."""

    model_config = ConfigDict(frozen=True)

    supplier: str
    run: str
    by: str


class _Failure(BaseModel):
    """What Step Functions says of a state that failed."""

    model_config = ConfigDict(frozen=True)

    error: str = Field("", alias="Error")


class Begin(BaseModel):
    """What an execution begins with: either of the two; and why the survey failed."""

    model_config = ConfigDict(frozen=True)

    approve: Approved | None = None
    detail: _Detail | None = None
    failure: _Failure = _Failure.model_validate({})

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.approve is None) == (self.detail is None):
            raise ValueError("a file or an approval")
        return self


class _Execution(BaseModel):
    model_config = ConfigDict(frozen=True)

    arn: str = Field(alias="executionArn")
    status: str
    input: str | None = None


class NotEnded(BaseModel):
    """The event of Step Functions that an execution was ended from outside, or by its time."""

    model_config = ConfigDict(frozen=True)

    detail: _Execution

    @property
    def begin(self) -> Begin | None:
        """What the execution began with; None for one of a map, or one that reported another."""
        try:
            begin = Begin.model_validate_json(self.detail.input or "")
        except ValidationError:
            return None
        return begin.model_copy(update={"failure": _Failure.model_validate({"Error": self.detail.status})})


class Work(BaseModel):
    """One step of a run; `part` from 1."""

    model_config = ConfigDict(frozen=True)

    supplier: str
    run: str
    part: int = 0
    error: str = ""
