"""What `make fuzz` does before schemathesis begins."""

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from tools import fuzz
from tools.local_stack import background, samples
from tools.local_stack.places import StackError
from tools.paths import ROOT
from tools.ports import free_ports

_ANSWERS: dict[str, dict[str, str]] = {
    "/verify": {"step_token": "step"},
    "/credentials": {"confirmation_token": "confirmation"},
    "/credentials/confirm": {"status": "active"},
    "/login": {"access_token": "access"},
}


class Api:
    """An API that remembers what it was sent, and refuses one path."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.calls: list[tuple[str, Any]] = []
        self.refuses = ""

    def respond(self, request: Request) -> Response:
        self.calls.append((request.path, request.json))
        status = 422 if request.path == self.refuses else 200
        return Response(json.dumps(_ANSWERS[request.path]), status, mimetype="application/json")


@pytest.fixture
def api() -> Iterator[Api]:
    [port] = free_ports(1)
    api = Api(port)
    with background.serving(port, api.respond, "api"):
        yield api


def test_a_sample_customer_is_registered_with_the_code_from_the_mail_and_logs_in(api: Api) -> None:
    person = samples.journey()
    fuzz.register(api.url, person, lambda: "123456")
    assert api.calls == [
        ("/verify", person.verify),
        ("/credentials", {"step_token": "step", **person.credentials}),
        ("/credentials/confirm", {"confirmation_token": "confirmation", "code": "123456"}),
        ("/login", person.login),
    ]


@pytest.mark.parametrize("path", _ANSWERS)
def test_nothing_is_fuzzed_without_a_login(api: Api, path: str) -> None:
    api.refuses = path
    with pytest.raises(StackError, match=f"{path} answered 422"):
        fuzz.register(api.url, samples.journey(), lambda: "123456")


def test_schemathesis_is_told_how_to_log_in_as_openapi_json_has_it() -> None:
    document = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))
    settings = tomllib.loads((ROOT / "schemathesis.toml").read_text(encoding="utf-8"))
    [(scheme, login)] = settings["auth"]["dynamic"]["openapi"].items()
    assert document["components"]["securitySchemes"][scheme]["type"] == "http"
    person = samples.journey()
    variables = {f"${{{name}}}": value for name, value in fuzz.login_variables(person).items()}
    assert {name: variables[value] for name, value in login["payload"].items()} == person.login
    answer = document["paths"][login["path"]]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    model = document["components"]["schemas"][answer["$ref"].rpartition("/")[2]]
    assert login["extract_selector"].removeprefix("/") in model["required"]
    assert login["retry_on"] == [401]


def test_the_commands_of_make_run_register_the_same_person() -> None:
    shown, person = samples.registration("http://api.example", None), samples.journey()
    for body in (person.verify, {"step_token": "'$STEP'", **person.credentials}, person.login):
        assert json.dumps(body, ensure_ascii=False) in shown
