"""Calls a function whose AWS services are at four addresses that never answer: `hanging.py verify PORT < event`.

Prints the status of the response. The addresses are those of one name, as DNS gives several.
"""

import importlib
import json
import socket
import sys
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

_ADDRESSES = ("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5")


def main(function: str, port: str) -> None:
    def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, int(port))) for address in _ADDRESSES]

    socket.getaddrinfo = resolve
    response = importlib.import_module(f"{function}.app").handler(json.load(sys.stdin), LambdaContext())
    sys.stderr.write(str(response["statusCode"]))


main(*sys.argv[1:])
