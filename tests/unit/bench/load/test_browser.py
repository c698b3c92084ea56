"""A browser that is told to try again, and the person in front of it."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from werkzeug.wrappers import Request, Response

from bench.load.browser import Answer, Browser
from bench.load.calls import NO_ANSWER, Call, Calls
from tools.local_stack import background
from tools.ports import free_ports

_THROTTLED = {"Content-Language": "it", "Retry-After": "5"}
_REFUSED = {"Content-Language": "en", "Retry-After": "5"}


@contextmanager
def _server(answers: Sequence[Response]) -> Iterator[str]:
    left = iter(answers)
    [port] = free_ports(1)
    with background.serving(port, lambda _: next(left), "answers"):
        yield f"http://127.0.0.1:{port}"


def _send(answers: Sequence[Response]) -> tuple[Answer, list[Call], list[float]]:
    """Return the answer to a form, the calls that were made for it, and how long the person waited before each."""
    waits: list[float] = []
    calls = Calls()
    with _server(answers) as api:
        browser = Browser(api, calls, wait=waits.append)
        answer = browser.send("POST /login", {"user_id": "x"})
        browser.close()
    return answer, calls.since(0), waits


def _ok() -> Response:
    return Response(json.dumps({"next": "code"}), 200)


@pytest.mark.parametrize(
    ("answers", "status", "waits"),
    [
        ([_ok()], 200, []),
        ([Response(status=429, headers=_THROTTLED), _ok()], 200, [5]),
        ([Response(status=503, headers={"Retry-After": "2"}), Response(status=503), _ok()], 200, [2, 1]),
        ([Response(status=503)] * 3, 503, [1, 1]),  # three tries, then the person leaves
        ([Response(status=429, headers={"Retry-After": "960"})], 429, []),  # nobody waits a quarter of an hour
        ([Response(status=429, headers={"Retry-After": "20"})] * 2, 429, [20]),  # nor twice 20 seconds
        ([Response(status=401)], 401, []),
        ([Response(status=500)], 500, []),  # what a browser does not repeat
    ],
)
def test_a_form_is_sent_again_after_as_long_as_the_server_says(
    answers: list[Response], status: int, waits: list[float]
) -> None:
    answer, calls, waited = _send(answers)
    assert (answer.status, waited) == (status, waits)
    assert [call.status for call in calls] == [each.status_code for each in answers]
    assert [call.again for call in calls] == [*range(len(answers))]


def test_the_gateways_throttle_is_told_from_a_limit_of_ours() -> None:
    _, calls, _ = _send([Response(status=429, headers=_THROTTLED), Response(status=429, headers=_REFUSED), _ok()])
    assert [call.refused for call in calls] == ["throttle", "attempts", ""]


def test_an_answer_after_a_failure_says_that_the_first_try_may_have_been_carried_out() -> None:
    assert _send([Response(status=503), _ok()])[0].maybe_done
    assert not _send([Response(status=429, headers=_THROTTLED), _ok()])[0].maybe_done


def test_no_answer_is_no_status() -> None:
    calls = Calls()
    [port] = free_ports(1)
    answer = Browser(f"http://127.0.0.1:{port}", calls).send("GET /suppliers")
    assert (answer.status, answer.maybe_done) == (NO_ANSWER, True)
    assert calls.since(0)[0].failed


def test_each_browser_is_a_source_of_its_own() -> None:
    sources: list[str | None] = []

    def respond(request: Request) -> Response:
        sources.append(request.remote_addr)
        return Response(status=204)

    [port] = free_ports(1)
    with background.serving(port, respond, "sources"):
        for _ in range(3):
            Browser(f"http://127.0.0.1:{port}", Calls()).send("POST /logout", {})
    assert len({*sources}) == 3
