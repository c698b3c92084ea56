"""Batches over our own client: with the session's credentials, and only where it gets through."""

import json
from dataclasses import dataclass

import pytest
from botocore.credentials import ReadOnlyCredentials

from tests.unit.service import Reply, Service
from tools.import_customers.batches import Batches, reaches
from utenza.errors import AwsError


@dataclass
class Session:
    """A session whose credentials are renewed each time somebody asks."""

    region_name: str = "eu-south-1"
    times: int = 0

    def get_credentials(self) -> "Session":
        return self

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        self.times += 1
        return ReadOnlyCredentials(f"KEY{self.times}", "secret", f"token{self.times}", None)


def test_each_call_is_signed_with_the_credentials_of_its_moment() -> None:
    with Service() as service:
        service.replies = [Reply(200, {"Responses": {}}), Reply(200, {"UnprocessedItems": {}})]
        batches = Batches(Session(), service.address)  # type: ignore[arg-type]
        batches.batch_get_item(RequestItems={"customers": {"Keys": []}})
        batches.batch_write_item(RequestItems={"customers": []})
        batches.close()
    targets = [request.headers["x-amz-target"].rpartition(".")[2] for request in service.requests]
    assert targets == ["BatchGetItem", "BatchWriteItem"]
    for number, request in enumerate(service.requests, 1):
        assert f"KEY{number}/" in request.headers["authorization"]
        assert request.headers["x-amz-security-token"] == f"token{number}"
    assert json.loads(service.requests[0].body) == {"RequestItems": {"customers": {"Keys": []}}}


def test_what_the_table_refuses_is_said() -> None:
    with Service() as service:
        service.replies = [Reply(400, {"__type": "com.amazon#AccessDeniedException"})]
        batches = Batches(Session(), service.address)  # type: ignore[arg-type]
        with pytest.raises(AwsError, match="BatchWriteItem: AccessDeniedException"):
            batches.batch_write_item(RequestItems={})
        batches.close()


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
