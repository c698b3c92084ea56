import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.service import Reply, Service
from utenza.credentials import Credentials, CredentialSource


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as service:
        yield service


def reply(name: str, *, lasts: float) -> Reply:
    expires = datetime.fromtimestamp(time.time() + lasts, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Reply(200, {"AccessKeyId": name, "SecretAccessKey": "s", "Token": "t", "Expiration": expires})


def container(service: Service, **more: str) -> CredentialSource:
    return CredentialSource({"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{service.address}/2021-04-23/credentials", **more})


def test_the_environment_goes_first() -> None:
    environ = {
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://x/",
    }
    assert CredentialSource(environ).current() == Credentials("a", "s", "")


def test_no_credentials_at_all_is_an_error_of_the_deployment() -> None:
    with pytest.raises(KeyError):
        CredentialSource({}).current()


def test_credentials_of_the_container_are_kept(service: Service) -> None:
    service.replies = [reply("one", lasts=3600)]
    source = container(service, AWS_CONTAINER_AUTHORIZATION_TOKEN="let me in")
    assert [source.current().access_key for _ in range(3)] == ["one"] * 3
    assert service.requests[0].headers["Authorization"] == "let me in"


def test_credentials_of_the_container_are_replaced_before_they_expire(service: Service) -> None:
    service.replies = [reply("one", lasts=200), reply("two", lasts=3600)]
    source = container(service)
    assert [source.current() for _ in range(3)] == [Credentials(name, "s", "t") for name in ("one", "two", "two")]


def test_the_authorization_may_lie_in_a_file_that_changes(service: Service, tmp_path: Path) -> None:
    service.replies = [reply("one", lasts=0), reply("two", lasts=0)]
    file = tmp_path / "token"
    source = container(service, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(file))
    for token in ("first", "second"):
        file.write_text(f"{token}\n")
        source.current()
    assert [request.headers["Authorization"] for request in service.requests] == ["first", "second"]


def test_an_endpoint_that_fails_is_an_os_error(service: Service) -> None:
    service.replies = [Reply(500, {})]
    with pytest.raises(OSError, match="500"):
        container(service).current()
