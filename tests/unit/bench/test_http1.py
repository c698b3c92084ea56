"""Whole HTTP messages on kept connections."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from bench.http1 import Connection, Message, post


@pytest.fixture
def pair() -> Iterator[tuple[Connection, socket.socket]]:
    """Return a connection, and the other side of it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        far = socket.create_connection(listener.getsockname())
        with closing(Connection(listener.accept()[0], 10)) as near, far:
            yield near, far


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-LENGTH: 3\r\n\r\nabc", Message(b"HTTP/1.1 200 OK\r\n", b"abc")),
        (b"HTTP/1.1 204 No Content\r\n\r\n", Message(b"HTTP/1.1 204 No Content\r\n", b"")),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\na;x=y\r\n0123456789\r\n0\r\n\r\n",
            Message(b"HTTP/1.1 200 OK\r\n", b"abc0123456789"),
        ),
        (b"GET /next HTTP/1.1\r\nHost: x\r\n\r\n", Message(b"GET /next HTTP/1.1\r\n", b"")),
    ],
)
def test_messages_follow_one_another(pair: tuple[Connection, socket.socket], sent: bytes, message: Message) -> None:
    near, far = pair
    far.sendall(sent + sent)
    assert [near.receive(), near.receive()] == [message, message]


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"])
def test_half_a_message_is_none(pair: tuple[Connection, socket.socket], sent: bytes) -> None:
    near, far = pair
    far.sendall(sent)
    far.close()
    with pytest.raises(ConnectionAbortedError):
        near.receive()


def test_a_request_says_how_long_its_body_is(pair: tuple[Connection, socket.socket]) -> None:
    near, far = pair
    request = post("/login", "application/json", '"è"')
    assert b"\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n" in request
    far.sendall(request)
    assert near.receive() == Message(b"POST /login HTTP/1.1\r\n", '"è"'.encode())
