"""OpenAPI 3.1 from the code's own models: the bodies from `utenza.schema`, the answers from their TypedDicts."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from tools.openapi.operations import OPERATIONS, Operation
from utenza.http.messages import it
from utenza.http.problems import LANGUAGES, STATUS
from utenza.http.schema import Body, Text

_ALWAYS = ("origin_refused", "too_many_attempts", "unavailable")
_WITH_BODY = ("malformed_request", "request_too_large", "invalid_request")


def document() -> dict[str, Any]:
    """Return the whole description, with its parts always in the same order."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    schemas: dict[str, Any] = {"Problem": _problem()}
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        method, path = operation.route.split()
        paths.setdefault(path, {})[method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Utenza", "version": project["version"], "description": project["description"]},
        "servers": [{"url": "http://127.0.0.1:8000", "description": "`make run`"}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.route.lower().replace("/", " ").replace(".", "").replace("-", "_").replace(" ", "_"),
        "tags": [operation.function],
        "summary": operation.summary,
        "parameters": [_language()],
        "responses": _responses(operation, schemas),
    }
    if operation.body:
        name = operation.body.__name__
        schemas[name] = _body(operation.body)
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}},
        }
    if operation.bearer:
        described["security"] = [{"bearer": []}]
    return described


def _responses(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    good: dict[str, Any] = {"description": operation.summary}
    if operation.answer is not None:
        schema = TypeAdapter(operation.answer).json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[operation.answer.__name__] = schema
        good["content"] = {
            "application/json": {"schema": {"$ref": f"#/components/schemas/{operation.answer.__name__}"}}
        }
    responses = {str(operation.status): good}
    by_status: dict[int, list[str]] = {}
    for code in (*operation.errors, *_ALWAYS, *(_WITH_BODY if operation.body else ())):
        codes = by_status.setdefault(STATUS[code], [])
        if code not in codes:
            codes.append(code)
    for status, codes in sorted(by_status.items()):
        responses[str(status)] = _refusal(sorted(codes))
    return responses


def _refusal(codes: list[str]) -> dict[str, Any]:
    refusal: dict[str, Any] = {
        "description": "; ".join(f"`{code}`: {it.PROBLEMS[code][0]}" for code in codes),
        "content": {
            "application/problem+json": {
                "schema": {
                    "allOf": [{"$ref": "#/components/schemas/Problem"}, {"properties": {"code": {"enum": codes}}}]
                }
            }
        },
    }
    headers = {}
    if {"too_many_attempts", "unavailable"} & set(codes):
        headers["Retry-After"] = {"required": True, "schema": {"type": "integer", "minimum": 1}}
    if {"access_token_invalid", "refresh_token_invalid"} & set(codes):
        headers["WWW-Authenticate"] = {"required": True, "schema": {"type": "string"}}
    return refusal | ({"headers": headers} if headers else {})


def _body(body: type[Body]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "title": body.__name__}
    if body.__doc__ and body.__doc__ != Body.__doc__:
        schema["description"] = body.__doc__
    schema["properties"] = {name: _field(field) for name, field in body.fields.items()}
    schema["required"] = [name for name, field in body.fields.items() if not field.optional]
    schema["additionalProperties"] = False
    return schema


def _field(field: Text) -> dict[str, Any]:
    described: dict[str, Any] = {"type": ["string", "null"] if field.optional else "string"}
    if not field.optional:
        described["minLength"] = 1
    described["maxLength"] = field.max_length
    return described | ({"description": field.doc} if field.doc else {})


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    error = {
        "type": "object",
        "properties": {"field": text, "code": text, "detail": text},
        "required": ["field", "code", "detail"],
        "additionalProperties": False,
    }
    properties: dict[str, Any] = {
        "type": {"type": "string", "format": "uri"},
        "title": text,
        "status": {"type": "integer", "enum": sorted(set(STATUS.values()))},
        "detail": text,
        "instance": {"type": "string", "description": "The id of the request."},
        "code": {"type": "string", "enum": sorted(STATUS)},
        "errors": {"type": "array", "items": error, "description": "Every wrong field, with `invalid_request`."},
        "hint": {"type": "string", "enum": sorted(it.HINTS), "description": "With `customer_not_matched` at most."},
    }
    return {
        "type": "object",
        "title": "Problem",
        "description": "RFC 9457; `code` is stable, the texts are for people.",
        "properties": properties,
        "required": [name for name in properties if name != "hint"],
        "additionalProperties": False,
    }


def _language() -> dict[str, Any]:
    return {
        "name": "Accept-Language",
        "in": "header",
        "description": f"{', '.join(LANGUAGES)}; the first when none fits.",
        "schema": {"type": "string"},
    }
