"""The stand-in for AWS, an ASGI application that uvicorn serves.

It replays what `bench.rehearsal` recorded (RECORDING names the file): reads find what was stored, writes succeed and
change nothing, so one call can be repeated a thousand times. Only the import's table takes in what is written.
`GET /seen` returns the latest requests, `GET /delay/5` makes DynamoDB answer after 5 ms, `GET /loaded` returns the
number of items that were written by imports, and all three forget what they return.
"""

import asyncio
import json
import os
import re
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

type Message = dict[str, Any]

_KEY = re.compile(rb'"pk": \{"S": "([^"]+)"')  # as botocore writes it; bench/recording.py does the same
_OF_QUERY = re.compile(rb'":(?:pk|account)": \{"S": "([^"]+)"')
_LOADED = b'"bench-loaded"'  # the table of the import
_TABLE = b'{"Table": {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "TableStatus": "ACTIVE"}}'


class StandIn:
    def __init__(self, answers: dict[str, str]) -> None:
        self._answers = {asked: answer.encode() for asked, answer in answers.items()}
        self._seen: deque[tuple[str, bytes]] = deque(maxlen=1000)
        self._loaded: set[bytes] = set()
        self.delay = 0.0

    def answer(self, target: str, body: bytes) -> bytes:
        """Return what AWS answers."""
        action = target.partition(".")[2]
        if action == "BatchWriteItem" or (action == "PutItem" and _LOADED in body):
            self._loaded.update(_KEY.findall(body))
            return b'{"UnprocessedItems": {}}' if action == "BatchWriteItem" else b"{}"
        if action == "DescribeTable":
            return _TABLE
        found = _KEY.search(body) or _OF_QUERY.search(body)
        known = self._answers.get(f"{target} {found[1].decode() if found else ''}")
        if known is None and action == "BatchGetItem":  # every export is loaded into an empty table, each customer once
            return b'{"Responses": {}, "UnprocessedKeys": {}}'
        self._seen.append((action, body))
        return known or b"{}"

    def control(self, path: str) -> object:
        """Do what the benchmark asks."""
        match path.strip("/").split("/"):
            case ["delay", milliseconds]:
                self.delay = float(milliseconds) / 1000
            case ["seen"]:
                seen = [(action, json.loads(body)) for action, body in self._seen]
                self._seen.clear()
                return seen
            case ["loaded"]:
                loaded = len(self._loaded)
                self._loaded.clear()
                return loaded
        return None


_stand_in = StandIn(json.loads(Path(os.environ["RECORDING"]).read_text(encoding="utf-8")))


async def app(scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Any]) -> None:
    """Answer one request."""
    message = await receive()
    body = message["body"]
    while message["more_body"]:
        message = await receive()
        body += message["body"]
    target = dict(scope["headers"]).get(b"x-amz-target", b"").decode()
    content = _stand_in.answer(target, body) if target else json.dumps(_stand_in.control(scope["path"])).encode()
    if _stand_in.delay and target.startswith("DynamoDB"):
        await asyncio.sleep(_stand_in.delay)
    headers = [(b"content-type", b"application/x-amz-json-1.0"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})
