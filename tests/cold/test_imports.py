"""What a function must not load when it starts: tracing that is off, and libraries of other functions."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cold.world import ENVIRONMENT

_ROOT = Path(__file__).parents[2]
_HEAVY = {"argon2", "aws_xray_sdk", "cryptography", "email_validator", "jwt", "phonenumbers", "stdnum", "ua_parser"}
_LOADS = {
    "verify": {"cryptography", "jwt", "stdnum"},
    "credentials": {"argon2", "cryptography", "email_validator", "jwt", "stdnum"},
    "login": {"argon2", "cryptography", "email_validator", "jwt"},
    "recovery": {"argon2", "cryptography", "email_validator", "jwt", "stdnum"},
    "reclaim": {"cryptography", "email_validator", "jwt", "stdnum"},
    "account": {"argon2", "cryptography", "email_validator", "jwt", "stdnum"},
    "suppliers": set(),
    "crm": set(),
    "crm_export": set(),
    "key_rotation": set(),
    "discovery": {"cryptography", "jwt"},
    "authorizer": {"cryptography", "jwt"},
}


def _loaded(function: str, **variables: str) -> set[str]:
    environ = ENVIRONMENT | variables | {"PATH": os.environ["PATH"]}
    environ["PYTHONPATH"] = f"{_ROOT / 'functions'}:{_ROOT / 'layers/common'}"
    code = f"import json, sys, {function}.app; json.dump([*sys.modules], sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    return {module.split(".")[0] for module in json.loads(done.stderr)}


@pytest.mark.parametrize("function", _LOADS)
def test_a_function_loads_what_it_needs_and_no_more(function: str) -> None:
    assert _loaded(function) & _HEAVY == _LOADS[function]


def test_the_tracer_is_loaded_where_it_is_turned_on() -> None:
    assert "aws_xray_sdk" in _loaded("suppliers", TRACING="true", AWS_LAMBDA_FUNCTION_NAME="suppliers")
