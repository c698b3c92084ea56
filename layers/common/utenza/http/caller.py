"""Who calls: the address that is counted, the language, the token, and the API's own public address."""

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.data_classes.api_gateway_authorizer_event import APIGatewayAuthorizerRequestEvent

from utenza.http import languages


def is_of_rest_api(event: dict[str, Any]) -> bool:
    """Tell whether Lambda was called by a REST API of API Gateway, whose events (payload 1.0) are those we read."""
    return {"httpMethod", "resource", "path"} <= event.keys() and isinstance(event.get("requestContext"), dict)


def source(event: APIGatewayProxyEvent) -> str:
    """Return the address as the gateway saw it, of IPv6 the /64 that one household has."""
    try:
        address = ip_address(event.request_context.identity.source_ip)
    except (KeyError, ValueError):  # a test call, from the gateway's console or by hand
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((address, 64), strict=False))


def language(event: APIGatewayProxyEvent) -> str:
    return languages.best(event.headers.get("accept-language") or "")


def bearer_token(event: APIGatewayProxyEvent | APIGatewayAuthorizerRequestEvent) -> str:
    """Return the token of the Authorization header, "" without one."""
    scheme, _, token = (event.headers.get("authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def issuer(event: APIGatewayProxyEvent, public_url: str) -> str:
    """Return the API's public address without a slash at its end: the configured one, else the one that was called."""
    if public_url:
        return public_url.rstrip("/")
    context = event.request_context
    return f"https://{context.domain_name}{context.path.removesuffix(event.path)}"


def path_of(public_url: str) -> str:
    """Return the path under which a domain of the supplier's own serves the API, "" for none."""
    return urlsplit(public_url).path.rstrip("/")
