"""The local stack itself: what is built runs without anything else, and what is stored outlives a restart."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.caller import Caller
from tools.local_stack import mailbox
from tools.local_stack.deploy import sender
from tools.local_stack.places import Places, StackError
from tools.local_stack.stack import LocalStack, local_stack
from tools.paths import BUILD
from tools.ports import free_ports

pytestmark = pytest.mark.stack

_FUNCTIONS = (
    *("verify", "credentials", "login", "recovery", "reclaim", "account"),
    *("suppliers", "discovery", "authorizer", "housekeeping", "crm", "crm_export", "canary", "key_rotation"),
)


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("name", _FUNCTIONS)
def test_a_function_needs_its_own_folder_and_the_layer_alone(name: str) -> None:
    folders = (BUILD / f"{name.title().replace('_', '')}Function", BUILD / "CommonLayer" / "python")
    code = f"import sys; sys.path[:0] = {[str(folder) for folder in folders]!r}; import {name}.app"
    # Without site-packages, and without writing bytecode: Lambda's folders are read-only.
    result = subprocess.run([sys.executable, "-ISBc", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.usefixtures("stack")
def test_everything_ships_as_bytecode_that_never_goes_stale() -> None:
    sources = [path for path in BUILD.rglob("*.py") if path.is_file()]
    assert sources
    for source in sources:
        [compiled] = (source.parent / "__pycache__").glob(f"{source.stem}.cpython-313.pyc")
        assert compiled.read_bytes()[4:8] == b"\x01\x00\x00\x00", source  # unchecked-hash


def test_the_canary_finds_the_deployed_api_as_it_should_be(stack: LocalStack) -> None:
    name = f"{stack.outputs['CanaryFunctionName']}:live"
    answer = stack.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    failed = json.loads(answer["Payload"].read())["failed"]
    assert {*failed.values()} <= {"slow", "status 429"}  # the other tests are busy, from the same address


def test_a_busy_port_and_a_second_stack_are_one_clear_line(stack: LocalStack, tmp_path: Path) -> None:
    port, stack_port = free_ports(2)
    with pytest.raises(StackError, match=f"port {stack.places.port} is in use.*PORT="):
        local_stack(Places(tmp_path, stack.places.port, stack_port)).__enter__()
    with pytest.raises(StackError, match=f"port {stack.places.stack_port} is in use.*STACK_PORT="):
        local_stack(Places(tmp_path, port, stack.places.stack_port)).__enter__()
    with pytest.raises(StackError, match="already runs"):
        local_stack(Places(stack.places.folder, port, stack_port)).__enter__()


def test_a_deployment_that_fails_names_its_log(tmp_path: Path) -> None:
    port, stack_port = free_ports(2)
    places = Places(tmp_path, port, stack_port)
    with pytest.raises(StackError, match=r"the deployment failed: see .*deploy\.log"):
        local_stack(places, {"PasswordMinLength": "3"}).__enter__()


def test_a_restart_keeps_what_is_stored_and_follows_new_changes_and_mail_can_be_switched_off(tmp_path: Path) -> None:
    places, mail = Places(tmp_path, *free_ports(2)), {"SenderEmail": mailbox.SENDER}
    with local_stack(places, mail) as first:
        keys = Caller(first.api).get("/.well-known/jwks.json").json
        item = _stored_and_noticed(first, "first")
        assert sender(first.endpoint) == mailbox.SENDER
    (places.logs / "deploy.log").unlink()
    began = time.monotonic()
    with local_stack(places, mail) as second:
        assert time.monotonic() - began < 15
        table = second.outputs["AccountsTable"]
        assert second.client("dynamodb").get_item(TableName=table, Key=item)["Item"] == item
        assert Caller(second.api).get("/.well-known/jwks.json").json == keys
        _stored_and_noticed(second, "second")
        assert sender(second.endpoint) == mailbox.SENDER
    assert not (places.logs / "deploy.log").exists()
    with local_stack(places) as third:
        assert sender(third.endpoint) == ""
        assert {variables["SENDER_EMAIL"] for variables in _of_callers(third) if "SENDER_EMAIL" in variables} == {""}


def _of_callers(stack: LocalStack) -> Iterator[dict[str, str]]:
    """Yield the variables of each function as callers reach it: by its published version."""
    functions = stack.client("lambda")
    for page in functions.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            live = functions.get_function_configuration(FunctionName=function["FunctionName"], Qualifier="live")
            yield live["Environment"]["Variables"]


def _stored_and_noticed(stack: LocalStack, name: str) -> dict[str, dict[str, str]]:
    """Store an account that is none, wait until its stream has been read, and return it."""
    item = {"pk": {"S": f"gas#nothing#{name}"}}
    stack.client("dynamodb").put_item(TableName=stack.outputs["AccountsTable"], Item=item)
    deadline = time.monotonic() + 30
    while "processed 1 DynamoDB stream records" not in stack.logs():
        assert time.monotonic() < deadline
        time.sleep(0.3)
    return item
