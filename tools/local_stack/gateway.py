"""API Gateway's own error responses, read from the template: the emulator ignores them, the front door sends them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tools.template_yaml import resources

# The response type for each value of API Gateway's header x-amzn-ErrorType.
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


class Rendered(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


class GatewayResponses:
    """The `GatewayResponses` of the template's API."""

    def __init__(self, template: Path) -> None:
        self._responses: dict[str, Any] = resources(template)["Api"]["Properties"]["GatewayResponses"]

    def render(self, response_type: str, *, request_id: str, origin: str) -> Rendered:
        """Return the response of a type such as THROTTLED, as API Gateway renders it."""
        response = self._responses[response_type]
        headers = {
            name: origin if value == "method.request.header.Origin" else value.strip("'")
            for name, value in response["ResponseParameters"]["Headers"].items()
            if origin or value != "method.request.header.Origin"
        }
        body = response["ResponseTemplates"]["application/json"].replace("$context.requestId", request_id)
        return Rendered(response["StatusCode"], headers, body.encode())


def own_error(status: int, error_type: str, content_type: str) -> str | None:
    """Return the response type if the gateway itself responded, None if a function did."""
    if error_type:
        return _TYPES.get(error_type, "DEFAULT_5XX" if status >= 500 else "DEFAULT_4XX")
    if status < 400 or "problem+json" in content_type:
        return None
    if status == 504:
        return "INTEGRATION_TIMEOUT"
    return "DEFAULT_5XX" if status >= 500 else "DEFAULT_4XX"
