"""OpenAPI 3.1 from the code's own pydantic models, and from the table of calls in `operations`."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from tools.openapi.operations import OPERATIONS, Operation, Query
from utenza.http.languages import LANGUAGES
from utenza.http.messages import messages_in
from utenza.http.problems import CHALLENGED, STATUS, Problem

_ALWAYS = ("origin_refused", "too_many_attempts", "unavailable")
_WITH_BODY = ("malformed_request", "request_too_large", "invalid_request")
_TEXTS = messages_in("it")
_REF = "#/components/schemas/{model}"


def document() -> dict[str, Any]:
    """Return the whole description, with its parts always in the same order."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        method, path = operation.route.split()
        paths.setdefault(path, {})[method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Utenza", "version": project["version"], "description": project["description"]},
        "servers": [{"url": "http://127.0.0.1:8000", "description": "`make run`"}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "parameters": {"AcceptLanguage": _language()},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "sigv4": {
                    "type": "apiKey",
                    "name": "Authorization",
                    "in": "header",
                    "description": "AWS Signature Version 4, service `execute-api`: docs/crm.md.",
                    "x-amazon-apigateway-authtype": "awsSigv4",
                },
            },
        },
    }


def _schemas() -> dict[str, Any]:
    """Return the models of every body and response."""
    bodies: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        (body, "validation") for o in OPERATIONS for body in (o.body, o.other_body) if body
    ]
    responses: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        (model, "serialization") for o in OPERATIONS for model in (o.response, *dict(o.also).values()) if model
    ]
    described: list[tuple[type[BaseModel], JsonSchemaMode]] = [*bodies, *responses, (Problem, "validation")]
    schemas: dict[str, Any] = models_json_schema(list(dict.fromkeys(described)), ref_template=_REF)[1]["$defs"]
    for schema in schemas.values():
        if "additionalProperties" not in schema:  # a response: requests refuse unknown fields
            _leave_out_instead_of_null(schema)
        _name_nullable_types(schema)
    for body, _ in bodies:
        _take_null_for_absent(schemas[body.__name__])
    schemas["Problem"]["properties"] |= {
        "type": {"type": "string", "format": "uri"},
        "status": {"type": "integer", "enum": sorted(set(STATUS.values()))},
        "code": {"type": "string", "enum": sorted(STATUS)},
        "hint": {
            "type": "string",
            "enum": sorted(messages_in("it").hints),
            "description": "With `customer_not_matched` at most.",
        },
    }
    return dict(sorted(schemas.items()))


def _name_nullable_types(schema: dict[str, Any]) -> None:
    """Write "text or null" as one list of types: of `anyOf` generators make a type with an invented name."""
    for field in schema["properties"].values():
        match field.get("anyOf"):
            case [{"type": str() as name} as one, {"type": "null"}] if "enum" not in one:
                del field["anyOf"]
                field.update(one | {"type": [name, "null"]})


def _leave_out_instead_of_null(schema: dict[str, Any]) -> None:
    """Say of a response's field that it may be absent, and is not null then; what may be null is always there."""
    for name, field in schema["properties"].items():
        if name not in schema.get("required", ()):
            field.pop("default", None)
            present = [one for one in field.pop("anyOf", ()) if one != {"type": "null"}]
            field.update(present[0] if present else {})


def _take_null_for_absent(schema: dict[str, Any]) -> None:
    """Say that null is as good as absent in a field that may be left out."""
    for name, field in schema["properties"].items():
        if name not in schema.get("required", ()):
            field["type"] = [field["type"], "null"]
            field.pop("default", None)


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": "_".join(re.findall(r"[a-z]+", operation.route.lower())),
        "tags": [operation.function],
        "summary": operation.summary,
        "parameters": [{"$ref": "#/components/parameters/AcceptLanguage"}, *map(_query, operation.query)],
        "responses": _responses(operation),
    }
    if operation.body:
        described["requestBody"] = {"required": True, "content": {"application/json": _body(operation.body, operation)}}
    if operation.bearer:
        described["security"] = [{"bearer": []}]
    if operation.signed:
        described["security"] = [{"sigv4": []}]
    if operation.route.startswith("HEAD "):
        for response in described["responses"].values():
            response.pop("content", None)
    return described


def _responses(operation: Operation) -> dict[str, Any]:
    good: dict[str, Any] = {"description": operation.summary}
    if operation.response is not None:
        good["content"] = {"application/json": _reference(operation.response)}
    responses = {str(operation.status): good}
    for status, model in operation.also:
        responses[str(status)] = {
            "description": operation.summary,
            "content": {"application/json": _reference(model)},
        }
    by_status: dict[int, list[str]] = {}
    for code in (*operation.errors, *_ALWAYS, *(_WITH_BODY if operation.body else ())):
        codes = by_status.setdefault(STATUS[code], [])
        if code not in codes:
            codes.append(code)
    for status, codes in sorted(by_status.items()):
        responses[str(status)] = _refusal(sorted(codes))
    return responses


def _query(query: Query) -> dict[str, Any]:
    return {
        "name": query.name,
        "in": "query",
        "required": False,
        "description": query.description,
        "schema": dict(query.schema),
    }


def _reference(model: type[BaseModel]) -> dict[str, Any]:
    return {"schema": {"$ref": _REF.format(model=model.__name__)}}


def _body(body: type[BaseModel], operation: Operation) -> dict[str, Any]:
    if operation.other_body is None:
        return _reference(body)
    return {"schema": {"oneOf": [_reference(each)["schema"] for each in (body, operation.other_body)]}}


def _refusal(codes: list[str]) -> dict[str, Any]:
    refusal: dict[str, Any] = {
        "description": "; ".join(f"`{code}`: {messages_in('it').problems[code].title}" for code in codes),
        # Generators read the reference, validators the codes beside it too: one type for the problems of all calls.
        "content": {
            "application/problem+json": {
                "schema": {"$ref": _REF.format(model=Problem.__name__), "properties": {"code": {"enum": codes}}}
            }
        },
    }
    headers = {}
    if {"too_many_attempts", "unavailable"} & set(codes):
        headers["Retry-After"] = {"required": True, "schema": {"type": "integer", "minimum": 1}}
    if CHALLENGED & set(codes):
        headers["WWW-Authenticate"] = {"required": set(codes) <= CHALLENGED, "schema": {"type": "string"}}
    return refusal | ({"headers": headers} if headers else {})


def _language() -> dict[str, Any]:
    return {
        "name": "Accept-Language",
        "in": "header",
        "description": f"{', '.join(LANGUAGES)}; the first when none fits.",
        "schema": {"type": "string"},
    }
