"""What a function finds in Lambda: its variables, import path and memory, read from the template and the build."""

import json
import os
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from cfnlint.decode import decode  # type: ignore[import-untyped]

from tools.paths import BUILD, LOCAL, ROOT

WORK = LOCAL / "bench"
PROGRAMS = ROOT / "bench" / "programs"
LAYER = BUILD / "CommonLayer" / "python"
CHEAP = {"ARGON2_MEMORY_KIB": "8", "ARGON2_ITERATIONS": "1", "ARGON2_PARALLELISM": "1"}

# The interpreter itself: Lambda has no virtual environment, and a start must not pay for ours.
INTERPRETER = os.path.realpath(sys.executable)


class Route(NamedTuple):
    """One call that can be repeated."""

    name: str
    function: str
    event: dict[str, Any]

    @property
    def handler(self) -> str:
        return f"{self.function}.app.handler"


def packages(environment: str) -> Path:
    """Return the folder of packages of an environment that the Makefile has installed."""
    return LOCAL / environment / "lib" / "python3.13" / "site-packages"


def functions_path(*functions: str) -> list[Path]:
    """Return what Lambda has on its path: the functions as built, and the layer."""
    return [*(BUILD / f"{name.capitalize()}Function" for name in functions), LAYER]


def variables(endpoint: str, path: list[Path], **more: str) -> dict[str, str]:
    """Return the environment of a function: the template's variables at their defaults, AWS's own, and `more`."""
    return {
        **_template_variables(),
        "AWS_REGION": "eu-south-1",
        "AWS_DEFAULT_REGION": "eu-south-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "PUBLIC_URL": "https://bench.example",
        "SIGNING_KEY": "alias/bench",
        "STEP_TOKEN_SECONDS": "7200",  # tokens are issued once, before anything is measured
        "ACCESS_TOKEN_SECONDS": "7200",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        **more,
    }


def memory(function: str) -> int:
    """Return the megabytes that the template gives to a function."""
    template, defaults = _template()
    properties = template["Resources"][f"{function.capitalize()}Function"]["Properties"]
    return int(_text(properties.get("MemorySize") or template["Globals"]["Function"]["MemorySize"], defaults))


def properties(resource: str) -> dict[str, Any]:
    """Return what the template says of a resource, as it is written."""
    found: dict[str, Any] = _template()[0]["Resources"][resource]["Properties"]
    return found


def parameter(name: str) -> str:
    """Return the default of a parameter of the template."""
    return _template()[1][name]


def throttle(route: str) -> float:
    """Return the requests a second that the template lets through to a route such as "POST /login" by default."""
    template, defaults = _template()
    method, path = route.split()
    rates = {
        (setting["HttpMethod"], setting["ResourcePath"].removeprefix("/").replace("~1", "/")): setting
        for setting in template["Resources"]["Api"]["Properties"]["MethodSettings"]
    }
    return float(_text(rates.get((method, path), rates["*", "*"])["ThrottlingRateLimit"], defaults))


def variable(table: str) -> str:
    """Return the variable that names a table of the template: SIGNING_KEYS_TABLE of SigningKeys."""
    return "_".join(re.findall("[A-Z][a-z]+", table)).upper() + "_TABLE"


def schema(table: str) -> dict[str, Any]:
    """Return the keys and indexes of a table, as the template has them and boto3 takes them."""
    found = properties(table)
    names = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes")
    return {name: found[name] for name in names if name in found}


@cache
def _template_variables() -> dict[str, str]:
    template, defaults = _template()
    blocks = [template["Globals"]["Function"], *(each.get("Properties", {}) for each in template["Resources"].values())]
    found = [block.get("Environment", {}).get("Variables", {}) for block in blocks]
    return {name: _text(value, defaults) for given in found for name, value in given.items()}


@cache
def _template() -> tuple[Any, dict[str, str]]:
    """Return the template and its parameters' defaults."""
    template = json.loads(json.dumps(decode(str(ROOT / "template.yaml"))[0]))
    return template, {name: str(each.get("Default", "")) for name, each in template["Parameters"].items()}


def _text(value: Any, defaults: dict[str, str]) -> str:  # noqa: ANN401 - whatever a template may say
    """Return a parameter's default; for a resource, a stable name for it."""
    if isinstance(value, dict):
        name = value.get("Ref", "")
        return defaults.get(name, f"bench-{name or 'value'}")
    return str(value)
