"""The small client beside `http.client`: what both are sent, and what each makes of it."""

import io
import socket
from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utenza.http11 import Answer, BrokenAnswer, Connection, Url, url

_TOKENS = st.text("abcXYZ019-", min_size=1, max_size=8)
_VALUES = st.text("abc XYZ;,=/:é", max_size=12).map(str.strip)
_CONTENT = st.binary(max_size=200)


class Peer:
    """The other end of a connection: sends what it is given and keeps what it was sent."""

    def __init__(self, answer: bytes, *, piece: int = 1 << 20, hangs_up: bool = True) -> None:
        self.received = b""
        self._answer, self._piece, self._hangs_up = answer, piece, hangs_up
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = Thread(target=self._serve)
        self._thread.start()

    @property
    def url(self) -> Url:
        return url(f"http://127.0.0.1:{self._listener.getsockname()[1]}/")

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection:
            self.received = connection.recv(1 << 20)
            for start in range(0, len(self._answer), self._piece):
                connection.sendall(self._answer[start : start + self._piece])
            if not self._hangs_up:
                connection.recv(1)

    def close(self) -> None:
        self._thread.join()
        self._listener.close()


def _exchange(answer: bytes, *, piece: int = 1 << 20, body: bytes = b"{}") -> tuple[Answer, bytes]:
    peer = Peer(answer, piece=piece)
    connection = Connection(peer.url, connect_timeout=5, read_timeout=5, tls=None)
    try:
        return connection.exchange("POST", "/", {"host": "x", "b": "ü"}, body), peer.received
    finally:
        connection.close()
        peer.close()


class _Socket:
    """As much of a socket as `HTTPResponse` asks for."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._content)


def _by_the_book(answer: bytes) -> Answer:
    response = HTTPResponse(_Socket(answer), method="POST")  # type: ignore[arg-type]
    response.begin()
    content = response.read()
    return Answer(response.status, content, not response.will_close)


def _head(status: int, fields: list[tuple[str, str]]) -> bytes:
    return f"HTTP/1.1 {status} Whatever\r\n{''.join(f'{n}: {v}\r\n' for n, v in fields)}\r\n".encode("latin-1")


@st.composite
def _answers(draw: st.DrawFn) -> bytes:
    fields = draw(st.lists(st.tuples(_TOKENS.map("x-{}".format), _VALUES), max_size=5))
    status, content = draw(st.sampled_from([200, 400, 404, 500, 503])), draw(_CONTENT)
    closing = draw(
        st.sampled_from([[], [("Connection", "close")], [("connection", "Close")], [("Connection", "keep-alive")]])
    )
    if draw(st.booleans()):
        length = [(draw(st.sampled_from(["Content-Length", "content-length"])), str(len(content)))]
        return _head(status, [*fields, *closing, *length]) + content
    pieces = [content[i : i + 7] for i in range(0, len(content), 7)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return _head(status, [*fields, *closing, ("Transfer-Encoding", "chunked")]) + chunks + b"0\r\n\r\n"


@settings(deadline=None, max_examples=60)
@given(_answers(), st.integers(1, 50))
def test_an_answer_is_read_as_http_client_reads_it_in_whatever_pieces_it_comes(answer: bytes, piece: int) -> None:
    assert _exchange(answer, piece=piece)[0] == _by_the_book(answer)


@settings(deadline=None, max_examples=60)
@given(_answers(), st.integers(1, 400))
def test_an_answer_that_breaks_off_is_none(answer: bytes, cut: int) -> None:
    with pytest.raises(BrokenAnswer):
        _exchange(answer[: -min(cut, len(answer) - 1)])


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=60), st.binary(max_size=60))
def test_whatever_comes_is_an_answer_or_a_broken_one(head: bytes, content: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n" + content
    try:
        ours = _exchange(answer)[0]
    except BrokenAnswer:
        return
    try:
        theirs = _by_the_book(answer)
    except HTTPException:
        pytest.fail(f"http.client refuses {answer!r}")
    assert ours.content == theirs.content


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1_0\r\n\r\n0123456789",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxyz\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"Content-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\na: " + b"b" * 70_000 + b"\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_what_is_no_whole_answer_of_http_1_1_is_broken(answer: bytes) -> None:
    with pytest.raises(BrokenAnswer):
        _exchange(answer)


def test_an_interim_answer_is_passed_over() -> None:
    answer = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    assert _exchange(answer)[0] == Answer(200, b"ok", keeps=True)


def test_a_request_is_one_head_and_its_body() -> None:
    _, sent = _exchange(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", body=b'{"a": 1}')
    assert sent == b'POST / HTTP/1.1\r\nhost: x\r\nb: \xfc\r\ncontent-length: 8\r\n\r\n{"a": 1}'


@pytest.mark.parametrize("value", ["a\r\nb: c", "a\nb", "a\rb"])
def test_a_header_cannot_become_two(value: str) -> None:
    peer = Peer(b"")
    connection = Connection(peer.url, connect_timeout=5, read_timeout=5, tls=None)
    with pytest.raises(ValueError, match="line break"):
        connection.exchange("POST", "/", {"a": value})
    connection.close()
    peer.close()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "https://kms.eu-south-1.amazonaws.com",
            (True, "kms.eu-south-1.amazonaws.com", "kms.eu-south-1.amazonaws.com", 443, "/"),
        ),
        ("http://127.0.0.1:4566", (False, "127.0.0.1:4566", "127.0.0.1", 4566, "/")),
        ("http://localhost/", (False, "localhost", "localhost", 80, "/")),
        (
            "http://[fd00:ec2::23]:80/v1/credentials?x=y",
            (False, "[fd00:ec2::23]:80", "fd00:ec2::23", 80, "/v1/credentials?x=y"),
        ),
    ],
)
def test_an_address_is_taken_apart(text: str, parts: tuple[bool, str, str, int, str]) -> None:
    assert url(text) == parts


@pytest.mark.parametrize("text", ["", "ftp://x", "http://", "http://a b", "http://x:y", "http://u@x", "http://x/\r\ny"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an http address"):
        url(text)


@pytest.fixture
def silent() -> Iterator[Url]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield url(f"http://127.0.0.1:{listener.getsockname()[1]}")


def test_silence_is_a_timeout(silent: Url) -> None:
    connection = Connection(silent, connect_timeout=5, read_timeout=0.05, tls=None)
    with pytest.raises(TimeoutError):
        connection.exchange("GET", "/", {})
    connection.close()
