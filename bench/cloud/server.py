"""The stand-in's HTTP: as little as a kept connection needs, so that it answers in a tenth of a millisecond."""

import asyncio
import json
import re
from typing import Any

from bench.cloud.tables import Refused, Seen, Tables

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TARGET = re.compile(rb"\r\nx-amz-target: *([\w.]+)", re.IGNORECASE)
_MARK = Seen("mark", 0, 0)


class Counter:
    """The calls in a row, and how long each one is kept waiting (in seconds)."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.delay = 0.0

    def control(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Do what the benchmark itself asks by `GET`: mark, seen, forget, loaded or delay/<milliseconds>."""
        match path.strip("/").split("/"):
            case ["mark"]:
                self.tables.seen.append(_MARK)
            case ["seen"]:
                return self.tables.seen
            case ["forget"]:
                self.tables.forget()
            case ["loaded"]:
                return self.tables.loaded
            case ["delay", milliseconds]:
                self.delay = int(milliseconds) / 1000
        return {}


class Exchange(asyncio.Protocol):
    """One connection."""

    _transport: asyncio.Transport

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type alone
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end]
            found = _LENGTH.search(head)
            size = end + 4 + (int(found[1]) if found else 0)
            if len(self._received) < size:
                if b"100-continue" in head:  # what botocore says before a large body
                    self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            body, self._received = self._received[end + 4 : size], self._received[size:]
            self._respond(head, body)

    def _respond(self, head: bytes, body: bytes) -> None:
        target = _TARGET.search(head)
        if target is None:
            content, status, delay = self._counter.control(head.split(b" ")[1].decode()), b"200 OK", 0.0
        else:
            content, status = self._answer(target[1].decode(), body)
            delay = self._counter.delay if target[1].startswith(b"DynamoDB") else 0.0
        text = json.dumps(content, separators=(",", ":")).encode()
        kind = b"Content-Type: application/x-amz-json-1.0\r\n"
        answer = b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, kind, len(text), text)
        if delay:
            asyncio.get_running_loop().call_later(delay, self._transport.write, answer)
        else:
            self._transport.write(answer)

    def _answer(self, target: str, body: bytes) -> tuple[Any, bytes]:
        try:
            return self._counter.tables.answer(target, body), b"200 OK"
        except Refused as refused:
            return {"__type": "ValidationException", "message": str(refused)}, b"400 Bad Request"


async def serve(tables: Tables, port: int) -> None:
    """Answer on 127.0.0.1 until the process is stopped."""
    counter = Counter(tables)
    server = await asyncio.get_running_loop().create_server(lambda: Exchange(counter), "127.0.0.1", port)
    async with server:
        await server.serve_forever()
