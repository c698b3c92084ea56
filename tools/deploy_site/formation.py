"""The stack of the site: made and changed from its template, with everything that CloudFormation says on the way."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from tools.template_yaml import parameters

type Client = Any  # each service has methods of its own
type Values = Mapping[str, str]

_PAUSE = 5.0  # seconds between two looks; CloudFront takes minutes
_WHOLE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"}


class Stuck(Exception):
    """Why a stack is not what it should be, in one line."""


def find(client: Client, name: str) -> dict[str, Any] | None:
    """Return a stack as CloudFormation describes it, None when there is none."""
    try:
        [stack] = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return dict(stack)


def outputs(stack: Mapping[str, Any]) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def values(stack: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of a stack's parameters."""
    return {entry["ParameterKey"]: entry.get("ParameterValue", "") for entry in stack.get("Parameters", [])}


class Formation:
    """One stack and the template and values that it should have; what is not said stays as it was."""

    def __init__(self, client: Client, name: str, template: Path, said: Values) -> None:
        self._client = client
        self._name = name
        self._template = template.read_text(encoding="utf-8")
        self._names = parameters(template)
        self._said = said

    def change(self) -> str:
        """Return what has to happen to the stack: "create", "update" or "" for nothing; raises Stuck."""
        stack = find(self._client, self._name)
        if stack is None:
            return "create"
        self._refuse_broken(stack["StackStatus"])
        there = values(stack)
        body = self._client.get_template(StackName=self._name)["TemplateBody"]
        same = body == self._template and all(there.get(name) == value for name, value in self._said.items())
        return "" if same else "update"

    def apply(self, change: str, say: Callable[[str], None]) -> dict[str, str]:
        """Make that change, wait for its end and return the stack's outputs; raises Stuck."""
        seen = {event["EventId"] for event in self._events()} if change == "update" else set()
        if change and self._begin(change):
            self._follow(seen, say)
        stack = find(self._client, self._name)
        if stack is None:
            raise Stuck(f"the stack {self._name} has gone")
        return outputs(stack)

    def _begin(self, change: str) -> bool:
        """Start the change; False when CloudFormation sees none, as when a comment is all that differs."""
        begin = self._client.create_stack if change == "create" else self._client.update_stack
        try:
            begin(StackName=self._name, TemplateBody=self._template, Parameters=self._parameters(change))
        except ClientError as error:
            if "No updates are to be performed" in str(error):
                return False
            raise
        return True

    def _parameters(self, change: str) -> list[dict[str, Any]]:
        said = [{"ParameterKey": name, "ParameterValue": value} for name, value in self._said.items()]
        there = values(find(self._client, self._name) or {}) if change == "update" else {}
        kept = [name for name in self._names if name in there and name not in self._said]
        return said + [{"ParameterKey": name, "UsePreviousValue": True} for name in kept]

    def _follow(self, seen: set[str], say: Callable[[str], None]) -> None:
        """Tell what happens until nothing does any more."""
        told: dict[tuple[str, str], str] = {}
        while True:
            for event in self._events():
                what = (event["LogicalResourceId"], event["ResourceStatus"])
                if event["EventId"] not in seen and what not in told:
                    told[what] = " ".join(event.get("ResourceStatusReason", "").split())
                    say(f"  {what[0]}: {what[1]}")
            status = (find(self._client, self._name) or {"StackStatus": "DELETE_COMPLETE"})["StackStatus"]
            if not status.endswith("_IN_PROGRESS"):
                break
            time.sleep(_PAUSE)
        failed = [f"{name}: {reason}" for (name, state), reason in told.items() if state.endswith("_FAILED")]
        if "ROLLBACK" in status or status not in _WHOLE:
            raise Stuck(f"the stack {self._name} is {status}: {failed[0] if failed else 'see its events'}")

    def _events(self) -> list[dict[str, Any]]:
        """Return the latest events, the oldest first."""
        return list(reversed(self._client.describe_stack_events(StackName=self._name)["StackEvents"]))

    def _refuse_broken(self, status: str) -> None:
        if status.endswith("_IN_PROGRESS"):
            raise Stuck(f"the stack {self._name} is {status}: try again when that is over")
        if status not in _WHOLE:
            delete = f"aws cloudformation delete-stack --stack-name {self._name}"
            raise Stuck(f"the stack {self._name} is {status}: delete it and try again: {delete}")
