"""DynamoDB's batch calls by our own small client: botocore takes longer over a batch than the table does."""

import os
import urllib.request
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from utenza.aws import AwsJson
from utenza.errors import AwsError, Unavailable

type Answer = Mapping[str, Any]


class Stopped(Exception):
    """The table or the network refused; the text says what they said, in one line."""


class Silent(Stopped):
    """Nobody answers."""


class Client(Protocol):
    """What `loading` needs of botocore's client; raises Stopped, and Unavailable where it may be asked again."""

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> Answer: ...  # noqa: N803 - botocore's name

    def batch_write_item(self, *, RequestItems: Mapping[str, Any]) -> Answer: ...  # noqa: N803 - botocore's name

    def close(self) -> None: ...


class Batches:
    """Our own client, for what it `reaches`; `environ` says the endpoint, the region, and the keys of each moment."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._dynamodb = AwsJson("dynamodb", "DynamoDB_20120810", version="1.0", environ=environ)

    def close(self) -> None:
        self._dynamodb.close()

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> Answer:  # noqa: N803 - botocore's name
        return self._call("BatchGetItem", {"RequestItems": RequestItems})

    def batch_write_item(self, *, RequestItems: Mapping[str, Any]) -> Answer:  # noqa: N803 - botocore's name
        return self._call("BatchWriteItem", {"RequestItems": RequestItems})

    def describe_table(self, *, TableName: str) -> Answer:  # noqa: N803 - botocore's name
        """Return what the table says of itself, Silent when there is nobody; keeps no connection open.

        For this process may be copied before the next call, and its copies would share one.
        """
        try:
            return self._call("DescribeTable", {"TableName": TableName})
        except Unavailable as error:
            raise (Silent if isinstance(error.__cause__, OSError) else Stopped)(str(error.__cause__)) from None
        finally:
            self.close()

    def _call(self, action: str, payload: dict[str, Any]) -> Answer:
        try:
            return self._dynamodb.call(action, payload)
        except AwsError as error:
            # What it says of a batch can quote a customer.
            said = error.payload.get("message", "") if action == "DescribeTable" else ""
            raise Stopped(" ".join(f"{error} {said}".split())) from None


def reaches(endpoint: str) -> bool:
    """Tell whether our client gets there: it knows neither proxies nor a company's own certificates."""
    address = urlsplit(endpoint)
    proxied = address.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(address.hostname or "")
    return not proxied and not (address.scheme == "https" and os.environ.get("AWS_CA_BUNDLE"))
