"""What the roles of the translated template are allowed, in words that a table of a test can hold."""

from collections.abc import Iterator
from typing import Any

from tests.unit.template.translated import DEPLOYED, listed
from utenza.tables.customers import BY_TAX_CODE
from utenza.tables.sessions import BY_ACCOUNT

ROLES: dict[str, dict[str, Any]] = {
    name: entry["Properties"] for name, entry in DEPLOYED.items() if entry["Type"] == "AWS::IAM::Role"
}
_SUBSTITUTED = {
    f"${{Sessions.Arn}}/index/{BY_ACCOUNT}": "Sessions by account",
    f"${{Customers.Arn}}/index/{BY_TAX_CODE}": "Customers by tax code",
    "${ExchangeBucket.Arn}/exports/*": "exports",
}
_ENDINGS = {
    ":key/*": "later signing keys",
    ":stateMachine:${AWS::StackName}-import": "its executions",
    ":execution:${AWS::StackName}-import:*": "its executions",
    ":execution:${AWS::StackName}-import/*": "its executions",
    "${AWS::StackName}/step-token-??????": "step-token",
    ":function:${AWS::StackName}-*Function-*": "its functions",
    ":alarm:*": "alarms",
}


def role_of(name: str) -> str:
    """Return the logical id of the role that a function is deployed with."""
    deployed = DEPLOYED[f"{name.title().replace('_', '')}Function"]["Properties"]
    return str(deployed["Role"]["Fn::GetAtt"][0])


def statements_of(role: str) -> list[dict[str, Any]]:
    """Return the statements of a role's own policies as they are, also those under a condition (`Fn::If`)."""
    return [
        statement
        for policy in ROLES[role].get("Policies", [])
        for statement in listed(policy["PolicyDocument"]["Statement"])
    ]


def said(statement: dict[str, Any]) -> dict[str, Any]:
    """Return a statement, also one that is there under a condition."""
    inner: dict[str, Any] = statement["Fn::If"][1] if "Fn::If" in statement else statement
    return inner


def allowed(role: str) -> set[tuple[str, str]]:
    """Return the actions of a role's own policies, and on what."""
    return set(_allowed(role))


def _allowed(role: str) -> Iterator[tuple[str, str]]:
    for statement in map(said, statements_of(role)):
        assert statement["Effect"] == "Allow"
        for action in listed(statement["Action"]):
            for resource in listed(statement["Resource"]):
                yield action, resource_of(resource)


def resource_of(value: Any) -> str:
    """Return the resource of an ARN; a secret's is a pattern of its name, and a stream's its table's."""
    if value == "*":
        return "*"
    if "Ref" in value:
        return str(value["Ref"])
    if "Fn::GetAtt" in value:
        name, attribute = value["Fn::GetAtt"]
        return f"{name}'s stream" if attribute == "StreamArn" else str(name)
    return _substituted(str(value["Fn::Sub"]))


def _substituted(text: str) -> str:
    for ending, word in _ENDINGS.items():
        if text.endswith(ending):
            return word
    if text.endswith(".Arn}/stream/*"):
        return f"{text.removeprefix('${').split('.')[0]}'s streams"
    if text in _SUBSTITUTED:
        return _SUBSTITUTED[text]
    assert text.startswith("${ExchangeBucket.Arn}/")
    return text.split("/")[1]
