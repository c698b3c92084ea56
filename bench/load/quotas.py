"""Quotas of AWS, each with where and when it was read, and limits of our own, read from the template.

A new account has less than the documented default of some: ask for more weeks before the first bill day.
"""

from typing import NamedTuple

from bench.environments import parameter, throttle


class Quota(NamedTuple):
    """What an account may have at once or in a time: `new` of a new account, `usual` AWS's documented default."""

    name: str
    new: float
    usual: float
    unit: str
    source: str


_AWS = "docs.aws.amazon.com"
CONCURRENCY = Quota(
    "Lambda, executions at once",
    10,
    1_000,
    "executions",
    f"{_AWS}/lambda/latest/dg/gettingstarted-limits.html; 10: awslabs/fhir-works-on-aws-deployment#691",
)
SCALING = Quota(
    "Lambda, more executions of a function",
    1_000,
    1_000,
    "in 10 seconds",
    f"{_AWS}/lambda/latest/dg/scaling-behavior.html",
)
GATEWAY = Quota(
    "API Gateway, requests",
    2_500,
    2_500,
    "a second",
    f"{_AWS}/apigateway/latest/developerguide/limits.html (Milan; elsewhere 10,000)",
)
SIGNATURES = Quota(
    "KMS, RSA operations",
    500,
    1_000,
    "a second",
    f"{_AWS}/kms/latest/developerguide/requests-per-second.html (1,000 in its table; 500 in an example and before)",
)
MAIL_RATE = Quota(
    "SES, mails",
    1,
    14,
    "a second",
    f"{_AWS}/ses/latest/dg/quotas.html for the sandbox; AWS promises no later one: 14 and 50,000 are apis.io's",
)
MAILS_A_DAY = Quota("SES, mails a day", 200, 50_000, "a day", "the same")
WRITES = Quota(
    "DynamoDB, write units, were all in one table",
    4_000,
    4_000,
    "a second",
    "repost.aws/knowledge-center/on-demand-table-throttling-dynamodb (a new table; later twice its highest peak)",
)
READS = Quota("DynamoDB, read units, were all in one table", 12_000, 12_000, "a second", "the same")
SECRETS = Quota(
    "Secrets Manager, values",
    10_000,
    10_000,
    "a second",
    f"{_AWS}/secretsmanager/latest/userguide/reference_limits.html",
)

NETWORK = 0.08
"""Assumed: of all customers come over IPv6 from one operator; 13 % of Italy had IPv6 in 2023 (dday.it, from Google)."""

SHARDS = 4
"""Assumed: of the stream of a new table, whose 4,000 write units are four partitions of 1,000, each with a shard."""
MAIL_SECONDS = 0.1
"""Assumed: what the notifications function takes for a mail (SES, five requests); a shard's go one after the other."""
STREAM = Quota(
    "mails out of the Accounts stream",
    SHARDS / MAIL_SECONDS,
    SHARDS / MAIL_SECONDS,
    "a second",
    f"{_AWS}/lambda/latest/dg/services-ddb-params.html (ParallelizationFactor is 1); shards and seconds are assumed",
)


def of_route(route: str) -> Quota:
    """Return our own throttle of a route, as deployed by default."""
    rate = throttle(route)
    return Quota(f"our throttle, {route}", rate, rate, "a second", "template.yaml")


def of_network() -> Quota:
    """Return the firewall's limit for calls that hash by the customers of one network operator over IPv6."""
    calls = float(parameter("FirewallHashesPerNetwork"))
    return Quota("our FirewallHashesPerNetwork", calls, calls, "in 5 minutes", "template.yaml")


def mails_an_hour() -> Quota:
    """Return our own budget of mails that strangers can cause, as deployed by default."""
    budget = float(parameter("MailsPerHour"))
    return Quota("our MailsPerHour", budget, budget, "an hour", "template.yaml")


ALL = (CONCURRENCY, SCALING, GATEWAY, SIGNATURES, MAIL_RATE, MAILS_A_DAY, WRITES, READS, SECRETS, STREAM)
