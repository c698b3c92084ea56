"""docs/operations.md says what a new deployment needs: its parameters, its quotas, and what only AWS can show."""

import re

from tools.paths import ROOT
from tools.translate import written

_PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def _section(title: str) -> str:
    return _PAGE.split(f"\n{title}\n")[1].split("\n## ")[0]


def test_the_first_deployment_has_ten_things_to_look_at_each_with_its_command() -> None:
    things = re.findall(
        r"^(\d+)\. (.*(?:\n   .*)*)", _section("## First deployment: look at these ten things"), re.MULTILINE
    )
    assert [int(number) for number, _ in things] == list(range(1, 11))
    for _, thing in things:
        assert re.search(r"`(aws|curl|for|openssl|make) [^`]+`", thing), thing


def test_what_stands_before_the_api_is_explained() -> None:
    kinds = ("Firewall", "Throttling", "Reserved", "DomainName", "CertificateArn", "HostedZoneId", "BasePath", "Keep")
    names = [name for name in written()["Parameters"] if name.startswith(kinds)]
    assert len(names) == 18
    assert "`Throttling*Rate`, `Throttling*Burst`" in _PAGE
    assert [name for name in names if name not in _PAGE and not name.startswith("Throttling")] == []


def test_every_quota_says_what_is_needed_and_how_to_look_it_up() -> None:
    rows = [row for row in _section("## Quotas").splitlines() if row.startswith("| ") and row.count(" | ") >= 4]
    for service in ("Lambda", "API Gateway", "KMS", "SES", "DynamoDB", "Secrets Manager", "Step Functions", "AWS WAF"):
        assert any(row.startswith(f"| {service}") for row in rows), service
