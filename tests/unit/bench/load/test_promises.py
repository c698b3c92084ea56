"""What customers were told, against what they get."""

import json

import pytest
from werkzeug.wrappers import Request, Response

from bench.load.people import Person
from bench.load.promises import broken
from tools.local_stack import background
from tools.ports import free_ports

_OPEN = {"old@example.it": "old", "new@example.it": "new", "closed@example.it": "old"}
"""The accounts of the server, and their passwords."""


def _respond(request: Request) -> Response:
    body = json.loads(request.get_data())
    return Response("{}", 200 if _OPEN.get(body["user_id"]) == body["password"] else 401)


@pytest.mark.parametrize(
    ("person", "kept"),
    [
        ({"user_id": "old@example.it", "password": "old"}, True),
        ({"user_id": "old@example.it", "password": "new"}, False),  # a password that was acknowledged is lost
        ({"user_id": "gone@example.it", "password": "old"}, False),
        ({"user_id": "new@example.it", "password": "old", "perhaps": ["new"]}, True),  # no answer came to the change
        ({"user_id": "old@example.it", "password": "old", "perhaps": ["new"]}, True),
        ({"user_id": "gone@example.it", "password": "old", "closed": "yes"}, True),
        ({"user_id": "closed@example.it", "password": "old", "closed": "yes"}, False),
        ({"user_id": "gone@example.it", "password": "old", "closed": "perhaps"}, True),
        ({"user_id": "gone@example.it", "password": "old", "registered": "perhaps"}, True),
    ],
)
def test_what_was_acknowledged_holds(person: dict[str, object], kept: bool) -> None:  # noqa: FBT001 - a parameter of the test
    fields: dict[str, object] = {
        "supplier": "x",
        "code": "1",
        "names": {},
        "tax_code": "",
        "registered": "yes",
    } | person
    [port] = free_ports(1)
    with background.serving(port, _respond, "accounts"):
        faults = broken(f"http://127.0.0.1:{port}", [Person(**fields)])  # type: ignore[arg-type]
    assert bool(faults) != kept
