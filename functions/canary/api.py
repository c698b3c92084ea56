"""The API as anybody calls it: one request a connection, without retries or redirects."""

import json
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, NamedTuple
from urllib.parse import urlsplit

_HEADERS = {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "utenza-canary"}

NO_ANSWER = (HTTPException, OSError, ValueError)
"""What `call` raises: no connection, no answer in time, no HTTP, no JSON."""


class Answer(NamedTuple):
    status: int
    body: Any

    def has(self, status: HTTPStatus) -> bool:
        return self.status == status


class Api:
    """`url` is the public address; `seconds` are how long to wait for a connection, and for each part of an answer."""

    def __init__(self, url: str, seconds: float) -> None:
        self.url = url.rstrip("/")
        self._parts = urlsplit(self.url)
        self._seconds = seconds

    def call(self, method: str, path: str, body: dict[str, str] | None = None) -> Answer:
        """Return the answer with its JSON; raises one of NO_ANSWER."""
        connect = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        connection = connect(self._parts.netloc, timeout=self._seconds)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, f"{self._parts.path}{path}", content, _HEADERS)
            response = connection.getresponse()
            return Answer(response.status, json.loads(response.read()))
        finally:
            connection.close()
