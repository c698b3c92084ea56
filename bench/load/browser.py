"""One person's browser: sends a form, and sends it again when it is told to, as long as the person is patient."""

import itertools
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import urllib3

from bench.load.calls import NO_ANSWER, Calls
from bench.load.day import PATIENCE, TRIES

_LANGUAGE = "en"
_AGAIN = {429, 503}
_LONGEST = 35.0  # seconds; API Gateway itself answers after 29
_numbers = itertools.count()


class Answer(NamedTuple):
    """`status` is 0 and `body` empty if none came; `maybe_done`: an earlier try may have been carried out."""

    status: int
    body: Mapping[str, Any]
    maybe_done: bool = False

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class Browser:
    """Calls the API from a loopback address of its own, as each household has one: limits of a source meet it alone.

    `wait` waits for some seconds; it returns true if the person has to leave meanwhile.
    """

    def __init__(self, api: str, calls: Calls, wait: Callable[[float], object] = time.sleep) -> None:
        url, number = urlsplit(api), next(_numbers)
        source = f"127.{64 + number // 62_500 % 128}.{number // 250 % 250}.{number % 250 + 1}"
        self._connection = urllib3.HTTPConnectionPool(
            url.hostname or "", url.port, timeout=_LONGEST, retries=False, source_address=(source, 0)
        )
        self._path, self._calls, self._wait = url.path, calls, wait

    def close(self) -> None:
        self._connection.close()

    def send(self, route: str, body: Mapping[str, Any] | None = None, bearer: str = "") -> Answer:
        """Send a form such as "POST /login" and return the last answer to it."""
        unsure, waited = False, 0.0
        for again in range(TRIES):
            response, status = self._send(route, body, bearer, again)
            unsure = unsure or status == NO_ANSWER or status >= 500
            seconds = pause(response) if response else 0.0
            if status not in _AGAIN or again == TRIES - 1 or waited + seconds > PATIENCE or self._wait(seconds):
                break
            waited += seconds
        return Answer(status, _body(response), unsure)

    def _send(
        self, route: str, body: Mapping[str, Any] | None, bearer: str, again: int
    ) -> tuple[urllib3.BaseHTTPResponse | None, int]:
        method, path = route.split()
        headers = {"Accept-Language": _LANGUAGE, "Content-Type": "application/json"}
        headers |= {"Authorization": f"Bearer {bearer}"} if bearer else {}
        content = json.dumps(body).encode() if body is not None else None
        call = self._calls.begin(route, again)
        response, status = None, NO_ANSWER
        try:
            response = self._connection.request(method, self._path + path, body=content, headers=headers)
            status = response.status
        except urllib3.exceptions.HTTPError:
            pass  # refused, broken or too late: there is no answer
        self._calls.end(call, status, _who_refused(response) if response else "")
        return response, status


def pause(response: urllib3.BaseHTTPResponse) -> float:
    """Return the seconds after which the server wants to be asked again; one if it does not say."""
    return urllib3.Retry().get_retry_after(response) or 1.0


def _who_refused(response: urllib3.BaseHTTPResponse) -> str:
    """Return who said 429: the gateway knows Italian only, the functions answer in the language that was asked for."""
    if response.status != 429:
        return ""
    return "attempts" if response.headers.get("Content-Language") == _LANGUAGE else "throttle"


def _body(response: urllib3.BaseHTTPResponse | None) -> Mapping[str, Any]:
    try:
        found = json.loads(response.data) if response and response.data else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
