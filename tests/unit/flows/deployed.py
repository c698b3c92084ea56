"""The limits that a deployment has with the template's default parameters."""

import re
from pathlib import Path

from tests.unit.flows.fixtures import Flows
from utenza.limits.limit import Limit
from utenza.limits.mails import MailBudget

_TEMPLATE = (Path(__file__).parents[3] / "template.yaml").read_text(encoding="utf-8")


def default(parameter: str) -> int:
    """Return the default value of a parameter that is a number."""
    found = re.search(rf"^  {parameter}:\n(?:    .*\n)*?    Default: (\d+)$", _TEMPLATE, re.MULTILINE)
    assert found, parameter
    return int(found[1])


def limit(parameter: str) -> Limit:
    """Return the limit of an account, a customer code or a token."""
    return Limit(default(parameter), default("AttemptsRefillSeconds"))


def source_limit(parameter: str) -> Limit:
    return Limit(default(parameter), default("SourceRefillSeconds"))


def mail_budget() -> MailBudget:
    refill = default("MailsRefillSeconds")
    return MailBudget(
        Limit(default("MailsPerMailbox"), refill),
        Limit(default("MailsPerCustomer"), refill),
        Limit(default("MailsPerSource"), default("MailsSourceRefillSeconds")),
    )


def with_deployed_limits(flows: Flows) -> Flows:
    """Return the same deployment with every limit as by default."""
    return flows._replace(
        verify=flows.verify._replace(
            per_code=limit("VerifyAttemptsPerCode"), per_source=source_limit("VerifyAttemptsPerSource")
        ),
        credentials=flows.credentials._replace(
            per_token=limit("CredentialsAttemptsPerToken"),
            per_source=source_limit("CredentialsAttemptsPerSource"),
            per_address=limit("ConfirmationsPerAddress"),
            mail_budget=mail_budget(),
        ),
        account=flows.account._replace(
            per_session=limit("ReauthAttemptsPerSession")._replace(in_a_row=default("LoginAttemptsInARow"))
        ),
        login=flows.login._replace(
            per_account=limit("LoginAttemptsPerAccount")._replace(in_a_row=default("LoginAttemptsInARow")),
            per_device=default("LoginAttemptsPerDevice"),
            per_source=source_limit("LoginAttemptsPerSource"),
        ),
        recovery=flows.recovery._replace(
            per_account=limit("RecoveryAttemptsPerAccount"),
            per_source=source_limit("RecoveryAttemptsPerSource"),
            mail_budget=mail_budget(),
        ),
        reclaim=flows.reclaim._replace(
            per_code=limit("ReclaimAttemptsPerCode"),
            per_source=source_limit("ReclaimAttemptsPerSource"),
            mail_budget=mail_budget(),
        ),
    )
