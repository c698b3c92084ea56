"""Published prices, each with where and when it was read. US dollars, the first tier, without free allowances.

Of most services only us-east-1's prices are documented where we could read them; Lambda's are there for eu-south-1
too, 1.171 times as much. `MILAN` is that factor: the page shows what a month would cost if every service followed it.
"""

from typing import NamedTuple


class Price(NamedTuple):
    """What one unit costs in US dollars."""

    name: str
    usd: float
    unit: str
    region: str
    source: str

    @property
    def text(self) -> str:
        """The price of as many as make a number that people can read."""
        for size, name in ((1e-8, " a billion"), (1e-3, " a million")):
            if self.usd < size:
                return f"${self.usd * (1e9 if name == ' a billion' else 1e6):,.4g}{name}"
        return f"${self.usd:,.4g}"


MILAN = 1.9517 / 1.6667  # Lambda's GB-seconds on x86_64, eu-south-1 over us-east-1

_AWS = "aws.amazon.com"

API_CALL = Price(
    "API Gateway, REST", 3.50e-6, "call", "us-east-1", "AWS's whitepaper on private APIs, table 4, undated"
)
INVOCATION = Price("Lambda, requests", 0.20e-6, "request", "us-east-1", f"{_AWS}/lambda/pricing, 20 September 2026")
GB_SECOND = Price("Lambda, arm64", 1.56138e-5, "GB-second", "eu-south-1", "artillery 2.0.28, table of Lambda's prices")
READ_UNIT = Price(
    "DynamoDB, on demand, reads", 0.125e-6, "unit", "us-east-1", "airbyte.com on DynamoDB's prices, 21 July 2025"
)
WRITE_UNIT = Price(
    "DynamoDB, on demand, writes", 0.625e-6, "unit", "us-east-1", "airbyte.com on DynamoDB's prices, 21 July 2025"
)
RSA_2048 = Price("KMS, RSA_2048", 3.0e-6, "request", "us-east-1", "wring.co on KMS's prices, 15 March 2026")
RSA_3072 = Price("KMS, RSA_3072", 15.0e-6, "request", "us-east-1", "factualminds.com on KMS's prices, 13 June 2026")
SECRET = Price("Secrets Manager", 5.0e-6, "request", "us-east-1", f"{_AWS}/secrets-manager/pricing, 20 September 2026")
LOG_BYTE = Price("CloudWatch Logs, ingestion", 0.50e-9, "byte", "us-east-1", "c3x.dev on its prices, June 2026")
MAIL = Price("SES", 100.0e-6, "mail", "us-east-1", "acecloudinterviews.com on SES, undated")
EVENT = Price(
    "EventBridge, custom events", 1.0e-6, "event", "us-east-1", "cloudburn.io on EventBridge's prices, 13 March 2026"
)
ESSENTIALS = Price(
    "Cognito Essentials", 0.0150, "user and month", "us-east-1", f"{_AWS}/cognito/pricing, 20 September 2026"
)
LITE = Price("Cognito Lite", 0.0055, "user and month", "us-east-1", f"{_AWS}/cognito/pricing, 20 September 2026")

ALL = (
    API_CALL,
    INVOCATION,
    GB_SECOND,
    READ_UNIT,
    WRITE_UNIT,
    RSA_2048,
    RSA_3072,
    SECRET,
    LOG_BYTE,
    MAIL,
    EVENT,
    ESSENTIALS,
    LITE,
)
