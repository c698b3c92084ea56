"""Published prices, each with where and when it was read. US dollars, the first tier, without free allowances.

Of most services only us-east-1's prices are documented where we could read them. Lambda's are there for eu-south-1
too, 1.171 times as much; the page says what a login would cost if every price were higher by this factor (`MILAN`).
"""

from typing import NamedTuple


class Price(NamedTuple):
    """What one unit costs in US dollars; `per` is the number of units for which `text` names the price."""

    name: str
    usd: float
    unit: str
    region: str
    source: str
    per: int = 1_000_000

    @property
    def text(self) -> str:
        number = {1: "", 1_000_000: " a million", 1_000_000_000: " a billion"}[self.per]
        return f"${self.usd * self.per:,.10g}{number}"


MILAN = 1.9517 / 1.6667  # Lambda's GB-seconds on x86_64, eu-south-1 over us-east-1

_US, _AWS = "us-east-1", "aws.amazon.com"
_AIRBYTE = "airbyte.com on DynamoDB's prices, 21 July 2025"
_LAMBDA = f"{_AWS}/lambda/pricing, 20 September 2026"

API_CALL = Price("API Gateway, REST", 3.5e-6, "call", _US, "AWS's whitepaper on private APIs, table 4, undated")
INVOCATION = Price("Lambda, requests", 0.2e-6, "request", _US, _LAMBDA)
GB_SECOND = Price("Lambda, arm64", 15.6138e-6, "GB-second", "eu-south-1", "artillery 2.0.28, table of Lambda's prices")
RESTORE = Price("SnapStart, restore", 0.0001397998, "GB restored", _US, _LAMBDA, per=1)
CACHE = Price("SnapStart, cache", 1.5046e-6, "GB-second", _US, _LAMBDA)
READ_UNIT = Price("DynamoDB, on demand, reads", 0.125e-6, "unit", _US, _AIRBYTE)
WRITE_UNIT = Price("DynamoDB, on demand, writes", 0.625e-6, "unit", _US, _AIRBYTE)
SIGNATURE = Price("KMS, RSA_2048", 3.0e-6, "request", _US, "wring.co on KMS's prices, 15 March 2026")
LOG_BYTE = Price("CloudWatch Logs, ingestion", 0.5e-9, "byte", _US, "c3x.dev on its prices, June 2026", per=10**9)
MAIL = Price(
    "SES, Essentials plan", 0.16e-3, "mail", _US, "AWS's price list of 22 July 2026, by api-evangelist/amazon-ses"
)
ESSENTIALS = Price(
    "Cognito Essentials", 0.015, "user and month", _US, f"{_AWS}/cognito/pricing, 20 September 2026", per=1
)

ALL = (API_CALL, INVOCATION, GB_SECOND, RESTORE, CACHE, READ_UNIT, WRITE_UNIT, SIGNATURE, LOG_BYTE, ESSENTIALS)
