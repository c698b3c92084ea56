"""A fake CloudFormation that follows a script of events; moto's finishes at once and never fails."""

from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

MISSING = ClientError({"Error": {"Code": "ValidationError", "Message": "Stack with id site does not exist"}}, "D")


class Cloud:
    """Each `describe_stack_events` takes the next status of `course`; `!STATUS` adds an event only."""

    def __init__(self, status: str = "", *course: str, reason: str = "", template: str = "") -> None:
        self.status = status
        self.course = list(course)
        self.reason = reason
        self.template = template
        self.parameters: dict[str, str] = {}
        self.outputs: dict[str, str] = {}
        self.calls: list[tuple[str, list[dict[str, Any]]]] = []
        self.roles: list[str] = []
        self.refusal = ""
        self._events = [self._event("CREATE_COMPLETE", "earlier")] if status else []

    meta = SimpleNamespace(region_name="eu-south-1")

    def describe_stacks(self, **_: Any) -> dict[str, Any]:
        if not self.status:
            raise MISSING
        parameters = [{"ParameterKey": name, "ParameterValue": value} for name, value in self.parameters.items()]
        outputs = [{"OutputKey": name, "OutputValue": value} for name, value in self.outputs.items()]
        return {"Stacks": [{"StackStatus": self.status, "Parameters": parameters, "Outputs": outputs}]}

    def describe_stack_events(self, **_: Any) -> dict[str, Any]:
        if self.course:
            step = self.course.pop(0)
            self.status = self.status if step.startswith("!") else step
            self._events.append(self._event(step.strip("!"), self.reason if step.endswith("FAILED") else ""))
        return {"StackEvents": list(reversed(self._events))}

    def get_template(self, **_: Any) -> dict[str, Any]:
        return {"TemplateBody": self.template}

    def create_stack(self, **call: Any) -> None:
        self._begin("create", call)
        self.status = "CREATE_IN_PROGRESS"

    def update_stack(self, **call: Any) -> None:
        self._begin("update", call)

    def _begin(self, what: str, call: dict[str, Any]) -> None:
        self.calls.append((what, call["Parameters"]))
        self.roles.append(call.get("RoleARN", ""))
        if self.refusal:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": self.refusal}}, what)

    def _event(self, status: str, reason: str) -> dict[str, str]:
        number = str(len(getattr(self, "_events", [])))
        about = {"LogicalResourceId": "Distribution", "ResourceStatus": status, "ResourceStatusReason": reason}
        return {"EventId": number, **about}
