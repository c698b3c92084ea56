"""What of the site has to be in us-east-1, as CloudFront demands: its firewall and its access logs, in a stack.

The firewall must be there before the distribution that refers to it, and go after it; the logs need the distribution.
So the site's stack is deployed between `firewall` and `finish`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from tools.aws import find_stack, outputs
from tools.deploy_site.stack import Client, SiteStack
from tools.paths import ROOT

REGION = "us-east-1"
LOG_DAYS = ("0", "1", "3", "5", "7", "14", "30", "60", "90", "120", "150", "180", "365")
_TEMPLATE = ROOT / "stacks" / "site_edge.yaml"


class Wanted(NamedTuple):
    """What this run sets; None keeps what there is. `firewall` is "on" or "off", `role` the ARN of CloudFormation's."""

    firewall: str | None
    log_days: str | None
    role: str = ""

    @property
    def is_something(self) -> bool:
        return self.firewall == "on" or self.log_days not in {None, "0"}


class Edge:
    """The stack of the site `site` of `region`. Without one, and with nothing wanted, every method does nothing."""

    def __init__(self, client: Client, site: str, region: str, wanted: Wanted) -> None:
        self._site = f"{site}-{region}"  # a site of another region has a stack here too
        self.name = f"{self._site}-edge"
        self._client = client
        self._wanted = wanted

    def change(self) -> str:
        """Return what `firewall` and `finish` would do: "create", "update" or ""; raises DeploymentError."""
        return self._stack(self._values()).change() if self._is_needed() else ""

    def firewall(self, say: Callable[[str], None]) -> str | None:
        """Return the firewall's ARN for the site's stack, "" for none, None to leave it; raises DeploymentError."""
        if self._wanted.firewall == "on":
            stack = self._stack({"SiteStack": self._site, "Firewall": "on"})
            return stack.apply(stack.change(), say)["WebAclArn"]
        current = self._current()
        if current is None:
            return None
        return "" if self._wanted.firewall == "off" else outputs(current).get("WebAclArn", "")

    def finish(self, distribution: str, say: Callable[[str], None]) -> None:
        """Bring the rest up to date, once the site's stack is; raises DeploymentError."""
        if self._is_needed():
            stack = self._stack({**self._values(), "DistributionId": distribution})
            stack.apply(stack.change(), say)

    def _is_needed(self) -> bool:
        return self._wanted.is_something or self._current() is not None

    def _current(self) -> dict[str, Any] | None:
        try:
            return find_stack(self._client, self.name)
        except ClientError as error:
            # An organisation may forbid other regions: whoever asks for nothing there need not care.
            if self._wanted[:2] != (None, None) or error.response["Error"]["Code"] != "AccessDenied":
                raise
            return None

    def _values(self) -> dict[str, str]:
        given = {"SiteStack": self._site, "Firewall": self._wanted.firewall, "LogDays": self._wanted.log_days}
        return {name: value for name, value in given.items() if value is not None}

    def _stack(self, values: dict[str, str]) -> SiteStack:
        return SiteStack(self._client, self.name, _TEMPLATE, values, role=self._wanted.role)
