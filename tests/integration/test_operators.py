"""The deployed template, and the command lines with which accounts are looked after and brought back."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.integration.caller import Answer
from tests.integration.customers import PASSWORD, SUPPLIER
from tests.integration.postman import Postman
from tools.accounts.cli import main
from tools.local_stack.stack import LocalStack
from tools.restore import cli as restore

pytestmark = pytest.mark.stack


def _run(stack: LocalStack, command: str, code: str, *more: str) -> int:
    return main([command, "--supplier", SUPPLIER, "--code", code, "--endpoint", stack.places.endpoint, *more])


def _login(postman: Postman, user_id: str) -> Answer:
    return postman.post("/login", {"supplier": SUPPLIER, "user_id": user_id, "password": PASSWORD})


def test_a_closed_account_frees_customer_and_address_and_its_owner_is_told(
    postman: Postman, mail_stack: LocalStack, capsys: pytest.CaptureFixture[str]
) -> None:
    customer = postman.new_customer()
    user_id = f"chiuso{customer.code}@example.it"
    postman.register(customer, user_id)
    session = _login(postman, user_id).json
    bearer = {"Authorization": f"Bearer {session['access_token']}"}
    assert _run(mail_stack, "find", customer.code) == 0
    shown = capsys.readouterr().out
    assert user_id in shown
    assert "sessions     1 open" in shown

    assert _run(mail_stack, "close", customer.code, "--reason", "ticket 4711", "--yes") == 0
    assert "può registrarsi di nuovo" in postman.wait_for(user_id, "accesso è stato chiuso").text
    assert postman.get("/account", **bearer).code == "access_token_invalid"
    refreshed = postman.post("/login/refresh", {"refresh_token": session["refresh_token"]})
    assert refreshed.code == "refresh_token_invalid"
    assert _login(postman, user_id).code == "invalid_credentials"

    token = postman.choose(customer, user_id).json["confirmation_token"]
    assert postman.confirm(token, postman.code(user_id, 2)).status == 200
    assert _login(postman, user_id).status == 200


def test_sessions_that_an_operator_ends_have_ended_and_the_password_stays(
    postman: Postman, mail_stack: LocalStack
) -> None:
    customer = postman.new_customer()
    user_id = f"sessioni{customer.code}@example.it"
    postman.register(customer, user_id)
    bearer = {"Authorization": f"Bearer {_login(postman, user_id).json['access_token']}"}
    assert _run(mail_stack, "end-sessions", customer.code, "--reason", "ticket 4712", "--yes") == 0
    assert postman.get("/account", **bearer).code == "access_token_invalid"
    assert _login(postman, user_id).status == 200
    assert not [mail for mail in postman.mails(user_id) if "password" in mail.subject.lower()]


def test_a_customer_that_an_operator_unlinks_can_register_again(postman: Postman, mail_stack: LocalStack) -> None:
    customer = postman.new_customer()
    first, second = f"tolto{customer.code}@example.it", f"nuovo{customer.code}@example.it"
    postman.register(customer, first)
    assert _run(mail_stack, "unlink", customer.code, "--reason", "ticket 4713", "--yes") == 0
    assert customer.code in postman.wait_for(first, "non è più nella Sua area riservata").text
    postman.register(customer, second)
    assert _login(postman, second).status == 200


def _lose(stack: LocalStack, account_id: str) -> int:
    """Delete an account, its login and its customers' markers, as a mistake would; return how many items that were."""
    dynamodb, table = stack.client("dynamodb"), stack.outputs["AccountsTable"]
    found = dynamodb.scan(
        TableName=table,
        FilterExpression="account_id = :id AND attribute_not_exists(expires_at)",
        ExpressionAttributeValues={":id": {"S": account_id}},
    )["Items"]
    for item in found:
        dynamodb.delete_item(TableName=table, Key={"pk": item["pk"]})
    return len(found)


def _events(stack: LocalStack) -> Callable[[], list[tuple[str, str]]]:
    """Have all events collected from now on; return what says kind and account of each that came."""
    queues, events = stack.client("sqs"), stack.client("events")
    url = queues.create_queue(QueueName="restored")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus = stack.outputs["EventBusArn"].rpartition("/")[2]
    events.put_rule(Name="restored", EventBusName=bus, EventPattern=json.dumps({"source": ["utenza"]}))
    events.put_targets(Rule="restored", EventBusName=bus, Targets=[{"Id": "restored", "Arn": arn}])
    told: list[tuple[str, str]] = []

    def so_far() -> list[tuple[str, str]]:
        while messages := queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            bodies = [json.loads(message["Body"]) for message in messages]
            told.extend((body["detail-type"], body["detail"].get("account_id", "")) for body in bodies)
            for message in messages:
                queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return told

    return so_far


def test_an_account_that_was_lost_comes_back_and_nobody_is_told_until_something_happens_to_it(
    postman: Postman, mail_stack: LocalStack, capsys: pytest.CaptureFixture[str]
) -> None:
    customer = postman.new_customer(email="crm-restored@example.org")
    user_id = f"torna{customer.code}@example.it"
    postman.register(customer, user_id)
    postman.wait_for(user_id, "registrazione è completa")
    postman.wait_for(customer.email, "creato un accesso")
    bearer = {"Authorization": f"Bearer {_login(postman, user_id).json['access_token']}"}
    account_id = postman.get("/account", **bearer).json["account_id"]
    events, older = _events(mail_stack), f"older-{customer.code}"
    mails = len(postman.mails(user_id)) + len(postman.mails(customer.email))

    def run(command: str, *more: str) -> tuple[int, str]:
        capsys.readouterr()
        return restore.main([command, *more, "--yes", "--endpoint", mail_stack.endpoint]), capsys.readouterr().out

    # On AWS the table as it was is made after the loss; the emulator knows no past.
    assert run("begin", "--at", datetime.now(UTC).isoformat(), "--to", older)[0] == 0
    assert _lose(mail_stack, account_id) == 3
    assert _login(postman, user_id).code == "invalid_credentials"
    status, said = run("compare", "--from", older)
    assert (status, account_id in said) == (0, True)
    one = ("--from", older, "--supplier", SUPPLIER, "--code", customer.code)
    assert run("copy", *one, "--reason", "ticket 4714")[0] == 0

    other = postman.new_customer()  # what happens later is told later
    postman.register(other, f"dopo{other.code}@example.it")
    postman.wait_for(f"dopo{other.code}@example.it", "registrazione è completa")
    assert postman.get("/account", **bearer).code == "access_token_invalid"
    assert _login(postman, user_id).status == 200
    assert len(postman.mails(user_id)) + len(postman.mails(customer.email)) == mails
    assert account_id not in {account for _, account in events()}

    assert _run(mail_stack, "freeze", customer.code, "--reason", "ticket 4715", "--yes") == 0
    postman.wait_for(user_id, "bloccato")
    deadline = time.monotonic() + 30
    while ("AccountFrozen", account_id) not in events():
        assert time.monotonic() < deadline
        time.sleep(0.2)
    _adopt(mail_stack, older, run)


def _adopt(stack: LocalStack, table: str, run: Callable[..., tuple[int, str]]) -> None:
    """Have a table become that of a new stack."""
    assert run("prepare", "--table", table)[0] in {0, 1}  # 1: accounts that changed since, for somebody to look at
    assert run("adopt", "--stack", "adopted", "--table", f"accounts={table}")[0] == 0
    found: Any = stack.client("cloudformation").describe_stack_resources(StackName="adopted")["StackResources"]
    assert [(each["LogicalResourceId"], each["PhysicalResourceId"]) for each in found] == [("Accounts", table)]
    described = stack.client("dynamodb").describe_table(TableName=table)["Table"]
    assert described["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
