"""Each table twice: the fake that flows are tested with, and the real class on moto.

What both pass is what flows may rely on. `DYNAMODB_ENDPOINT` puts another DynamoDB in moto's place.
"""

import logging
import os
import uuid
from collections.abc import Callable, Iterator
from threading import Lock, Thread
from typing import Any

import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from utenza.dynamodb import DynamoDb


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
def db(endpoint: str) -> Iterator[DynamoDb]:
    environ = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "eu-south-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    db = DynamoDb(environ=environ)
    yield db
    db.close()


@pytest.fixture
def new_table(db: DynamoDb) -> Iterator[Callable[[], str]]:
    """Return what makes an empty table and gives its name."""
    names = []

    def make() -> str:
        names.append(f"contract-{uuid.uuid4()}")
        description = {
            "TableName": names[-1],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        }
        db.call("CreateTable", description)
        return names[-1]

    yield make
    for name in names:
        db.call("DeleteTable", {"TableName": name})


@pytest.fixture(params=["fake", "dynamodb"])
def kind(request: pytest.FixtureRequest) -> str:
    """Return which of the two this run is about."""
    return str(request.param)
