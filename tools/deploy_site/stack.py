"""The CloudFormation stack of the site: created or updated from its template, with its events as progress."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from tools.aws import find_stack, outputs
from tools.template_yaml import parameters

type Client = Any  # a boto3 client; each service has its own methods
type Values = Mapping[str, str]

_POLL_SECONDS = 5.0  # CloudFront takes minutes
_STABLE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"}


class DeploymentError(Exception):
    """The stack could not be deployed; the message is one line."""


def parameter_values(stack: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters of a stack by name."""
    return {entry["ParameterKey"]: entry.get("ParameterValue", "") for entry in stack.get("Parameters", [])}


class SiteStack:
    """One stack, with its template and the parameter values to set; other parameters keep their values."""

    def __init__(self, client: Client, name: str, template: Path, values: Values, *, role: str = "") -> None:
        """`role` is the ARN of CloudFormation's role; empty for the one that the stack has, or the caller's rights."""
        self._client = client
        self._name = name
        self._template = template.read_text(encoding="utf-8")
        self._names = parameters(template)
        self._values = values
        self._role = {"RoleARN": role} if role else {}

    def change(self) -> str:
        """Return what the stack needs: "create", "update", or "" for nothing; raises DeploymentError."""
        stack = find_stack(self._client, self._name)
        if stack is None:
            return "create"
        self._require_stable(stack["StackStatus"])
        current = parameter_values(stack)
        body = self._client.get_template(StackName=self._name)["TemplateBody"]
        same = body == self._template and all(current.get(name) == value for name, value in self._values.items())
        return "" if same else "update"

    def apply(self, change: str, say: Callable[[str], None]) -> dict[str, str]:
        """Create or update the stack, wait until that ends and return the outputs; raises DeploymentError."""
        seen = {event["EventId"] for event in self._events()} if change == "update" else set()
        if change and self._begin(change):
            self._follow(seen, say)
        stack = find_stack(self._client, self._name)
        if stack is None:
            raise DeploymentError(f"the stack {self._name} does not exist any more")
        return outputs(stack)

    def _begin(self, change: str) -> bool:
        """Start the change; return False if CloudFormation finds nothing to do, as after a change of comments."""
        begin = self._client.create_stack if change == "create" else self._client.update_stack
        try:
            given = self._parameters(change)
            begin(StackName=self._name, TemplateBody=self._template, Parameters=given, **self._role)
        except ClientError as error:
            if "No updates are to be performed" in str(error):
                return False
            raise
        return True

    def _parameters(self, change: str) -> list[dict[str, Any]]:
        given = [{"ParameterKey": name, "ParameterValue": value} for name, value in self._values.items()]
        current = parameter_values(find_stack(self._client, self._name) or {}) if change == "update" else {}
        kept = [name for name in self._names if name in current and name not in self._values]
        return given + [{"ParameterKey": name, "UsePreviousValue": True} for name in kept]

    def _follow(self, seen: set[str], say: Callable[[str], None]) -> None:
        """Report events until the stack has stopped changing; raises DeploymentError if it has failed."""
        reported: dict[tuple[str, str], str] = {}
        while True:
            for event in self._events():
                what = (event["LogicalResourceId"], event["ResourceStatus"])
                if event["EventId"] not in seen and what not in reported:
                    reported[what] = " ".join(event.get("ResourceStatusReason", "").split())
                    say(f"  {what[0]}: {what[1]}")
            status = (find_stack(self._client, self._name) or {"StackStatus": "DELETE_COMPLETE"})["StackStatus"]
            if not status.endswith("_IN_PROGRESS"):
                break
            time.sleep(_POLL_SECONDS)
        failed = [f"{name}: {reason}" for (name, state), reason in reported.items() if state.endswith("_FAILED")]
        if "ROLLBACK" in status or status not in _STABLE:
            raise DeploymentError(f"the stack {self._name} is {status}: {failed[0] if failed else 'see its events'}")

    def _events(self) -> list[dict[str, Any]]:
        """Return the latest events, oldest first."""
        return list(reversed(self._client.describe_stack_events(StackName=self._name)["StackEvents"]))

    def _require_stable(self, status: str) -> None:
        if status.endswith("_IN_PROGRESS"):
            raise DeploymentError(f"the stack {self._name} is {status}: try again when that has ended")
        if status not in _STABLE:
            delete = f"aws cloudformation delete-stack --stack-name {self._name}"
            raise DeploymentError(f"the stack {self._name} is {status}: delete it and try again: {delete}")
