"""Every five minutes: whether the API at its public address is as customers should find it.

It may do what anybody may, so it has no policies, and nothing in the other functions knows it. It tells by metrics and
never fails itself: an alarm looks at `CanaryFailures`, another one at the silence of `CanaryRuns`.
"""

import time
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from canary import flow
from canary.api import Api
from utenza.observability import count, count_many, log, report_check, traced
from utenza.settings import Settings as Environment

_SECONDS = 10


class Settings(Environment):
    """`canary_code`: how customer codes begin that nobody has."""

    public_url: str
    canary_code: str


@traced
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, dict[str, str]]:
    """Return what failed and why, by the names of the checks: `{"failed": {}}` when all is well."""
    settings = Settings.load()
    failed = dict[str, str]()
    api = Api(settings.public_url, _SECONDS)
    for check in flow.walk(api, settings.canary_code, now=int(time.time()), clock=time.perf_counter):
        report_check(check.name, check.seconds * 1000)
        if check.failure:
            failed[check.name] = check.failure
            log("canary_failed", check=check.name, why=check.failure, ms=round(check.seconds * 1000))
    count("CanaryRuns")
    count_many("CanaryFailures", len(failed))
    return {"failed": failed}
