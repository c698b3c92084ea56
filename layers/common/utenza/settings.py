"""A function's environment as pydantic models. Each function declares what it reads."""

import os
from functools import cache
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict

from utenza.passwords.cost import Cost


def _split(text: object) -> object:
    return tuple(part.strip() for part in text.split(",") if part.strip()) if isinstance(text, str) else text


Texts = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""A comma-separated list."""


class Settings(BaseModel):
    """Variables by their names in lower case; those of other functions are ignored."""

    model_config = ConfigDict(frozen=True, alias_generator=str.upper, extra="ignore")

    @classmethod
    @cache
    def load(cls) -> Self:
        """Return this process's settings; pydantic's ValidationError names a variable that is missing or wrong."""
        return cls.model_validate(dict(os.environ))


class HttpSettings(Settings):
    """What the resolver needs. `public_url` is empty where callers use API Gateway's own address."""

    public_url: str
    allowed_origins: Texts


class HashingSettings(Settings):
    argon2_memory_kib: int
    argon2_iterations: int
    argon2_parallelism: int

    @property
    def cost(self) -> Cost:
        return Cost(self.argon2_memory_kib, self.argon2_iterations, self.argon2_parallelism)


class MailSettings(Settings):
    """`sender_email` is empty where no mail is sent."""

    sender_email: str

    @property
    def sends_mail(self) -> bool:
        return self.sender_email != ""


class ClaimSettings(MailSettings):
    """`claim_proof`: what protects a customer whose bill was stolen.

    Nothing; a notice to the address in the CRM; or a code sent there. Without mail it is nothing in any case.
    """

    claim_proof: Literal["none", "notice", "code"]

    @property
    def notifies_of_claims(self) -> bool:
        return self.sends_mail and self.claim_proof != "none"

    @property
    def proves_claims(self) -> bool:
        return self.sends_mail and self.claim_proof == "code"
