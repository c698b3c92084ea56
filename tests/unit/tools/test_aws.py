"""Which AWS a tool works with."""

import time
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, ProfileNotFound
from moto import mock_aws

from tools.aws import choose_endpoint, connect, explain, find_stack, local_endpoint, time_of


@pytest.mark.parametrize(
    ("content", "endpoint"),
    [
        ('{"api": "http://127.0.0.1:3000", "endpoint": "http://127.0.0.1:4566"}', "http://127.0.0.1:4566"),
        ('{"api": "x"}', ""),
        ("[]", ""),
        ("half", ""),
        (None, ""),
    ],
)
def test_a_running_local_stack_is_found_by_its_addresses(tmp_path: Path, content: str | None, endpoint: str) -> None:
    if content is not None:
        (tmp_path / "addresses.json").write_text(content)
    assert local_endpoint(tmp_path / "addresses.json") == endpoint


def test_options_win_over_a_running_local_stack(tmp_path: Path) -> None:
    addresses = tmp_path / "addresses.json"
    addresses.write_text('{"endpoint": "http://127.0.0.1:4566"}')
    assert choose_endpoint("", aws=False, addresses=addresses) == "http://127.0.0.1:4566"
    assert choose_endpoint("", aws=True, addresses=addresses) == ""
    assert choose_endpoint("http://localhost:1", aws=False, addresses=addresses) == "http://localhost:1"


def test_a_local_stack_needs_no_profile_no_region_and_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "customer")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    aws = connect("http://127.0.0.1:4566")
    client = aws.client("s3")
    assert (aws.is_local, aws.place, aws.session.region_name) == (True, "http://127.0.0.1:4566", "eu-south-1")
    credentials = aws.session.get_credentials()
    assert credentials
    assert credentials.access_key == "test"
    assert client.meta.config.proxies == {}


def test_aws_is_the_callers_profile_and_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "missing")
    with pytest.raises(ProfileNotFound):
        connect("")
    monkeypatch.delenv("AWS_PROFILE")
    assert connect("", "eu-west-1").place == "AWS, eu-west-1"


@mock_aws
def test_a_missing_stack_is_none() -> None:
    assert find_stack(boto3.client("cloudformation", region_name="eu-south-1"), "utenza") is None


def test_an_error_is_one_line() -> None:
    assert explain(ValueError("one\n  two")) == "one two"
    assert explain(EndpointConnectionError(endpoint_url="http://127.0.0.1:9")) == "http://127.0.0.1:9 does not answer"


def test_the_time_is_that_of_awss_clock_where_it_says_one() -> None:
    answer = {"ResponseMetadata": {"HTTPHeaders": {"date": "Fri, 15 Jan 2027 08:00:00 GMT"}}}
    assert time_of(answer) == 1_800_000_000
    assert abs(time_of({"ResponseMetadata": {"HTTPHeaders": {}}}) - time.time()) < 10
