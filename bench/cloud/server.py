"""The stand-in's HTTP: as little as a kept connection needs, because its processor time is taken from what is measured.

One thread and a selector; asyncio's transports took twice the processor's time for each request.
"""

import json
import re
import selectors
import socket
import time
from collections import deque
from typing import Any

from bench.cloud.tables import Refused, Tables

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)")  # of a head in lower case
_TARGET = b"\r\nx-amz-target: "
_MOST = 1 << 16  # bytes read at once
_OK, _BAD = b"200 OK", b"400 Bad Request"
_ANSWER = b"HTTP/1.1 %s\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: %d\r\n\r\n%s"


class Counter:
    """The calls in a row, and how long each one is kept waiting (in seconds)."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.delay = 0.0

    def answer(self, head: bytes, body: bytes) -> tuple[bytes, float]:
        """Return what is answered, and after how many seconds."""
        place = head.lower().find(_TARGET)
        if place < 0:
            text = json.dumps(self.control(head.split(b" ", 2)[1].decode()), separators=(",", ":")).encode()
            return _ANSWER % (_OK, len(text), text), 0.0
        target = head[place + len(_TARGET) :].split(b"\r", 1)[0].decode()
        try:
            text, status = self.tables.answer(target, body), _OK
        except Refused as refused:
            text, status = json.dumps({"__type": "ValidationException", "message": str(refused)}).encode(), _BAD
        return _ANSWER % (status, len(text), text), self.delay if target.startswith("DynamoDB") else 0.0

    def control(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Take a mail, or do what the benchmark itself asks: mark, seen, forget, loaded or delay/<milliseconds>."""
        match path.strip("/").split("/"):
            case ["mark"]:
                self.tables.note("mark")
            case ["v2", "email", "outbound-letters"]:
                self.tables.note("SendEmail")
            case ["seen"]:
                return self.tables.seen
            case ["forget"]:
                self.tables.forget()
            case ["loaded"]:
                return self.tables.loaded
            case ["delay", milliseconds]:
                self.delay = int(milliseconds) / 1000
        return {}


class Exchange:
    """What has arrived on one connection and is no whole request yet."""

    def __init__(self, connection: socket.socket, counter: Counter) -> None:
        self.connection = connection
        self._counter = counter
        self._received = b""

    def answers(self) -> list[tuple[bytes, float]]:
        """Read once, and return the answers that are due; ConnectionError when the client has gone."""
        data = self.connection.recv(_MOST)
        if not data:
            raise ConnectionAbortedError
        self._received += data
        found = []
        while request := self._request():
            found.append(self._counter.answer(*request))
        return found

    def _request(self) -> tuple[bytes, bytes] | None:
        """Take the head and the body of the first request, None while it is not whole."""
        received = self._received
        end = received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = received[:end]
        found = _LENGTH.search(head.lower())
        size = end + 4 + (int(found[1]) if found else 0)
        if len(received) < size:
            if b"100-continue" in head:  # what botocore says before a large body
                self.connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            return None
        self._received = received[size:]
        return head, received[end + 4 : size]


class Server:
    """Sockets block: one is read when something is there, and a client that has asked reads its answer."""

    def __init__(self, tables: Tables, port: int) -> None:
        self._counter = Counter(tables)
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._late: deque[tuple[float, socket.socket, bytes]] = deque()

    def run(self) -> None:
        while True:
            wait = max(0.0, self._late[0][0] - time.monotonic()) if self._late else None
            for key, _ in self._selector.select(wait):
                if key.data:
                    self._serve(key.data)
                else:
                    self._accept()
            while self._late and self._late[0][0] <= time.monotonic():
                _, connection, answer = self._late.popleft()
                _send(connection, answer)

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(connection, selectors.EVENT_READ, Exchange(connection, self._counter))

    def _serve(self, exchange: Exchange) -> None:
        connection = exchange.connection
        try:
            for answer, delay in exchange.answers():
                if delay:
                    self._late.append((time.monotonic() + delay, connection, answer))
                else:
                    connection.sendall(answer)
        except ConnectionError:
            self._selector.unregister(connection)
            connection.close()


def _send(connection: socket.socket, answer: bytes) -> None:
    """Answer late; a client that has gone meanwhile is closed when it is read."""
    try:
        connection.sendall(answer)
    except OSError:
        return
