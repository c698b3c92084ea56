"""What generators of clients need of the description, so that people get types they would have written themselves."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from tools.openapi.document import document

_PROBLEM = {"$ref": "#/components/schemas/Problem"}


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document()


def _operations(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (operation for path in described["paths"].values() for operation in path.values())


def _problems(described: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the schemas of all problems of all calls."""
    return [
        response["content"]["application/problem+json"]["schema"]
        for operation in _operations(described)
        for status, response in operation["responses"].items()
        if status >= "400" and "content" in response
    ]


def _refusals(described: dict[str, Any], path: str, status: str) -> Any:
    schema = described["paths"][path]["post"]["responses"][status]["content"]["application/problem+json"]["schema"]
    return jsonschema.Draft202012Validator({**schema, "components": described["components"]})


def test_each_call_has_a_name_of_its_own_that_can_be_a_function(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for operation in _operations(described)]
    assert len(names) == len(set(names))
    assert [name for name in names if not name.isidentifier() or "__" in name] == []
    assert {"post_login_refresh", "get_well_known_jwks_json", "post_account_user_id"} <= set(names)


def test_all_problems_are_of_one_type(described: dict[str, Any]) -> None:
    problems = _problems(described)
    assert problems
    assert {schema["$ref"] for schema in problems} == {_PROBLEM["$ref"]}
    assert not any("allOf" in schema for schema in problems)


def test_a_validator_still_knows_which_codes_a_call_can_answer(described: dict[str, Any]) -> None:
    problem = {
        "type": "urn:utenza:problem:reauth_failed",
        "title": "Wrong password",
        "status": 422,
        "detail": "Try again.",
        "instance": "1",
        "code": "reauth_failed",
        "errors": [],
    }
    assert _refusals(described, "/account/reauth", "422").is_valid(problem)
    assert not _refusals(described, "/login", "422").is_valid(problem)
    assert not _refusals(described, "/account/reauth", "422").is_valid(problem | {"title": None})


def test_null_is_a_type_beside_others_and_no_alternative_with_an_invented_name(described: dict[str, Any]) -> None:
    assert '{"type": "null"}' not in json.dumps(described)
    assert described["components"]["schemas"]["AccountResponse"]["properties"]["phone"]["type"] == ["string", "null"]


def test_a_field_that_a_response_leaves_out_has_no_default_and_is_never_null(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    claim = schemas["CredentialsResponse"]["properties"]["claim"]
    assert (claim["type"], claim["enum"]) == ("string", ["code", "activation_code"])
    assert schemas["ActivityEvent"]["properties"]["attempts"]["type"] == "integer"
    assert '"default"' not in json.dumps(described)


def test_calls_with_a_bearer_say_so_and_no_other(described: dict[str, Any]) -> None:
    security = {operation["operationId"]: operation.get("security") for operation in _operations(described)}
    expected: dict[str, Any] = {name: [{"bearer": []}] if "account" in name else None for name in security}
    assert security == expected | {"post_account_user_id_undo": None, "get_crm_changes": [{"sigv4": []}]}
