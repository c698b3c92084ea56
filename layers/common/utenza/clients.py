"""The boto3 clients of a process: one each, with timeouts that leave a function time to answer 503 itself."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from utenza import snapstart

# Seconds. Three tries against four addresses that hang take 6 s, and their back-off 3 s at most: under a function's 20.
CONFIG = Config(
    connect_timeout=0.5,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=5,
    tcp_keepalive=True,
    parameter_validation=False,  # AWS checks them itself
    user_agent=f"utenza Boto3/{boto3.__version__}",  # botocore would put its own together for every request
)
# SES sends a mail again when it is asked again. So it is asked once and given time; what failed, the queue tries again.
_NEVER_AGAIN = Config(read_timeout=5, retries={"mode": "standard", "total_max_attempts": 1})
# Whole files: nobody waits for them.
_FILES = Config(read_timeout=60)
# Work in the night: a table that is not used to so many writes refuses some for minutes.
_PATIENT = Config(read_timeout=20, retries={"mode": "standard", "total_max_attempts": 8}, max_pool_connections=10)
_CONFIGS = {"sesv2": CONFIG.merge(_NEVER_AGAIN), "s3": CONFIG.merge(_FILES)}


@cache
def client(service: str, *, is_patient: bool = False) -> Any:  # noqa: ANN401 - each service has methods of its own
    """Return this process's client of an AWS service such as "dynamodb"; a patient one may take minutes."""
    config = CONFIG.merge(_PATIENT) if is_patient else _CONFIGS.get(service, CONFIG)
    made: Any = boto3.client(service, config=config)  # type: ignore[call-overload]  # the stubs know literal names alone
    snapstart.after_restore(made.close)  # the snapshot's connections are dead; the next call opens new ones
    return made
