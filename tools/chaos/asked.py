"""What a request asks of AWS, as far as a fault is chosen by it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs

_SERVICE = re.compile(r"Credential=[^/]+/[0-9]+/[^/]+/([a-z0-9-]+)/aws4_request")
_PATHS = {"/v2/email/outbound-emails": "SendEmail"}
_READS = {"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"}


class Asked(NamedTuple):
    """`service` is as in the signature ("dynamodb", "ses"), `operation` as in the API; `tables` are DynamoDB's.

    Where the protocol names no operation it is the method: S3's are not told apart.
    """

    service: str
    operation: str
    tables: tuple[str, ...] = ()

    @property
    def is_read(self) -> bool:
        return self.operation in _READS


def asked(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Asked:
    """Return what a signed request asks for; its service is empty if it is not signed."""
    found = _SERVICE.search(headers.get("Authorization", ""))
    service = found[1] if found else ""
    if target := headers.get("X-Amz-Target", ""):
        return Asked(service, target.rpartition(".")[2], _tables(body) if service == "dynamodb" else ())
    if headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        action = parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
        return Asked(service, action)
    return Asked(service, _PATHS.get(path, method))


def _tables(body: bytes) -> tuple[str, ...]:
    """Return the tables that a request of DynamoDB names, each once."""
    content: dict[str, Any] = json.loads(body)
    return tuple(dict.fromkeys(_named(content)))


def _named(content: Mapping[str, Any]) -> Iterator[str]:
    if "TableName" in content:
        yield content["TableName"]
    yield from content.get("RequestItems", {})
    for item in content.get("TransactItems", ()):
        for action in item.values():
            yield action["TableName"]
