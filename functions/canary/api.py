"""The API as anybody calls it: one request a connection, without retries or redirects."""

from http import HTTPStatus
from typing import Any, NamedTuple

import urllib3

_HEADERS = {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "utenza-canary"}

NO_ANSWER = (urllib3.exceptions.HTTPError, ValueError)
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
        self._seconds = seconds

    def call(self, method: str, path: str, body: dict[str, str] | None = None) -> Answer:
        """Return the answer with its JSON; raises one of NO_ANSWER."""
        with urllib3.PoolManager(timeout=self._seconds, retries=False) as http:
            response = http.request(method, f"{self.url}{path}", json=body, headers=_HEADERS, redirect=False)
            return Answer(response.status, response.json())
