"""One table of DynamoDB in memory, an ASGI application that uvicorn serves: as much of it as the import asks for.

Conditions hold. `GET /asked` returns how often each action was asked for, `GET /empty` empties the table, and both
forget what was asked.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

type Message = dict[str, Any]

_TABLE = {"Table": {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "TableStatus": "ACTIVE"}}


class Table:
    def __init__(self) -> None:
        self._items: dict[str, str] = {}  # as JSON: a million dictionaries would take gigabytes
        self._asked: Counter[str] = Counter()

    def answer(self, action: str, asked: Message) -> str:
        """Return what DynamoDB answers."""
        self._asked[action] += 1
        match action:
            case "BatchGetItem":
                [(name, wanted)] = asked["RequestItems"].items()
                found = [self._items[key] for each in wanted["Keys"] if (key := each["pk"]["S"]) in self._items]
                return f'{{"Responses": {{"{name}": [{", ".join(found)}]}}, "UnprocessedKeys": {{}}}}'
            case "BatchWriteItem":
                [puts] = asked["RequestItems"].values()
                for put in puts:
                    self._put(put["PutRequest"]["Item"])
                return '{"UnprocessedItems": {}}'
            case "PutItem":
                self._put(asked["Item"])
            case "DescribeTable":
                return json.dumps(_TABLE)
            case "Scan" if not self._items:
                return '{"Items": [], "Count": 0}'
            case _:
                raise NotImplementedError(action)
        return "{}"

    def control(self, path: str) -> object:
        """Do what the benchmark asks."""
        asked = dict(self._asked)
        self._asked.clear()
        if path == "/empty":
            self._items.clear()
        return asked

    def _put(self, item: Message) -> None:
        self._items[item["pk"]["S"]] = json.dumps(item)


_table = Table()


async def app(scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Any]) -> None:
    """Answer one request."""
    parts = [message := await receive()]
    while message["more_body"]:
        parts.append(message := await receive())
    body = b"".join(part["body"] for part in parts)
    target = dict(scope["headers"]).get(b"x-amz-target", b"").decode()
    content = (
        _table.answer(target.partition(".")[2], json.loads(body))
        if target
        else json.dumps(_table.control(scope["path"]))
    ).encode()
    headers = [(b"content-type", b"application/x-amz-json-1.0"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})
