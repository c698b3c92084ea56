"""What AWS's services need of HTTP/1.1 (RFC 9112): one request, one whole answer, and the connection is kept.

`http.client` reads headers with the parser of e-mails, which costs more at a cold start than all our own code
(docs/adr/0009-fast.md); it is the oracle in the tests.
"""

import re
import socket
import ssl
import time
from collections.abc import Iterator
from typing import NamedTuple

_MOST_LINE = 65_536  # bytes of a line
_MOST_LINES = 100
_MOST_CONTENT = 1 << 26  # bytes of a body: DynamoDB answers with 16 MB at most
_LEAST_PATIENCE = 0.01  # seconds: what has arrived is read, however late we ask
_URL = re.compile(r"(https?)://([A-Za-z0-9.-]+|\[[0-9a-f:]+\])(?::([0-9]{1,5}))?(/[!-~]*)?")
_STATUS = re.compile(rb"HTTP/1\.1 ([1-9][0-9]{2})(?: .*)?\r\n")


class BrokenAnswer(ConnectionError):
    """What came is no whole answer; nothing of it is part of the message."""


class Url(NamedTuple):
    """`host` is as in the Host header, with its port when one was given."""

    secure: bool
    host: str
    name: str
    port: int
    path: str


class Answer(NamedTuple):
    status: int
    content: bytes
    keeps: bool
    """Whether the connection may be used again."""


def url(text: str) -> Url:
    """Take an http or https address apart; ValueError for any other."""
    match = _URL.fullmatch(text)
    if match is None:
        raise ValueError("not an http address")
    scheme, name, port, path = match.groups()
    secure = scheme == "https"
    host = f"{name}:{port}" if port else name
    return Url(secure, host, name.strip("[]"), int(port or (443 if secure else 80)), path or "/")


class Connection:
    """One connection; who meets an OSError closes it."""

    def __init__(self, to: Url, *, connect_timeout: float, read_timeout: float, tls: ssl.SSLContext | None) -> None:
        self._socket = socket.create_connection((to.name, to.port), timeout=connect_timeout)
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls:
                self._socket = tls.wrap_socket(self._socket, server_hostname=to.name)
        except OSError:
            self._socket.close()
            raise
        self._reader = self._socket.makefile("rb")
        self._read_timeout = read_timeout
        self._patience_ends = 0.0

    def close(self) -> None:
        self._reader.close()
        self._socket.close()

    def exchange(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """Send a request and receive its answer."""
        self.send(method, path, headers, body)
        return self.receive()

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> None:
        """Send a request, whose answer is received before the next one is sent; raises OSError."""
        self._socket.settimeout(self._read_timeout)
        self._socket.sendall(_request(method, path, headers, body))
        self._patience_ends = time.monotonic() + self._read_timeout

    def receive(self) -> Answer:
        """Return the answer to what was sent; OSError, BrokenAnswer among them, when none comes.

        Whoever waits for several answers, one after the other, has waited for all of them meanwhile.
        """
        self._socket.settimeout(max(self._patience_ends - time.monotonic(), _LEAST_PATIENCE))
        status, fields = self._head()
        while status < 200:  # nobody asked for it, but a client must be able to pass it over
            status, fields = self._head()
        if fields.get(b"transfer-encoding", b"identity").lower() == b"chunked":
            content = b"".join(self._chunks())
        else:
            content = self._read(_number(fields.get(b"content-length", b""), 10))
        return Answer(status, content, fields.get(b"connection", b"").lower() != b"close")

    def _head(self) -> tuple[int, dict[bytes, bytes]]:
        match = _STATUS.fullmatch(self._reader.readline(_MOST_LINE))
        if match is None:
            raise BrokenAnswer
        return int(match[1]), dict(self._fields())

    def _fields(self) -> Iterator[tuple[bytes, bytes]]:
        for _ in range(_MOST_LINES):
            line = self._reader.readline(_MOST_LINE)
            if line == b"\r\n":
                return
            name, colon, value = line.partition(b":")
            if not colon or not value.endswith(b"\n"):
                break
            yield name.lower(), value.strip()
        raise BrokenAnswer

    def _chunks(self) -> Iterator[bytes]:
        size = None
        while size != 0:
            size = _number(self._reader.readline(_MOST_LINE).partition(b";")[0].strip(), 16)
            yield self._read(size)
            if size and self._read(2) != b"\r\n":
                raise BrokenAnswer
        dict(self._fields())  # trailers, which say nothing to us

    def _read(self, size: int) -> bytes:
        content = self._reader.read(size)
        if len(content) != size:
            raise BrokenAnswer
        return content


def _request(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    lines.append(f"content-length: {len(body)}")
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a header with a line break")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _number(digits: bytes, base: int) -> int:
    """Return a size of the answer; int() alone would take signs, blanks, underscores and 0x."""
    if not digits or digits.translate(None, b"0123456789ABCDEFabcdef"):
        raise BrokenAnswer
    try:
        size = int(digits, base)
    except ValueError:
        raise BrokenAnswer from None
    if size > _MOST_CONTENT:
        raise BrokenAnswer
    return size
