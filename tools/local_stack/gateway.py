"""API Gateway's own answers, read from the template: the emulator leaves them out, so the front door gives them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tools.template_yaml import resources

# How API Gateway says in x-amzn-ErrorType which of its responses this is.
_TYPES = {
    "MissingAuthenticationTokenException": "MISSING_AUTHENTICATION_TOKEN",
    "UnauthorizedException": "UNAUTHORIZED",
    "AccessDeniedException": "ACCESS_DENIED",
    "TooManyRequestsException": "THROTTLED",
    "LimitExceededException": "QUOTA_EXCEEDED",
    "BadRequestException": "BAD_REQUEST_BODY",
    "InternalServerErrorException": "API_CONFIGURATION_ERROR",
    "AuthorizerConfigurationException": "AUTHORIZER_FAILURE",
}


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


class GatewayResponses:
    """The `GatewayResponses` of the template's API."""

    def __init__(self, template: Path) -> None:
        self._responses: dict[str, Any] = resources(template)["Api"]["Properties"]["GatewayResponses"]

    def render(self, response_type: str, *, request_id: str, origin: str) -> Answer:
        """Return the answer of a type such as THROTTLED, as API Gateway would make it."""
        response = self._responses[response_type]
        headers = {
            name: origin if value == "method.request.header.Origin" else value.strip("'")
            for name, value in response["ResponseParameters"]["Headers"].items()
            if origin or value != "method.request.header.Origin"
        }
        body = response["ResponseTemplates"]["application/json"].replace("$context.requestId", request_id)
        return Answer(response["StatusCode"], headers, body.encode())


def own_error(status: int, error_type: str, content_type: str) -> str | None:
    """Return the type of response that the gateway, not a function, answered with; None for a function's answer."""
    if error_type:
        return _TYPES.get(error_type, "DEFAULT_5XX" if status >= 500 else "DEFAULT_4XX")
    if status < 400 or "problem+json" in content_type:
        return None
    if status == 504:
        return "INTEGRATION_TIMEOUT"
    return "DEFAULT_5XX" if status >= 500 else "DEFAULT_4XX"
