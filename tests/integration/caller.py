"""One customer's browser or app: calls the API over HTTP, from a loopback address of its own."""

import itertools
import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlsplit

_addresses = itertools.count(1)


class Answer(NamedTuple):
    """`headers` have lower-case names."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def code(self) -> str:
        return str(self.json["code"]) if self.content else ""

    @property
    def field_codes(self) -> set[tuple[str, str]]:
        return {(error["field"], error["code"]) for error in self.json["errors"]}


class Caller:
    """Calls from 127.1.x.y, so that no test meets the waits that another has earned."""

    def __init__(self, api: str) -> None:
        self._url = urlsplit(api)
        number = next(_addresses)
        self.address = f"127.1.{number // 250}.{number % 250 + 1}"

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        connection = HTTPConnection(
            self._url.hostname or "", self._url.port, timeout=60, source_address=(self.address, 0)
        )
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, self._url.path + path, body, named)
            response = connection.getresponse()
            content = response.read()
            return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, content)
        finally:
            connection.close()

    def post(self, path: str, body: object, **headers: str) -> Answer:
        return self.send("POST", path, json.dumps(body).encode(), Content_Type="application/json", **headers)

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, None, **headers)


def all_at_once[T](call: Callable[[T], Answer], values: Sequence[T]) -> list[Answer]:
    """Call with each value in parallel. As clients do, each is repeated while the answer is 503 on a busy machine."""

    def patiently(value: T) -> Answer:
        until = time.monotonic() + 60
        while (answer := call(value)).status == 503 and time.monotonic() < until:
            time.sleep(int(answer.headers["retry-after"]))
        return answer

    with ThreadPoolExecutor(len(values)) as pool:
        return list(pool.map(patiently, values))
