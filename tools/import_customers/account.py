"""What botocore knows and we do not: whose account it is, where it is, what its stack has, and the way round a proxy.

Loaded for those alone who need it, because that takes as long as to load some thousand rows.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import local
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError
from botocore.session import Session, get_session

from tools.import_customers.batches import Answer, Batches, Client, Silent, Stopped, reaches
from tools.import_customers.target import LOCAL_KEY, LOCAL_REGION, explain, is_local

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_QUICK = Config(retries={"total_max_attempts": 2}, connect_timeout=5)  # says soon that nobody is there
_NAMES = {
    "AWS_ACCESS_KEY_ID": "access_key",
    "AWS_SECRET_ACCESS_KEY": "secret_key",
    "AWS_SESSION_TOKEN": "token",
}


@contextmanager
def _told() -> Iterator[None]:
    """Raise Stopped or Silent in place of botocore's own."""
    try:
        yield
    except EndpointConnectionError as error:
        raise Silent(explain(error)) from None
    except (BotoCoreError, ClientError) as error:
        raise Stopped(explain(error)) from None


def session_for(endpoint: str, region: str) -> Session:
    """Return a session of the caller's own account, or of what a local stack takes for one."""
    session = get_session()
    if is_local(endpoint):
        session.set_credentials(LOCAL_KEY, LOCAL_KEY)
        region = region or LOCAL_REGION
    if region:
        session.set_config_variable("region", region)
    return session


class Account:
    """The caller's account, by profile, variables, SSO or role, at its own endpoints or another one."""

    @_told()
    def __init__(self, endpoint: str, region: str) -> None:
        self._session = session_for(endpoint, region)
        self._endpoint = endpoint or None
        self.region = str(self._session.get_config_variable("region"))

    @_told()
    def output(self, stack: str, name: str) -> str:
        """Return an output of a stack, empty when it has none of that name."""
        client: Any = self._session.create_client("cloudformation", endpoint_url=self._endpoint, config=_QUICK)
        [description] = client.describe_stacks(StackName=stack)["Stacks"]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}
        return str(outputs.get(name, ""))

    @_told()
    def table(self, name: str, workers: int) -> tuple[Client, Answer]:
        """Return what loads the table, our client or botocore's where a proxy stands between, and what it is."""
        quick = self._client(_QUICK)
        description = quick.describe_table(TableName=name)
        endpoint = quick.meta.endpoint_url
        if reaches(endpoint):
            return Batches(Environ(self._session, endpoint)), description
        patient = Config(retries={"mode": "adaptive", "max_attempts": 8}, max_pool_connections=workers)
        return _Patient(self._client(patient)), description

    def _client(self, config: Config) -> "DynamoDBClient":
        client = self._session.create_client("dynamodb", endpoint_url=self._endpoint, config=config)
        return cast("DynamoDBClient", client)


class _Patient:
    """Botocore's client."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._client = client

    @_told()
    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> Answer:  # noqa: N803 - botocore's name
        return self._client.batch_get_item(RequestItems=RequestItems)

    @_told()
    def batch_write_item(self, *, RequestItems: Mapping[str, Any]) -> Answer:  # noqa: N803 - botocore's name
        return self._client.batch_write_item(RequestItems=RequestItems)

    def close(self) -> None:
        self._client.close()


class Environ(Mapping[str, str]):
    """A function's environment, whose credentials are those of the session at the moment they are asked for.

    So a long import survives their renewal.
    """

    def __init__(self, session: Session, endpoint: str) -> None:
        self._credentials = session.get_credentials()
        self._fixed = {"AWS_REGION": str(session.get_config_variable("region") or ""), "AWS_ENDPOINT_URL": endpoint}
        self._current = local()  # the three belong together, while other threads may renew them

    @_told()
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
