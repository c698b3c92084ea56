"""One JSON line per event. Events carry opaque ids and outcomes; never a name, an address, a code or a secret."""

import json
import os
import sys
import traceback
from typing import Literal

from utenza.errors import AwsError

Event = Literal[
    "answered",
    "refused",
    "customer_verified",
    "confirmation_required",
    "registered",
    "login_succeeded",
    "session_refreshed",
    "session_closed",
    "recovery_started",
    "password_recovered",
    "notice_delivered",
    "mail_undeliverable",
    "record_followed",
    "origin_refused",
    "failed",
]


def log(event: Event, **fields: str | int) -> None:
    """Write one event to standard output, where Lambda collects it."""
    if event != "answered" or os.environ.get("LOG_LEVEL", "INFO") == "DEBUG":
        sys.stdout.write(json.dumps({"event": event, **fields}) + "\n")


def log_failure(error: BaseException, **fields: str | int) -> None:
    """Write where an error of ours or of AWS came from. Its message is left out: it may quote what was typed."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    # What a service of AWS answered with (AccessDenied, no such table) is a word of theirs, never of the customer's.
    code = error.code if isinstance(error, AwsError) else ""
    log("failed", error=f"{type(error).__name__} {code}".strip(), where=" < ".join(reversed(where)), **fields)
