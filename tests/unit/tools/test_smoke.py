"""The smoke test, against an API and a site that answer as the contract says, and with one answer of them wrong."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from canary.flow import Check
from tools import smoke
from tools.smoke import Answer, checks

_URL, _SITE = "https://api.example.it/prod", "https://area.example.it"
_PROBLEM = {"type": "x", "status": 422, "detail": "x", "instance": "x", "code": "invalid_request", "errors": [{}]}
_KIND = {"content-type": "application/problem+json; charset=utf-8"}
_NO_TOKEN = {**_PROBLEM, "title": "x", "code": "access_token_invalid"}
_ALLOWED = {"access-control-allow-origin": _SITE, "access-control-allow-headers": "Accept-Language,Content-Type"}
_PAGE = {"content-type": "text/html; charset=utf-8", "content-security-policy": "default-src 'none'"}


def _login(language: str) -> Answer:
    return Answer(422, _KIND, json.dumps({**_PROBLEM, "title": f"in {language}"}))


class World:
    """What is at each address; a test may put another answer there."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {
            **{f"POST {_URL}/login {language}": _login(language) for language in ("it", "en", "de")},
            f"GET {_URL}/account": Answer(401, _KIND, json.dumps(_NO_TOKEN)),
            f"OPTIONS {_URL}/login {_SITE}": Answer(204, _ALLOWED, ""),
            f"GET {_URL}/suppliers {_SITE}": Answer(200, {"access-control-allow-origin": _SITE}, "{}"),
            f"OPTIONS {_URL}/login https://nobody.invalid": Answer(403, {}, "{}"),
            f"GET {_SITE}/": Answer(200, _PAGE, "<!doctype html>"),
            f"GET {_SITE}/config.json": Answer(200, {}, json.dumps({"api": _URL})),
        }

    def ask(self, method: str, url: str, body: Any = None, **headers: str) -> Answer:
        which = headers.get("Accept_Language") or headers.get("Origin") or ""
        return self.answers[f"{method} {url} {which}".strip()]


@pytest.fixture(autouse=True)
def _walked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the canary's walk to its own tests."""

    def walk(*_: Any, **__: Any) -> Iterator[Check]:
        yield Check("suppliers", 0.1, "")

    monkeypatch.setattr(smoke, "walk", walk)


def _failures(world: World) -> dict[str, str]:
    return {check.name: check.failure for check in checks(_URL, site=_SITE, ask=world.ask) if check.failure}


def test_a_deployment_that_is_well_passes_and_the_site_is_looked_at_only_where_it_is_given() -> None:
    world = World()
    assert _failures(world) == {}
    assert [check.name for check in checks(_URL, site=_SITE, ask=world.ask)] == [
        "suppliers",
        "preflight of a stranger",
        "errors",
        "access",
        "calls of the site",
        "site",
    ]
    assert len(list(checks(_URL, ask=world.ask))) == 4


@pytest.mark.parametrize(
    ("place", "answer", "name", "failure"),
    [
        (f"GET {_URL}/account", Answer(403, _KIND, "{}"), "access", "status 403"),
        (f"GET {_URL}/account", Answer(401, {}, "{}"), "access", "content type"),
        (f"GET {_URL}/account", Answer(401, _KIND, "oops"), "access", "JSONDecodeError"),
        (f"GET {_URL}/account", Answer(401, _KIND, "[]"), "access", "another body"),
        (f"GET {_URL}/account", Answer(401, _KIND, '{"message": "Unauthorized"}'), "access", "code None"),
        (f"POST {_URL}/login en", _login("it"), "errors", "languages have one text"),
        (f"POST {_URL}/login de", Answer(503, _KIND, "{}"), "errors", "status 503"),
        (f"OPTIONS {_URL}/login {_SITE}", Answer(403, {}, ""), "calls of the site", "not in AllowedOrigins"),
        (f"GET {_URL}/suppliers {_SITE}", Answer(200, {}, "{}"), "calls of the site", "may not read answers"),
        (
            f"OPTIONS {_URL}/login https://nobody.invalid",
            Answer(204, {"access-control-allow-origin": "*"}, ""),
            "preflight of a stranger",
            "any origin may call",
        ),
        (f"GET {_SITE}/", Answer(200, {"content-type": "text/html"}, ""), "site", "content security policy"),
        (f"GET {_SITE}/config.json", Answer(200, {}, '{"api": "https://old"}'), "site", "names another API"),
    ],
)
def test_what_is_wrong_is_named(place: str, answer: Answer, name: str, failure: str) -> None:
    world = World()
    world.answers[place] = answer
    found = _failures(world)
    assert set(found) == {name}
    assert failure in found[name]


@pytest.mark.parametrize(("walks", "failures"), [(["slow", ""], {}), (["slow", "slow"], {"suppliers": "slow"})])
def test_a_function_may_be_cold_once(
    monkeypatch: pytest.MonkeyPatch, walks: list[str], failures: dict[str, str]
) -> None:
    answers = iter(walks)
    monkeypatch.setattr(smoke, "walk", lambda *_, **__: [Check("suppliers", 6.0, next(answers))])
    assert _failures(World()) == failures


def test_the_exit_status_says_whether_a_check_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World()
    monkeypatch.setattr(smoke, "_ask", world.ask)
    assert smoke.main([f"{_URL}/", "--site", f"{_SITE}/"]) == 0
    assert capsys.readouterr().out.endswith("all well\n")
    world.answers[f"GET {_URL}/account"] = Answer(500, {}, "")
    assert smoke.main([_URL]) == 1
    assert "FAIL access" in capsys.readouterr().out
