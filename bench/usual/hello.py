"""A handler that only says hello: what Lambda's runtime costs by itself."""

from typing import Any


def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    return {"statusCode": 200, "body": "hello"}
