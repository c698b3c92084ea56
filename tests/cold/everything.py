"""Loads every function and what it may load later, and prints the files of all that was loaded."""

import importlib
import json
import sys
from pathlib import Path

from utenza.clients import client
from utenza.http import user_agents
from utenza.identifiers import email, phone


def main(*functions: str) -> None:
    for function in functions:
        importlib.import_module(f"{function}.app")
    importlib.import_module("aws_lambda_powertools.tracing").Tracer(service="utenza")
    email.key("m@bücher.de")
    phone.is_valid("0212345678")
    user_agents.device_of("")
    client("dynamodb")
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    json.dump(sorted(str(Path(file).resolve()) for file in files if file), sys.stdout)


main(*sys.argv[1:])
