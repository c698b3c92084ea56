"""Rotates the ring of the step token when Secrets Manager asks for it (docs/adr/0035-the-ring-rotates-by-itself.md)."""

import time
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field

from key_rotation import flow
from utenza.clients import client
from utenza.observability import log, log_failure, traced
from utenza.settings import Settings as Environment
from utenza.tokens.step_secret import StepSecret


class Settings(Environment):
    step_secret: str


class Asked(BaseModel):
    """One step of a rotation, as Secrets Manager writes it."""

    model_config = ConfigDict(frozen=True)

    step: flow.Step = Field(alias="Step")
    version: str = Field(alias="ClientRequestToken")


class Failed(Exception):
    """The step failed; why is in the log, without what the ring holds. Secrets Manager tries again."""


@traced
def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """Do one step; of which secret is fixed by the deployment."""
    asked = Asked.model_validate(event)
    secret = StepSecret(client("secretsmanager"), Settings.load().step_secret)
    try:
        flow.rotate(asked.step, asked.version, secret, now=int(time.time()))
    except Exception as failure:  # noqa: BLE001 - whatever it is: nothing of it is said
        log_failure(failure, step=asked.step)
        raise Failed(type(failure).__name__) from None
    log("key_rotation_step", step=asked.step)
