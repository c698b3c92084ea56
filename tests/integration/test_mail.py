"""The deployed template with a sender's address, and the mails that it sends."""

import hashlib
import json
import re
import secrets
import time
from typing import Any

import pytest

from tests.integration.caller import Answer, all_at_once
from tests.integration.customers import PASSWORD, SUPPLIER, claim, credentials
from tests.integration.postman import Postman
from tools.local_stack import mailbox
from tools.local_stack.stack import LocalStack
from tools.redrive.cli import main

pytestmark = pytest.mark.stack

_NEW = "cinque lucci verdi"


def _login(postman: Postman, user_id: str, password: str = PASSWORD) -> Answer:
    return postman.post("/login", {"supplier": SUPPLIER, "user_id": user_id, "password": password})


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def _answer(postman: Postman, token: str, answer: str = "briciola") -> Answer:
    body = {"recovery_token": token, "answer": answer, "password": _NEW, "password_repeat": _NEW}
    return postman.post("/recovery/password", body)


def _code(postman: Postman, token: str, code: str) -> Answer:
    return postman.post("/recovery/code", {"recovery_token": token, "code": code})


def test_an_address_is_proven_before_there_is_an_account(postman: Postman) -> None:
    customer = postman.new_customer(email="crm-knows@example.org")
    user_id = f"Primo.{customer.code}@Example.it"
    request = postman.choose(customer, user_id)
    assert request.status == 201
    assert request.json == {
        "user_id": user_id,
        "status": "confirmation_required",
        "confirmation_token": request.json["confirmation_token"],
        "expires_in": 86_400,
    }
    assert _login(postman, user_id).code == "invalid_credentials"
    code = postman.code(user_id)
    assert postman.confirm(request.json["confirmation_token"], _wrong(code)).code == "code_invalid"
    confirmed = postman.confirm(request.json["confirmation_token"], f" {code[:3]} {code[3:]} ")
    assert (confirmed.status, confirmed.json) == (200, {"user_id": user_id, "status": "active"})
    session = _login(postman, user_id)
    account = postman.get("/account", Authorization=f"Bearer {session.json['access_token']}").json
    assert (account["user_id"], account["email_status"]) == (user_id, "ok")
    assert "Acceda con questo indirizzo" in postman.wait_for(user_id, "registrazione è completa").text
    objection = postman.wait_for("crm-knows@example.org", "creato un accesso")
    assert customer.code in objection.text
    assert user_id not in objection.text
    assert objection.sender == f"UNOGAS Energia <{mailbox.SENDER}>"


def test_whoever_the_crm_knows_freezes_an_account_that_a_stranger_opened(postman: Postman) -> None:
    customer = postman.new_customer(email=f"crm-{secrets.token_hex(4)}@example.org")
    user_id = f"thief{customer.code}@example.it"
    postman.register(customer, user_id)
    session = _login(postman, user_id).json
    notice = postman.wait_for(customer.email, "creato un accesso").text
    [code] = re.findall(r"^[0-9A-Z]{5}(?:-[0-9A-Z]{5}){5}$", notice, re.MULTILINE)
    assert "/obiezione.html" in notice

    def objects(typed: str) -> Answer:
        return postman.post("/credentials/object", {"objection_code": typed})

    refused = objects(code[:-1])
    assert (refused.status, refused.code) == (422, "code_invalid")
    assert _login(postman, user_id).status == 200
    for _ in range(2):
        frozen = objects(code.lower())
        assert (frozen.status, frozen.content) == (204, b"")
    unknown = _login(postman, f"x{user_id}")
    answer = _login(postman, user_id)
    assert answer.json | {"instance": ""} == unknown.json | {"instance": ""}
    account = postman.get("/account", Authorization=f"Bearer {session['access_token']}")
    assert account.code == "access_token_invalid"
    refreshed = postman.post("/login/refresh", {"refresh_token": session["refresh_token"]})
    assert refreshed.code == "refresh_token_invalid"
    assert "fornitura è Sua" in postman.wait_for(user_id, "è stato bloccato").text
    assert customer.code in postman.wait_for(customer.email, "è bloccato").text
    assert postman.post("/verify", claim(customer)).code == "already_registered"


def test_the_code_comes_again_when_it_is_asked_for_and_in_the_customers_language(postman: Postman) -> None:
    customer = postman.new_customer()
    user_id = f"again{customer.code}@example.it"
    token = postman.choose(customer, user_id, Accept_Language="de").json["confirmation_token"]
    first = postman.wait_for(user_id, "Bestätigungscode")
    assert 'lang="de"' in first.html
    again = postman.post("/credentials/confirm/resend", {"confirmation_token": token})
    assert (again.status, again.json) == (202, {})
    second = postman.wait_for(user_id, "Bestätigungscode", 2)
    assert second.subject == first.subject
    nothing = postman.post("/credentials/confirm/resend", {"confirmation_token": "x"})
    assert (nothing.status, nothing.content) == (again.status, again.content)


def test_a_taken_address_gets_the_same_answer_and_its_owner_a_mail(postman: Postman) -> None:
    owner, other = postman.new_customer(), postman.new_customer()
    user_id = f"owner{owner.code}@example.it"
    postman.register(owner, user_id)
    free = postman.choose(postman.new_customer(), f"free{other.code}@example.it")
    taken = postman.choose(other, user_id.upper())
    assert (taken.status, set(taken.json)) == (free.status, set(free.json))
    assert taken.headers.keys() == free.headers.keys()
    assert "già il Suo user ID" in postman.wait_for(user_id, "già registrato").text
    assert not [mail for mail in postman.mails(user_id.upper()) if mailbox.code_in(mail)]
    outcomes = [postman.confirm(taken.json["confirmation_token"], "123456").code for _ in range(6)]
    assert outcomes == ["code_invalid"] * 5 + ["confirmation_token_invalid"]


def test_ten_parallel_confirmations_make_one_account(postman: Postman) -> None:
    customer = postman.new_customer()
    user_id = f"ten{customer.code}@example.it"
    token = postman.choose(customer, user_id).json["confirmation_token"]
    code = postman.code(user_id)
    answers = all_at_once(lambda _: postman.confirm(token, code), range(10))
    # Whoever comes later is a repeat of the first; five are counted at once, the others may come before it is done.
    assert {(answer.status, answer.content) for answer in answers if answer.status == 200} == {
        (200, postman.confirm(token, code).content)
    }
    assert {answer.code for answer in answers if answer.status != 200} <= {"confirmation_token_invalid"}
    assert postman.confirm(token, _wrong(code)).code == "confirmation_token_invalid"
    postman.wait_for(user_id, "registrazione è completa")
    assert _login(postman, user_id).status == 200


def test_a_repeated_registration_is_the_one_that_waits_and_mails_nothing(postman: Postman) -> None:
    customer = postman.new_customer()
    user_id = f"repeat{customer.code}@example.it"
    body = credentials(postman.post("/verify", claim(customer)).json["step_token"], user_id)
    first, again = (postman.post("/credentials", body) for _ in range(2))
    assert (first.status, again.status) == (201, 201)
    assert first.json | {"confirmation_token": ""} == again.json | {"confirmation_token": ""}
    code = postman.code(user_id)
    assert postman.confirm(again.json["confirmation_token"], code).status == 200
    assert postman.confirm(first.json["confirmation_token"], code).status == 200
    postman.wait_for(user_id, "registrazione è completa")
    assert len([mail for mail in postman.mails(user_id) if mailbox.code_in(mail)]) == 1


def test_beyond_the_recoveries_of_an_address_the_long_code_of_the_mail_leads_on(postman: Postman) -> None:
    customer = postman.new_customer()
    user_id = f"affollato{customer.code}@example.it"
    postman.register(customer, user_id)
    assert [postman.recover(user_id).status for _ in range(10)] == [200] * 10
    crowded = postman.recover(user_id)
    assert (crowded.status, crowded.json["next"], crowded.json["question"]) == (200, "code", None)
    mail, token = postman.wait_for(user_id, "per la nuova password"), crowded.json["recovery_token"]
    refused = _code(postman, token, mailbox.code_in(mail))
    assert (refused.status, refused.code) == (422, "code_invalid")
    assert "codice lungo" in refused.json["detail"]
    [long] = re.findall(r"^(?:\d{4} ){3}\d{4}$", mail.text, re.MULTILINE)
    passed = _code(postman, token, long)
    assert (passed.status, passed.json["next"]) == (200, "answer")
    assert _answer(postman, passed.json["recovery_token"]).status == 204


def test_a_refresh_token_that_may_be_stolen_ends_access_at_once_and_its_owner_gets_one_mail(postman: Postman) -> None:
    customer = postman.new_customer()
    user_id = f"thief{customer.code}@example.it"
    postman.register(customer, user_id)
    session = _login(postman, user_id).json
    bearer = f"Bearer {session['access_token']}"
    assert postman.get("/account", Authorization=bearer).status == 200
    stale = session["refresh_token"][:-43] + "A" * 43
    for token in (stale, stale, session["refresh_token"]):
        assert postman.post("/login/refresh", {"refresh_token": token}).code == "refresh_token_invalid"
    assert postman.get("/account", Authorization=bearer).code == "access_token_invalid"
    assert "cambi la password" in postman.wait_for(user_id, "chiuso una Sua sessione").text
    assert len([mail for mail in postman.mails(user_id) if "chiuso una Sua sessione" in mail.subject]) == 1


def test_a_newer_registration_takes_the_place_of_the_older(postman: Postman) -> None:
    customer = postman.new_customer()
    older = postman.choose(customer, f"older{customer.code}@example.it").json["confirmation_token"]
    code = postman.code(f"older{customer.code}@example.it")
    newer = postman.choose(customer, f"newer{customer.code}@example.it").json["confirmation_token"]
    assert postman.confirm(older, code).code == "confirmation_token_invalid"
    assert postman.confirm(newer, postman.code(f"newer{customer.code}@example.it")).status == 200


def test_a_password_is_recovered_by_code_question_and_answer(postman: Postman, mail_stack: LocalStack) -> None:
    customer = postman.new_customer()
    user_id = f"forgot{customer.code}@example.it"
    postman.register(customer, user_id)
    session = _login(postman, user_id)
    known, unknown = postman.recover(user_id), postman.recover(f"x{user_id}")
    assert known.json.keys() == unknown.json.keys()
    assert (
        (known.json["next"], known.json["question"])
        == (unknown.json["next"], unknown.json["question"])
        == ("code", None)
    )
    assert _answer(postman, known.json["recovery_token"]).code == "recovery_token_invalid"
    code = postman.code(user_id, 2)
    assert _code(postman, known.json["recovery_token"], _wrong(code)).code == "code_invalid"
    assert _code(postman, unknown.json["recovery_token"], code).code == "code_invalid"
    request = _code(postman, known.json["recovery_token"], code).json
    assert (request["next"], request["question"]) == ("answer", "Come si chiamava il mio primo gatto?")
    assert _code(postman, known.json["recovery_token"], _wrong(code)).code == "recovery_token_invalid"
    again = _code(postman, known.json["recovery_token"], code).json
    assert again | {"recovery_token": request["recovery_token"]} == request
    assert _answer(postman, request["recovery_token"]).status == 204
    assert _answer(postman, again["recovery_token"]).status == 204
    assert _answer(postman, request["recovery_token"], answer="Fuffi").code == "recovery_token_invalid"
    renewed = postman.post("/login/refresh", {"refresh_token": session.json["refresh_token"]})
    assert renewed.code == "refresh_token_invalid"
    assert "tutte le sessioni" in postman.wait_for(user_id, "password è cambiata").text
    assert _login(postman, user_id, _NEW).status == 200
    assert postman.mails(f"x{user_id}") == []
    tokens = [known.json["recovery_token"], request["recovery_token"]]
    logs = _logs(mail_stack)
    assert not [secret for secret in (user_id, customer.code, *tokens, f'"{code}', _NEW) if secret in logs]


def test_recoveries_within_minutes_are_one_mail_whose_code_fits_both(postman: Postman, mail_stack: LocalStack) -> None:
    customer = postman.new_customer()
    user_id = f"both{customer.code}@example.it"
    postman.register(customer, user_id)
    strangers, owners = Postman(mail_stack).recover(user_id), postman.recover(user_id)
    assert strangers.json.keys() == owners.json.keys()
    code = postman.code(user_id, 2)
    request = _code(postman, owners.json["recovery_token"], code).json
    assert _answer(postman, request["recovery_token"]).status == 204
    postman.wait_for(user_id, "password è cambiata")
    assert len([mail for mail in postman.mails(user_id) if mailbox.code_in(mail)]) == 2
    assert _code(postman, strangers.json["recovery_token"], code).code == "code_invalid"


def test_a_mailbox_gets_four_codes_at_once_whatever_its_tags_and_the_same_answers_after_that(postman: Postman) -> None:
    box = f"box{postman.new_customer().code}"
    answers = [postman.choose(postman.new_customer(), f"{box}+{number}@example.it") for number in range(6)]
    assert {answer.status for answer in answers} == {201}
    assert len({tuple(answer.json) for answer in answers}) == 1
    other = postman.new_customer()
    postman.register(other, f"after{other.code}@example.it")  # by then all mails before are sent
    assert [len(postman.mails(f"{box}+{number}@example.it")) for number in range(6)] == [1, 1, 1, 1, 0, 0]


def test_the_user_id_is_told_to_its_owner_by_mail_and_to_nobody_by_http(postman: Postman) -> None:
    customer, other = postman.new_customer(), postman.new_customer()
    user_id = f"Remind.{customer.code}@example.it"
    postman.register(customer, user_id)
    request = [
        postman.post(
            "/recovery/user-id",
            {"supplier": SUPPLIER, "customer_code": code, "tax_code": tax_code},
        )
        for code, tax_code in (
            (customer.code, "12345670017"),
            (other.code, other.codice_fiscale),
            ("0999999999", customer.codice_fiscale),
            (customer.code, customer.codice_fiscale),
        )
    ]
    assert {(answer.status, answer.content) for answer in request} == {(202, b"{}")}
    assert user_id in postman.wait_for(user_id, "Il Suo user ID").text
    assert len([mail for mail in postman.mails(user_id) if mail.subject == "Il Suo user ID"]) == 1


def test_a_bounce_marks_the_account(postman: Postman, mail_stack: LocalStack) -> None:
    customer = postman.new_customer()
    user_id = f"bounce{customer.code}@example.it"
    postman.register(customer, user_id)
    token = _login(postman, user_id).json["access_token"]
    account = postman.get("/account", Authorization=f"Bearer {token}").json
    tags = {"supplier": [SUPPLIER], "account": [account["account_id"]]}
    event = {
        "eventType": "Bounce",
        "bounce": {"bounceType": "Permanent"},
        "mail": {"tags": tags, "destination": [user_id]},
    }
    topic = mail_stack.outputs["EmailFeedbackTopicArn"]
    mail_stack.client("sns").publish(TopicArn=topic, Message=json.dumps(event))
    _until(lambda: postman.get("/account", Authorization=f"Bearer {token}").json["email_status"] == "bounced")


def test_a_record_that_comes_twice_sends_one_mail(postman: Postman, mail_stack: LocalStack) -> None:
    customer = postman.new_customer()
    user_id = f"twice{customer.code}@example.it"
    postman.register(customer, user_id)
    token = _login(postman, user_id).json["access_token"]
    account_id = postman.get("/account", Authorization=f"Bearer {token}").json["account_id"]
    login = {
        "pk": {"S": f"{SUPPLIER}#email#{user_id}"},
        "account_id": {"S": account_id},
        "status": {"S": "active"},
        "question": {"S": "?"},
        "answer_hash": {"S": "-"},
    }
    images = {
        "OldImage": login | {"generation": {"N": "6"}, "password_hash": {"S": "old"}},
        "NewImage": login | {"generation": {"N": "7"}, "password_hash": {"S": "new"}},
    }
    record = {
        "eventID": f"twice-{customer.code}",
        "eventName": "MODIFY",
        "eventSource": "aws:dynamodb",
        "dynamodb": images | {"SequenceNumber": "1", "ApproximateCreationDateTime": time.time()},
    }
    for records in ([record], [record, record]):
        assert _invoke(mail_stack, {"Records": records}) == {"batchItemFailures": []}
    postman.wait_for(user_id, "password è cambiata")
    assert len([mail for mail in postman.mails(user_id) if "password" in mail.subject]) == 1


def test_a_mail_that_cannot_be_sent_fails_no_request_holds_nothing_up_and_is_sent_later(
    postman: Postman, mail_stack: LocalStack
) -> None:
    customer = postman.new_customer()
    user_id = f"later{customer.code}@example.it"
    queues, ses = mail_stack.client("sqs"), mail_stack.client("ses")
    waiting, dead = mail_stack.outputs["NotificationsQueueUrl"], mail_stack.outputs["DeadNotificationsUrl"]
    queues.set_queue_attributes(QueueUrl=waiting, Attributes={"VisibilityTimeout": "1", "DelaySeconds": "0"})
    ses.delete_identity(Identity=mailbox.SENDER)
    try:
        request = postman.choose(customer, user_id)
        assert request.status == 201
        _until(lambda: _count(queues, dead) == 1)
        assert postman.mails(user_id) == []
    finally:
        ses.verify_email_identity(EmailAddress=mailbox.SENDER)
    other = postman.new_customer()
    postman.register(other, f"meanwhile{other.code}@example.it")
    [message] = queues.receive_message(QueueUrl=dead, VisibilityTimeout=0)["Messages"]
    assert user_id not in message["Body"]
    assert main(["notifications", "--endpoint", mail_stack.endpoint]) == 0
    assert postman.confirm(request.json["confirmation_token"], postman.code(user_id)).status == 200
    _until(lambda: _count(queues, dead) == 0)
    assert user_id not in _logs(mail_stack)


def test_what_a_dead_function_left_in_the_stream_is_worked_off_by_a_redrive(
    postman: Postman, mail_stack: LocalStack
) -> None:
    """The emulator has no dead letters of streams, so the place is put there as AWS does."""
    customer = postman.new_customer()
    user_id = f"stream{customer.code}@example.it"
    postman.register(customer, user_id)
    postman.wait_for(user_id, "registrazione è completa")
    streams, queues = mail_stack.client("dynamodbstreams"), mail_stack.client("sqs")
    [arn] = [
        stream["StreamArn"]
        for stream in streams.list_streams()["Streams"]
        if stream["TableName"] == mail_stack.outputs["AccountsTable"]
    ]
    [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    first = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
    page = streams.get_records(ShardIterator=first["ShardIterator"])
    [created] = [
        record
        for record in page["Records"]
        if record["dynamodb"].get("NewImage", {}).get("user_id") == {"S": user_id}
        and record["dynamodb"]["NewImage"].get("customers")
        and record["eventName"] == "INSERT"
    ]
    _forget(mail_stack, f"{created['eventID']} welcome")
    number = created["dynamodb"]["SequenceNumber"]
    place = {"shardId": shard["ShardId"], "streamArn": arn, "startSequenceNumber": number, "endSequenceNumber": number}
    dead = mail_stack.outputs["DeadNotificationsUrl"]
    queues.send_message(QueueUrl=dead, MessageBody=json.dumps({"DDBStreamBatchInfo": place}))
    assert main(["notifications", "--endpoint", mail_stack.endpoint]) == 0
    postman.wait_for(user_id, "registrazione è completa", count=2)
    assert _count(queues, dead) == 0


def test_changes_become_events_for_the_crm(postman: Postman, mail_stack: LocalStack) -> None:
    queues, events = mail_stack.client("sqs"), mail_stack.client("events")
    url = queues.create_queue(QueueName="crm")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus = mail_stack.outputs["EventBusArn"].rpartition("/")[2]
    events.put_rule(Name="crm", EventBusName=bus, EventPattern=json.dumps({"source": ["utenza"]}))
    events.put_targets(Rule="crm", EventBusName=bus, Targets=[{"Id": "crm", "Arn": arn}])
    customer = postman.new_customer()
    user_id = f"events{customer.code}@example.it"
    postman.register(customer, user_id)
    postman.wait_for(user_id, "registrazione è completa")
    received: list[Any] = []

    def arrived() -> bool:
        answer = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        received.extend(json.loads(message["Body"]) for message in answer.get("Messages", []))
        return any(customer.code in event["detail"].get("customers", []) for event in received)

    _until(arrived)
    [event] = [event for event in received if customer.code in event["detail"].get("customers", [])]
    assert event["detail-type"] == "CustomerRegistered"
    told = {"schema_version", "supplier", "account_id", "customers", "occurred_at", "change"}
    assert set(event["detail"]) == told


def _forget(stack: LocalStack, delivery: str) -> None:
    """Have a delivery not be done: what remembers it is the library's, which keys it by a hash of its name."""
    wanted = hashlib.sha256(json.dumps(delivery).encode()).hexdigest()
    name = stack.client("cloudformation").describe_stack_resource(StackName="utenza", LogicalResourceId="Deliveries")
    table, db = name["StackResourceDetail"]["PhysicalResourceId"], stack.client("dynamodb")
    [key] = [item["pk"] for item in db.scan(TableName=table)["Items"] if item["pk"]["S"].endswith(wanted)]
    db.delete_item(TableName=table, Key={"pk": key})


def _logs(stack: LocalStack) -> str:
    """Return all that was logged, but for the emulator's own note of each mail."""
    return "\n".join(line for line in stack.logs().splitlines() if "SendEmail: MessageId" not in line)


def _count(queues: Any, url: str) -> int:
    wanted = ["ApproximateNumberOfMessages"]
    return int(queues.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"][wanted[0]])


def _invoke(stack: LocalStack, event: object) -> Any:
    name = stack.outputs["NotificationsFunctionName"]
    answer = stack.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
    return json.loads(answer["Payload"].read())


def _until(holds: Any, seconds: int = 40) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.3)
