"""Lambda's Runtime API as a runtime meets it, which `http.client` plays here."""

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse

import pytest

from bench.direct import Function
from bench.http1 import Connection

_API = "/2018-06-01/runtime"
_GOOD = json.dumps({"statusCode": 200, "body": "è"}).encode()


class Runtime:
    """What Lambda's runtime client does, step by step."""

    def __init__(self, connection: HTTPConnection) -> None:
        self._connection = connection

    def next(self) -> tuple[HTTPResponse, bytes]:
        self._connection.request("GET", f"{_API}/invocation/next")
        response = self._connection.getresponse()
        return response, response.read()

    def post(self, path: str, content: bytes) -> int:
        self._connection.request("POST", f"{_API}/{path}", content)
        response = self._connection.getresponse()
        response.read()
        return response.status


@pytest.fixture
def sides() -> Iterator[tuple[Function, Runtime]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        far = HTTPConnection("127.0.0.1", listener.getsockname()[1], timeout=10)
        far.connect()
        with closing(far), closing(Connection(listener.accept()[0], 10)) as near:
            yield Function(near), Runtime(far)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def _call(pool: ThreadPoolExecutor, function: Function) -> Future[bytes]:
    return pool.submit(function.call, b'{"a": 1}')


def test_events_are_handed_over_and_answers_come_back_on_one_connection(
    sides: tuple[Function, Runtime], pool: ThreadPoolExecutor
) -> None:
    function, runtime = sides
    names = set()
    for _ in range(2):
        answer = _call(pool, function)
        response, event = runtime.next()
        name = response.headers["Lambda-Runtime-Aws-Request-Id"]
        assert (response.status, json.loads(event)) == (200, {"a": 1})
        assert int(response.headers["Lambda-Runtime-Deadline-Ms"]) > time.time() * 1000
        assert response.headers["Lambda-Runtime-Invoked-Function-Arn"].startswith("arn:aws:lambda:")
        assert runtime.post(f"invocation/{name}/response", _GOOD) == 202
        assert answer.result() == _GOOD
        names.add(name)
    assert len(names) == 2


def test_an_error_of_the_handler_is_an_error_of_the_call(
    sides: tuple[Function, Runtime], pool: ThreadPoolExecutor
) -> None:
    function, runtime = sides
    answer = _call(pool, function)
    name = runtime.next()[0].headers["Lambda-Runtime-Aws-Request-Id"]
    assert runtime.post(f"invocation/{name}/error", b'{"errorType": "KeyError"}') == 202
    with pytest.raises(RuntimeError, match="KeyError"):
        answer.result()


def test_an_error_of_the_start_is_an_error_of_the_call(
    sides: tuple[Function, Runtime], pool: ThreadPoolExecutor
) -> None:
    function, runtime = sides
    answer = _call(pool, function)
    assert runtime.post("init/error", b'{"errorType": "Runtime.ImportModuleError"}') == 202
    with pytest.raises(RuntimeError, match="ImportModuleError"):
        answer.result()


@pytest.mark.parametrize("answered", [b'{"statusCode": 503}', b'{"errorMessage": "x"}'])
def test_an_answer_that_is_not_good_is_an_error_of_the_call(
    sides: tuple[Function, Runtime], pool: ThreadPoolExecutor, answered: bytes
) -> None:
    function, runtime = sides
    answer = _call(pool, function)
    name = runtime.next()[0].headers["Lambda-Runtime-Aws-Request-Id"]
    runtime.post(f"invocation/{name}/response", answered)
    with pytest.raises(RuntimeError):
        answer.result()
