"""Each table twice: the fake that flows are tested with, and the real class on moto.

What both pass is what flows may rely on. `DYNAMODB_ENDPOINT` puts another DynamoDB in moto's place.
"""

import logging
import os
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import boto3
import pytest
from botocore.config import Config
from cfnlint.decode import decode  # type: ignore[import-untyped]
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from utenza.clients import CONFIG
from utenza.dynamodb import DynamoDb

_TEMPLATE = Path(__file__).parents[2] / "template.yaml"
_OF_TABLES = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes")
# A busy machine is no outage: a second try would count twice.
_PATIENT = CONFIG.merge(Config(connect_timeout=20, read_timeout=60, max_pool_connections=50))


@cache
def _resources() -> dict[str, Any]:
    resources: dict[str, Any] = decode(str(_TEMPLATE))[0]["Resources"]
    return resources


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    if given := os.environ.get("DYNAMODB_ENDPOINT"):
        yield given
        return
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, one_at_a_time(DomainDispatcherApplication(create_backend_app)), threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def one_at_a_time(application: Any) -> Any:
    """Return the application with a promise that DynamoDB makes and moto does not: each request whole or not at all."""
    lock = Lock()

    def serve(environ: Any, start_response: Any) -> Any:
        with lock:
            return application(environ, start_response)

    return serve


@pytest.fixture(scope="session")
def new_client(endpoint: str) -> Callable[[str], Any]:
    """Return what makes a boto3 client of a service, with the settings of our own."""

    def make(service: str) -> Any:
        session = boto3.Session("test", "test", region_name="eu-south-1")
        return session.client(service, endpoint_url=endpoint, config=_PATIENT)  # type: ignore[call-overload]

    return make


@pytest.fixture(scope="session")
def dynamodb(new_client: Callable[[str], Any]) -> Any:
    return new_client("dynamodb")


@pytest.fixture
def db(dynamodb: Any) -> DynamoDb:
    return DynamoDb(dynamodb)


@pytest.fixture
def new_table(dynamodb: Any) -> Iterator[Callable[..., str]]:
    """Return what makes an empty table, as the template has the one of this name, and gives its own name."""
    names = []

    def make(of: str = "Attempts") -> str:
        names.append(f"contract-{uuid.uuid4()}")
        properties = _resources()[of]["Properties"]
        like = {name: properties[name] for name in _OF_TABLES if name in properties}
        dynamodb.create_table(TableName=names[-1], BillingMode="PAY_PER_REQUEST", **like)
        return names[-1]

    yield make
    for name in names:
        dynamodb.delete_table(TableName=name)


@pytest.fixture(params=["fake", "dynamodb"])
def kind(request: pytest.FixtureRequest) -> str:
    """Return which of the two this run is about."""
    return str(request.param)
