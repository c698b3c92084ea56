"""The least of HTTP/1.1: whole messages on kept connections, for what peers are called by and what a runtime asks.

It runs on the cores that are measured, and `http.client` takes two to three times the processor time.
"""

from collections.abc import Iterator
from io import BufferedReader
from socket import IPPROTO_TCP, TCP_NODELAY, create_connection, socket
from typing import NamedTuple


class Message(NamedTuple):
    """A request or an answer: its first line, and its content."""

    first: bytes
    content: bytes


class Connection:
    """A socket that sends at once what it is given, and receives whole messages."""

    def __init__(self, connected: socket, seconds: float) -> None:
        connected.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        connected.settimeout(seconds)
        self._socket = connected
        self._reader = connected.makefile("rb")
        self.send = connected.sendall

    def receive(self) -> Message:
        """Return the next message; ConnectionError when the other side closes instead, TimeoutError when none comes."""
        first, length, chunked = self._reader.readline(), 0, False
        while (line := self._reader.readline()) != b"\r\n":
            if not line:
                raise ConnectionAbortedError("closed before a whole message had come")
            name, _, value = line.lower().partition(b":")
            if name == b"content-length":
                length = int(value)
            elif name == b"transfer-encoding":
                chunked = b"chunked" in value
        return Message(first, b"".join(_chunks(self._reader)) if chunked else _exactly(self._reader, length))

    def close(self) -> None:
        self._reader.close()
        self._socket.close()


def connect(port: int, seconds: float) -> Connection:
    return Connection(create_connection(("127.0.0.1", port)), seconds)


def post(path: str, kind: str, body: str) -> bytes:
    """Return a request with a body of this media type."""
    content = body.encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


def _chunks(reader: BufferedReader) -> Iterator[bytes]:
    while size := int(reader.readline().partition(b";")[0], 16):
        yield _exactly(reader, size)
        reader.readline()
    while reader.readline() not in {b"\r\n", b""}:
        pass  # trailers


def _exactly(reader: BufferedReader, size: int) -> bytes:
    content = reader.read(size)
    if len(content) < size:
        raise ConnectionAbortedError("closed before a whole message had come")
    return content
