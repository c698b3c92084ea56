"""The API that the pages call: where it is, and whether it lets them."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from tools.deploy_site.formation import Client, Stuck, find, outputs, values

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*")
_HERE = ("127.0.0.1", "localhost")


class Api(NamedTuple):
    """`allowed` are the origins of its parameter AllowedOrigins, None when its stack is not known here."""

    url: str
    allowed: list[str] | None

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def find_api(client: Client, stack: str, url: str) -> Api:
    """Return the API at `url`, or else the one of the stack; raises Stuck."""
    found = find(client, stack)
    address = (url or outputs(found or {}).get("ApiUrl", "")).rstrip("/")
    if not address:
        raise Stuck(f"there is no stack {stack} with an output ApiUrl: `make deploy` makes one; or say --api URL")
    if not _ADDRESS.fullmatch(address):
        raise Stuck(f"{address} is not the address of an API, such as https://accesso.example.it")
    if address.startswith("http:") and urlsplit(address).hostname not in _HERE:
        raise Stuck(f"{address} cannot be called by pages that come by https")
    theirs = not url or url.rstrip("/") == outputs(found or {}).get("ApiUrl")
    return Api(address, _allowed(values(found or {})) if theirs else None)


def advice(api: Api, site: str) -> str:
    """Return one line on whether the API lets the pages of `site` call it, and what to do when it does not."""
    if api.allowed is None:
        return f"Whether {api.url} lets it, its stack knows: AllowedOrigins must hold {site}"
    if site in api.allowed:
        return f"{api.url} lets it call: AllowedOrigins holds {site}"
    return f"{api.url} does not let it yet: `make deploy` with AllowedOrigins={','.join([*api.allowed, site])}"


def _allowed(parameters: dict[str, str]) -> list[str]:
    return [origin.strip() for origin in parameters.get("AllowedOrigins", "").split(",") if origin.strip()]
