"""DynamoDB's two batch calls by our own small client: botocore takes longer over a batch than the table does.

What a session's credentials are is asked for each call, so that a long import survives their renewal.
"""

import os
import urllib.request
from collections.abc import Iterator, Mapping
from threading import local
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.credentials import ReadOnlyCredentials

from utenza.aws import AwsJson

_NAMES = {
    "AWS_ACCESS_KEY_ID": "access_key",
    "AWS_SECRET_ACCESS_KEY": "secret_key",
    "AWS_SESSION_TOKEN": "token",
}


class Batches:
    """The part of boto3's DynamoDB client that `loading` needs; AwsError and Unavailable where boto3 has its own."""

    def __init__(self, session: boto3.Session, endpoint: str) -> None:
        environ = _Environ(session, {"AWS_REGION": session.region_name or "", "AWS_ENDPOINT_URL": endpoint})
        self._dynamodb = AwsJson("dynamodb", "DynamoDB_20120810", version="1.0", environ=environ)

    def close(self) -> None:
        self._dynamodb.close()

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        return self._dynamodb.call("BatchGetItem", {"RequestItems": RequestItems})

    def batch_write_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        return self._dynamodb.call("BatchWriteItem", {"RequestItems": RequestItems})


def reaches(endpoint: str) -> bool:
    """Tell whether our client gets there: it knows neither proxies nor a company's own certificates."""
    address = urlsplit(endpoint)
    proxied = address.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(address.hostname or "")
    return not proxied and not (address.scheme == "https" and os.environ.get("AWS_CA_BUNDLE"))


class _Environ(Mapping[str, str]):
    """A function's environment, whose credentials are those of the session at the moment they are asked for."""

    def __init__(self, session: boto3.Session, fixed: Mapping[str, str]) -> None:
        self._credentials = session.get_credentials()
        self._fixed = fixed
        self._current = local()  # the three belong together, while other threads may renew them

    def __getitem__(self, name: str) -> str:
        if name not in _NAMES:
            return self._fixed[name]
        if self._credentials is None:
            raise KeyError(name)
        if name == "AWS_ACCESS_KEY_ID":
            self._current.value = self._credentials.get_frozen_credentials()
        current: ReadOnlyCredentials = self._current.value
        return str(getattr(current, _NAMES[name]) or "")

    def __contains__(self, name: object) -> bool:
        return name in self._fixed or (name in _NAMES and self._credentials is not None)

    def __iter__(self) -> Iterator[str]:
        return iter({**self._fixed, **_NAMES})

    def __len__(self) -> int:
        return len(self._fixed) + len(_NAMES)
