"""The environment of the functions, read from the template: every variable at its parameter's default."""

from typing import Any

from cfnlint.decode import decode  # type: ignore[import-untyped]

from tools.aws import LOCAL_REGION
from tools.paths import ROOT

ISSUER = "https://bench.example"
SENDER = "bench@example.it"


def variables(endpoint: str, *, mail: bool, cheap: bool = False) -> dict[str, str]:
    """Return the variables of all functions together, for a stand-in at `endpoint`.

    `cheap` takes the smallest argon2 parameters there are, for what is measured beside hashing.
    """
    template = decode(str(ROOT / "template.yaml"))[0]
    defaults = {name: str(each.get("Default", "")) for name, each in template["Parameters"].items()}
    found: dict[str, str] = {}
    for resource in template["Resources"].values():
        given = resource.get("Properties", {}).get("Environment", {}).get("Variables", {})
        found |= {name: _text(value, defaults) for name, value in given.items()}
    shared = template["Globals"]["Function"]["Environment"]["Variables"]
    found |= {name: _text(value, defaults) for name, value in shared.items()}
    return {
        **found,
        **_account(),
        "AWS_ENDPOINT_URL": endpoint,
        "PUBLIC_URL": ISSUER,
        "SENDER_EMAIL": SENDER if mail else "",
        **(cheapest() if cheap else {}),
    }


def cheapest() -> dict[str, str]:
    return {"ARGON2_MEMORY_KIB": "8", "ARGON2_ITERATIONS": "1", "ARGON2_PARALLELISM": "1"}


def memory(function: str) -> int:
    """Return the megabytes that the template gives to a function."""
    template = decode(str(ROOT / "template.yaml"))[0]
    properties = template["Resources"][f"{function.capitalize()}Function"]["Properties"]
    value = properties.get("MemorySize") or template["Globals"]["Function"]["MemorySize"]
    return int(_text(value, {name: str(each.get("Default", "")) for name, each in template["Parameters"].items()}))


def _account() -> dict[str, str]:
    return {
        "AWS_REGION": LOCAL_REGION,
        "AWS_DEFAULT_REGION": LOCAL_REGION,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
    }


def _text(value: Any, defaults: dict[str, str]) -> str:  # noqa: ANN401 - whatever a template may say
    """Return a parameter's default, for anything else a name that is stable and says what it stands for."""
    if isinstance(value, dict):
        name = value.get("Ref", "")
        return defaults.get(name, f"bench-{name or 'value'}")
    return str(value)
