"""Batches over our own client: with the session's credentials, and only where it gets through."""

import json
from dataclasses import dataclass

import pytest
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import CredentialRetrievalError

from tests.unit.service import Reply, Service
from tools.import_customers.account import Environ
from tools.import_customers.batches import Batches, Stopped, reaches

ENVIRON = {"AWS_REGION": "eu-south-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@dataclass
class Session:
    """A session whose credentials are renewed each time somebody asks."""

    times: int = 0

    def get_config_variable(self, name: str) -> str:
        return {"region": "eu-south-1"}[name]

    def get_credentials(self) -> "Session":
        return self

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        self.times += 1
        return ReadOnlyCredentials(f"KEY{self.times}", "secret", f"token{self.times}", None)


def test_each_call_is_signed_with_the_credentials_of_its_moment() -> None:
    with Service() as service:
        service.replies = [Reply(200, {"Responses": {}}), Reply(200, {"UnprocessedItems": {}})]
        batches = Batches(Environ(Session(), service.address))  # type: ignore[arg-type]
        batches.batch_get_item(RequestItems={"customers": {"Keys": []}})
        batches.batch_write_item(RequestItems={"customers": []})
        batches.close()
    targets = [request.headers["x-amz-target"].rpartition(".")[2] for request in service.requests]
    assert targets == ["BatchGetItem", "BatchWriteItem"]
    for number, request in enumerate(service.requests, 1):
        assert f"KEY{number}/" in request.headers["authorization"]
        assert request.headers["x-amz-security-token"] == f"token{number}"
    assert json.loads(service.requests[0].body) == {"RequestItems": {"customers": {"Keys": []}}}


def test_credentials_that_cannot_be_renewed_are_said() -> None:
    class Expired(Session):
        def get_frozen_credentials(self) -> ReadOnlyCredentials:
            raise CredentialRetrievalError(provider="sso", error_msg="log in again")

    with Service() as service:
        batches = Batches(Environ(Expired(), service.address))  # type: ignore[arg-type]
        with pytest.raises(Stopped, match="log in again"):
            batches.batch_write_item(RequestItems={})


def test_what_the_table_refuses_is_said_without_what_it_quotes() -> None:
    with Service() as service:
        service.replies = [Reply(400, {"__type": "com.amazon#ValidationException", "message": "what is ROSSI?"})]
        batches = Batches({**ENVIRON, "AWS_ENDPOINT_URL": service.address})
        with pytest.raises(Stopped, match=r"BatchWriteItem: ValidationException$"):
            batches.batch_write_item(RequestItems={})
        batches.close()


def test_a_table_that_is_not_there_is_said_as_the_database_says_it() -> None:
    with Service() as service:
        service.replies = [Reply(400, {"__type": "com.amazon#ResourceNotFoundException", "message": "not\nfound: x"})]
        batches = Batches({**ENVIRON, "AWS_ENDPOINT_URL": service.address})
        with pytest.raises(Stopped, match=r"DescribeTable: ResourceNotFoundException not found: x$"):
            batches.describe_table(TableName="x")


def test_looking_at_a_table_keeps_no_connection() -> None:
    with Service() as service:
        service.replies = [Reply(200, {"Table": {}}), Reply(200, {"Responses": {}})]
        batches = Batches({**ENVIRON, "AWS_ENDPOINT_URL": service.address})
        batches.describe_table(TableName="customers")
        batches.batch_get_item(RequestItems={})
        batches.close()
    assert service.connections == 2


@pytest.mark.parametrize(
    ("variables", "endpoint", "expected"),
    [
        ({}, "https://dynamodb.eu-south-1.amazonaws.com", True),
        ({"https_proxy": "http://proxy.example:3128"}, "https://dynamodb.eu-south-1.amazonaws.com", False),
        ({"https_proxy": "http://proxy.example:3128", "no_proxy": "amazonaws.com"}, "https://x.amazonaws.com", True),
        ({"AWS_CA_BUNDLE": "company.pem"}, "https://dynamodb.eu-south-1.amazonaws.com", False),
        ({"AWS_CA_BUNDLE": "company.pem"}, "http://127.0.0.1:4566", True),
    ],
)
def test_proxies_and_certificates_of_a_company_are_boto3_s(
    variables: dict[str, str], endpoint: str, *, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert reaches(endpoint) is expected
