"""Serves one function over HTTP, an ASGI application that uvicorn serves.

It hands API Gateway's proxy events to the handler, one call at a time, as Lambda does. EVENT names a file with an
event, whose method, path and body are replaced by those of each request; HANDLER is the handler.
"""

import importlib
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

type Message = dict[str, Any]

_module, _, _name = os.environ["HANDLER"].rpartition(".")
_handler: Callable[[dict[str, Any], LambdaContext], dict[str, Any]] = getattr(importlib.import_module(_module), _name)
_event: dict[str, Any] = json.loads(Path(os.environ["EVENT"]).read_text(encoding="utf-8"))


async def app(scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Any]) -> None:
    """Answer one request; its body is small and comes in one message."""
    body = (await receive())["body"].decode()
    request = {"httpMethod": scope["method"], "path": scope["path"], "resource": scope["path"], "body": body}
    response = _handler(_event | request, LambdaContext())
    named = {name: values[-1] for name, values in response.get("multiValueHeaders", {}).items()}
    headers = [(name.lower().encode(), value.encode()) for name, value in named.items()]
    content = response["body"].encode()
    headers.append((b"content-length", str(len(content)).encode()))
    await send({"type": "http.response.start", "status": response["statusCode"], "headers": headers})
    await send({"type": "http.response.body", "body": content})
