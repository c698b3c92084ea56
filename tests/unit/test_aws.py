import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier

import botocore
import pytest

from tests.unit.service import Reply, Request, Service, certificate
from utenza import aws, http11
from utenza.aws import AwsJson
from utenza.concurrency import gather, run
from utenza.errors import AwsError, Unavailable
from utenza.threads import in_threads

OK = Reply(200, {"Item": {"pk": {"S": "è"}}})
BUSY = Reply(400, {"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException"})
DOWN = Reply(503, b"<html>")


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as service:
        yield service


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    return slept


@pytest.fixture
def environ(service: Service) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": service.address,
        "AWS_REGION": "eu-south-1",
        "AWS_ACCESS_KEY_ID": "AKIDONE",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }


@pytest.fixture
def client(environ: dict[str, str], pauses: list[float]) -> Iterator[AwsJson]:
    client = AwsJson("dynamodb", "DynamoDB_20120810", version="1.0", environ=environ)
    yield client
    client.close()


def test_a_call_names_its_action_and_returns_the_answer(client: AwsJson, service: Service) -> None:
    service.replies = [OK]
    assert client.call("GetItem", {"Key": "ü"}) == {"Item": {"pk": {"S": "è"}}}
    [request] = service.requests
    assert request.headers["X-Amz-Target"] == "DynamoDB_20120810.GetItem"
    assert request.headers["Content-Type"] == "application/x-amz-json-1.0"
    assert request.payload == {"Key": "ü"}


def test_without_an_endpoint_calls_go_to_aws(environ: dict[str, str]) -> None:
    assert AwsJson("kms", "TrentService", environ=environ | {"AWS_ENDPOINT_URL": ""}).endpoint == (
        "https://kms.eu-south-1.amazonaws.com"
    )


def test_credentials_are_read_at_each_call(client: AwsJson, service: Service, environ: dict[str, str]) -> None:
    service.replies = [OK, OK]
    client.call("GetItem", {})
    environ |= {"AWS_ACCESS_KEY_ID": "AKIDTWO", "AWS_SESSION_TOKEN": "token"}
    client.call("GetItem", {})
    first, second = (request.headers for request in service.requests)
    assert "Credential=AKIDONE/" in first["Authorization"]
    assert "Credential=AKIDTWO/" in second["Authorization"]
    assert (first["X-Amz-Security-Token"], second["X-Amz-Security-Token"]) == (None, "token")


def test_one_connection_serves_many_calls(client: AwsJson, service: Service) -> None:
    service.replies = [OK] * 5
    for _ in range(5):
        client.call("GetItem", {})
    assert service.connections == 1


def test_a_connection_that_the_server_dropped_is_replaced_at_once(
    client: AwsJson, service: Service, pauses: list[float]
) -> None:
    service.replies = [OK._replace(drop=True), OK]
    client.call("GetItem", {})
    client.call("GetItem", {})
    assert (service.connections, len(service.requests), pauses) == (2, 2, [])


def test_a_connection_that_was_idle_for_long_is_not_used_again(
    client: AwsJson, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.replies = [OK, OK]
    client.call("GetItem", {})
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    client.call("GetItem", {})
    assert service.connections == 2


def test_connections_that_were_idle_for_long_are_replaced_all_at_once(
    client: AwsJson, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.replies = [OK] * 4
    client.connect(3)
    in_threads(*[lambda: client.call("GetItem", {})] * 3)
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    client.call("GetItem", {})
    assert len(client._pool._idle) == 3  # noqa: SLF001 - the server counts each when it comes to it


def test_calls_side_by_side_are_all_sent_before_the_first_is_answered(client: AwsJson, service: Service) -> None:
    all_there = Barrier(3, timeout=5)

    def reply(request: Request) -> Reply:
        all_there.wait()
        return Reply(200, request.payload)

    service.unordered = reply
    request = [client.ask("Echo", {"number": number}) for number in range(3)]
    assert run(gather(*request)) == ({"number": 0}, {"number": 1}, {"number": 2})


def test_who_waits_for_several_answers_waits_for_all_of_them_at_once(
    client: AwsJson, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or five calls that nobody answers would take five times as long as one, and more than a function has."""
    monkeypatch.setattr(aws, "_READ_TIMEOUT", 0.2)
    service.unordered = lambda _: OK._replace(after=5)
    patience: list[float] = []
    receive = http11.Connection.receive

    def watched(connection: http11.Connection) -> http11.Answer:
        try:
            return receive(connection)
        finally:
            patience.append(connection._socket.gettimeout() or 0)  # noqa: SLF001

    monkeypatch.setattr(http11.Connection, "receive", watched)
    with pytest.raises(Unavailable):
        run(gather(*[client.ask("GetItem", {}) for _ in range(5)]))
    assert len(patience) == 15
    assert [each for each in patience if each > 0.1] == pytest.approx([0.2] * 3, abs=0.1)


def test_a_server_that_closes_politely_is_asked_on_a_new_connection(client: AwsJson, service: Service) -> None:
    service.replies = [OK._replace(close=True), OK]
    client.call("GetItem", {})
    client.call("GetItem", {})
    assert (service.connections, len(service.requests)) == (2, 2)


def test_threads_get_their_own_answers(client: AwsJson, service: Service) -> None:
    service.replies = [lambda request: Reply(200, request.payload)] * 40
    start = Barrier(8)

    def ask(number: int) -> Callable[[], list[object]]:
        def run() -> list[object]:
            start.wait()
            return [client.call("Echo", {"number": number})["number"] for _ in range(5)]

        return run

    assert in_threads(*map(ask, range(8))) == tuple([number] * 5 for number in range(8))
    assert service.connections <= 8


@pytest.mark.parametrize("passing", [BUSY, DOWN, Reply(500, {}), Reply(200, b"half an ans"), Reply(0, b"")])
def test_what_passes_is_tried_three_times(
    client: AwsJson, service: Service, pauses: list[float], passing: Reply
) -> None:
    service.replies = [passing, passing, OK]
    client.call("GetItem", {})
    assert len(service.requests) == 3
    assert 0 <= pauses[0] <= 0.05
    assert 0 <= pauses[1] <= 0.1


@pytest.mark.parametrize("lasting", [BUSY, DOWN, Reply(0, b"")])
def test_what_lasts_is_unavailable(client: AwsJson, service: Service, lasting: Reply) -> None:
    service.replies = [lasting] * 3
    with pytest.raises(Unavailable):
        client.call("GetItem", {})
    assert len(service.requests) == 3


def test_nobody_at_the_address_is_unavailable(environ: dict[str, str], pauses: list[float]) -> None:
    with Service() as gone:
        environ["AWS_ENDPOINT_URL"] = gone.address
    with pytest.raises(Unavailable):
        AwsJson("dynamodb", "DynamoDB_20120810", environ=environ).call("GetItem", {})
    assert len(pauses) == 2


def test_silence_is_unavailable(client: AwsJson, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "_READ_TIMEOUT", 0.25)
    service.replies = [OK, *[OK._replace(after=0.6)] * 3]
    client.call("GetItem", {})
    with pytest.raises(Unavailable):
        client.call("GetItem", {})
    assert len(service.requests) == 4


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (
            Reply(400, {"__type": "com.amazon.coral.validate#ValidationException", "message": "S3cret!"}),
            "ValidationException",
        ),
        (Reply(400, {"__type": "AccessDeniedException", "Message": "S3cret!"}), "AccessDeniedException"),
        (Reply(404, b"<html>S3cret!"), "404"),
        (Reply(403, ["S3cret!"]), "403"),
    ],
)
def test_a_refusal_is_an_error_that_quotes_nothing(client: AwsJson, service: Service, reply: Reply, code: str) -> None:
    service.replies = [reply]
    with pytest.raises(AwsError) as refused:
        client.call("GetItem", {"Key": "S3cret!"})
    assert refused.value.code == code
    assert len(service.requests) == 1
    assert "S3cret!" not in f"{refused.value} {refused.value!r} {refused.value.args}"


def test_calls_go_over_tls_to_a_trusted_service_only(
    environ: dict[str, str], pauses: list[float], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(certificate(tmp_path))
    for trusted in (str(certificate(tmp_path)), "/dev/null"):
        monkeypatch.setenv("SSL_CERT_FILE", trusted)
        aws._tls.cache_clear()  # noqa: SLF001 - one context per process is the point
        with Service(server_side) as service:
            service.replies = [OK, OK]
            client = AwsJson("dynamodb", "D", environ=environ | {"AWS_ENDPOINT_URL": service.address})
            if trusted == "/dev/null":
                with pytest.raises(Unavailable):
                    client.call("GetItem", {})
            else:
                client.call("GetItem", {})
                assert client.call("GetItem", {}) == {"Item": {"pk": {"S": "è"}}}
                assert service.connections == 1
            client.close()
    aws._tls.cache_clear()  # noqa: SLF001


def test_connections_can_be_opened_before_the_first_call(client: AwsJson, service: Service) -> None:
    service.replies = [OK] * 3
    client.connect(3)
    in_threads(*[lambda: client.call("GetItem", {})] * 3)
    assert len(client._pool._idle) == 3  # noqa: SLF001 - the server counts each when it comes to it


def test_we_trust_the_roots_of_aws_alone_which_botocore_knows_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    aws._tls.cache_clear()  # noqa: SLF001
    ours = aws._tls()  # noqa: SLF001
    theirs = ssl.create_default_context(cafile=str(Path(botocore.__file__).parent / "cacert.pem"))
    assert len(ours.get_ca_certs()) == 5  # Amazon Root CA 1 to 4, and Starfield's before them
    assert {*ours.get_ca_certs(binary_form=True)} <= {*theirs.get_ca_certs(binary_form=True)}


def test_who_is_vouched_for_by_another_root_of_the_system_is_trusted_at_the_second_try(
    environ: dict[str, str], pauses: list[float], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(certificate(tmp_path))
    aws._tls.cache_clear()  # noqa: SLF001
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with Service(server_side) as service:
        service.replies = [OK, OK]
        client = AwsJson("dynamodb", "D", environ=environ | {"AWS_ENDPOINT_URL": service.address})
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate(tmp_path)))  # as if it were the system's
        assert client.call("GetItem", {}) == {"Item": {"pk": {"S": "è"}}}
        assert len(pauses) == 1
        client.close()
    aws._tls.cache_clear()  # noqa: SLF001
