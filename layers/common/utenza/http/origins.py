"""Where a call comes from, as an account's activity remembers it."""

from ipaddress import ip_address

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from utenza.http.user_agents import device_of
from utenza.tables.activity import Origin, network_of


def origin(event: APIGatewayProxyEvent) -> Origin:
    """Return the kind of device and the network of a call."""
    return Origin(device_of(event.headers.get("user-agent") or ""), network(event))


def network(event: APIGatewayProxyEvent) -> str:
    """Return the network alone, where the device is known from its login."""
    try:
        return network_of(ip_address(event.request_context.identity.source_ip))
    except (KeyError, ValueError):  # a test call, from the gateway's console or by hand
        return ""
