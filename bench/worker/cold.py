"""Does once what Lambda's runtime client does first of all: import the handler and call it. For counting instructions.

`python cold.py HANDLER EVENT`, the event a JSON file. Nothing is imported here that a runtime client does not need too.
"""

import importlib
import json
import sys


class Context:
    """What Powertools' logger wants to know; ours looks at nothing of it."""

    function_name = "bench"
    memory_limit_in_mb = 1769
    invoked_function_arn = "arn:aws:lambda:eu-south-1:000000000000:function:bench"
    aws_request_id = "00000000-0000-4000-8000-000000000000"


module, _, name = sys.argv[1].rpartition(".")
with open(sys.argv[2], encoding="utf-8") as file:  # noqa: PTH123 - pathlib would be counted
    event = json.load(file)
answer = getattr(importlib.import_module(module), name)(event, Context())
if answer.get("statusCode", 200) >= 400:  # an authorizer's policy has none
    sys.exit(f"{answer['statusCode']} {answer['body']}")
