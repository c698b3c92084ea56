"""The architecture, held by walking the imports: app -> flow -> utenza, and inside the layer from top to bottom."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.openapi.operations import OPERATIONS

_FUNCTIONS = Path("functions")
_LAYER = Path("layers/common/utenza")
_LIBRARIES = {
    *("argon2", "aws_lambda_powertools", "boto3", "botocore", "cryptography", "email_validator", "jwt", "phonenumbers"),
    *("pydantic", "pydantic_core", "stdnum", "ua_parser", "ua_parser_builtins"),
}
# A package of the layer may know those before it, and the modules beside the packages.
_ORDER = ("identifiers", "customers", "passwords", "tokens", "limits", "tables", "crm", "http")
_WITHOUT_ROUTES = {
    "authorizer",
    "notifications",
    "email_feedback",
    "customer_sync",
    "housekeeping",
    "crm_export",
    "crm_import",
    "canary",
    "key_rotation",
}
_PACKAGES = sorted(folder.name for folder in _FUNCTIONS.iterdir() if (folder / "app.py").exists())


def _imports(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _foreign(source: Path, own: set[str]) -> set[str]:
    roots = {name.split(".")[0] for name in _imports(source)}
    return roots - own - set(sys.stdlib_module_names)


@pytest.mark.parametrize("source", sorted(_LAYER.rglob("*.py")), ids=str)
def test_the_layer_knows_no_function_and_only_the_owners_libraries(source: Path) -> None:
    assert _foreign(source, {"utenza"}) <= _LIBRARIES


@pytest.mark.parametrize("place", range(len(_ORDER)), ids=_ORDER)
def test_a_package_of_the_layer_knows_only_those_before_it(place: int) -> None:
    sources = (_LAYER / _ORDER[place]).rglob("*.py")
    imported = {name.split(".")[1] for source in sources for name in _imports(source) if name.startswith("utenza.")}
    assert not imported & set(_ORDER[place + 1 :])


@pytest.mark.parametrize("package", _PACKAGES)
def test_a_function_knows_itself_and_the_layer(package: str) -> None:
    libraries = {"aws_lambda_powertools", "pydantic"} | ({"urllib3"} if package == "canary" else set())
    for source in (_FUNCTIONS / package).rglob("*.py"):
        assert _foreign(source, {"utenza", package}) <= libraries, source


@pytest.mark.parametrize("package", _PACKAGES)
def test_a_use_case_knows_neither_http_nor_aws_nor_the_clock(package: str) -> None:
    flow = _FUNCTIONS / package / "flow.py"
    if flow.exists():
        forbidden = {
            "utenza.http.app",
            "utenza.http.problems",
            "utenza.clients",
            "utenza.dynamodb",
            "utenza.settings",
            "time",
        }
        assert not forbidden & {*_imports(flow)}
        assert f"{package}.app" not in {*_imports(flow)}


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("identifiers", {"identifiers"}),
        ("customers", {"customers", "identifiers"}),
        ("passwords", {"passwords", "customers", "identifiers"}),
    ],
)
def test_rules_about_customers_and_passwords_know_neither_aws_nor_http_nor_tokens(
    package: str, allowed: set[str]
) -> None:
    imported = {name for source in (_LAYER / package).rglob("*.py") for name in _imports(source)}
    ours = {name.split(".")[1] for name in imported if name.startswith("utenza.")}
    assert ours <= allowed | {"errors"}
    assert not {name.split(".")[0] for name in imported} & {"boto3", "botocore", "aws_lambda_powertools"}


def test_no_module_has_a_name_that_says_nothing() -> None:
    sources = [*_FUNCTIONS.rglob("*.py"), *_LAYER.rglob("*.py"), *Path("tools").rglob("*.py")]
    assert not {source.stem for source in sources} & {"utils", "common", "helpers", "main", "misc", "base"}


def _served(package: str) -> set[str]:
    """Return the routes that the module declares."""
    source = (_FUNCTIONS / package / "app.py").read_text(encoding="utf-8")
    return {
        f"{method.upper()} {path}" for method, path in re.findall(r'@router\.(get|head|post|patch)\("(.*?)"\)', source)
    }


def test_every_route_is_described_deployed_and_served_by_the_function_that_says_so() -> None:
    described = {operation.route: operation.function for operation in OPERATIONS}
    served = {route: package for package in set(_PACKAGES) - _WITHOUT_ROUTES for route in _served(package)}
    deployed = re.findall(
        r"Method: (get|head|post|patch), Path: (\S+?)}", Path("template.yaml").read_text(encoding="utf-8")
    )
    assert served == described
    assert {f"{method.upper()} {path}" for method, path in deployed} == set(described)
