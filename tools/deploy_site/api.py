"""The API that the pages call: its address, and whether it allows the site's origin."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from tools.aws import find_stack, is_local, outputs
from tools.deploy_site.stack import Client, DeploymentError, parameter_values

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*")


class Api(NamedTuple):
    """`allowed` are the origins in the parameter AllowedOrigins of its stack, None if the stack is unknown."""

    url: str
    allowed: list[str] | None

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def find_api(client: Client, stack: str, url: str) -> Api:
    """Return the API at `url`, or that of the stack if `url` is empty; raises DeploymentError."""
    found = find_stack(client, stack) or {}
    address = (url or outputs(found).get("ApiUrl", "")).rstrip("/")
    if not address:
        raise DeploymentError(
            f"there is no stack {stack} with an output ApiUrl: run `make deploy` first, or give --api URL"
        )
    if not _ADDRESS.fullmatch(address):
        raise DeploymentError(f"{address} is not the address of an API, such as https://accesso.example.it")
    if address.startswith("http:") and not is_local(address):
        raise DeploymentError(f"{address} is not https: pages that are served by https cannot call it")
    belongs_to_stack = address == outputs(found).get("ApiUrl", "").rstrip("/")
    return Api(address, _allowed(parameter_values(found)) if belongs_to_stack else None)


def advice(api: Api, site: str) -> str:
    """Return one line: whether the API allows the origin `site`, and what to do if it does not."""
    if api.allowed is None:
        return f"The stack of {api.url} is unknown: make sure that its AllowedOrigins contains {site}"
    if site in api.allowed:
        return f"{api.url} allows the site: AllowedOrigins contains {site}"
    return f"{api.url} does not allow the site yet: `make deploy` with AllowedOrigins={','.join([*api.allowed, site])}"


def _allowed(parameters: dict[str, str]) -> list[str]:
    return [origin.strip() for origin in parameters.get("AllowedOrigins", "").split(",") if origin.strip()]
