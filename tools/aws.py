"""Which AWS a tool works with: the caller's own account, or a local stack that stands in for it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError

from tools.paths import ADDRESSES

LOCAL_REGION = "eu-south-1"
LOCAL_KEY = "test"  # the local stack's root user, as access key and as secret
_LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
_SETTINGS = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 3})
# A local stack answers at once or not at all, has no host name for each bucket, and is never behind a proxy.
_LOCAL_SETTINGS = _SETTINGS.merge(
    Config(retries={"mode": "standard", "total_max_attempts": 2}, s3={"addressing_style": "path"}, proxies={})
)


class Aws(NamedTuple):
    """A boto3 session with the endpoint of its clients; an empty endpoint means AWS's own."""

    session: boto3.Session
    endpoint: str

    @property
    def is_local(self) -> bool:
        return is_local(self.endpoint)

    @property
    def place(self) -> str:
        """Where this is, for people: the endpoint, or AWS with the region."""
        return self.endpoint or f"AWS, {self.session.region_name}"

    def client(self, service: str, **settings: Any) -> Any:  # noqa: ANN401 - each service has its own methods
        """Return a client; `settings` are arguments of botocore's Config. Raises BotoCoreError."""
        config = (_LOCAL_SETTINGS if self.is_local else _SETTINGS).merge(Config(**settings))
        create: Any = self.session.client  # its type stubs accept literal names only
        return create(service, endpoint_url=self.endpoint or None, config=config)


def connect(endpoint: str = "", region: str = "") -> Aws:
    """Return AWS by the caller's profile, variables or role, or the local stack by its fixed keys and region.

    Raises BotoCoreError, as for a profile that does not exist.
    """
    if not is_local(endpoint):
        return Aws(boto3.Session(region_name=region or None), endpoint)
    without_profile = botocore.session.Session({"profile": (None, None, None, None)})  # whatever AWS_PROFILE names
    session = boto3.Session(LOCAL_KEY, LOCAL_KEY, region_name=region or LOCAL_REGION, botocore_session=without_profile)
    return Aws(session, endpoint)


def choose_endpoint(endpoint: str, *, aws: bool, addresses: Path = ADDRESSES) -> str:
    """Return the endpoint that the command line means: the given one, else a running local stack's unless `aws`."""
    return endpoint or ("" if aws else local_endpoint(addresses))


def local_endpoint(addresses: Path = ADDRESSES) -> str:
    """Return the endpoint of the local stack that `make run` runs, empty if none runs."""
    try:
        endpoint = json.loads(addresses.read_text(encoding="utf-8")).get("endpoint", "")
    except (OSError, ValueError, AttributeError):
        return ""
    return endpoint if isinstance(endpoint, str) else ""


def is_local(endpoint: str) -> bool:
    return urlsplit(endpoint).hostname in _LOCAL_HOSTS


def find_stack(cloudformation: Any, name: str) -> dict[str, Any] | None:  # noqa: ANN401 - a boto3 client
    """Return a CloudFormation stack as `describe_stacks` does, None if it does not exist. Raises ClientError."""
    try:
        [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return dict(stack)


def outputs(stack: Mapping[str, Any]) -> dict[str, str]:
    """Return the outputs of a stack by name."""
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def time_of(response: Mapping[str, Any]) -> int:
    """Return when AWS gave a response, in seconds since 1970: this machine's clock may be wrong."""
    said = response["ResponseMetadata"]["HTTPHeaders"].get("date")
    return int((parsedate_to_datetime(said) if said else datetime.now(UTC)).timestamp())


def explain(error: Exception) -> str:
    """Return the message of an error of AWS or of the network in one line."""
    if isinstance(error, EndpointConnectionError):
        return f"{error.kwargs['endpoint_url'].rstrip('/')} does not answer"
    return " ".join(str(error).split())
