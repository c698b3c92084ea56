"""The stream of the Customers table, and the accounts that follow it, or lose their customer to a new holder."""

import json
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError

from credentials.flow import register
from customer_sync import app, flow
from customer_sync.flow import Dependencies, Synchronised, synchronise
from login.flow import LoginResult, log_in, refresh
from tests.unit.flows.fixtures import (
    ANNA,
    ISSUER,
    MARIO,
    NOW,
    SOURCE,
    Flows,
    new_flows,
    register_mario,
    step_one,
    step_two,
    sync_dependencies,
    typed_login,
)
from tests.unit.flows.fixtures import (
    read_account as read,
)
from utenza.batches import BatchFailed
from utenza.customers.record import Customer, CustomerSummary
from utenza.dynamodb import Reason, TransactionCancelled, Value, marshal
from utenza.errors import AccessTokenInvalid, AlreadyRegistered, RefreshTokenInvalid, Unavailable
from utenza.tables.accounts import Account
from utenza.tables.customers import from_item, to_item
from utenza.tokens.key_ring import MalformedSecret
from verify.flow import verify

MARRIED = MARIO._replace(last_name="Verdi")


@pytest.fixture
def flows(monkeypatch: pytest.MonkeyPatch) -> Flows:
    flows = register_mario(new_flows())
    monkeypatch.setattr(app, "dependencies", lambda: _dependencies(flows))
    settings = SimpleNamespace(customers_table="customers", dead_customer_changes="dead")
    monkeypatch.setattr(app.Settings, "load", lambda: settings)
    return flows


@pytest.fixture
def dead(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return what is in the dead letters."""
    messages: list[dict[str, Any]] = []
    queue = SimpleNamespace(send_message=lambda *, QueueUrl, MessageBody: messages.append(json.loads(MessageBody)))  # noqa: N803
    monkeypatch.setattr(app, "client", lambda _: queue)
    return messages


def _dependencies(flows: Flows) -> Dependencies:
    return sync_dependencies(flows)


def _account(flows: Flows, number: int = 0) -> Account:
    return list(flows.accounts.accounts.values())[number]


def _summary(flows: Flows) -> CustomerSummary:
    [account] = flows.accounts.accounts.values()
    [summary] = account.summaries
    return summary


def _event(old: Customer | None, new: Customer | None) -> dict[str, Any]:
    return {"Records": [_record(old and to_item(old), new and to_item(new))]}


def _record(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, *, number: int = 1) -> dict[str, Any]:
    images = {"OldImage": old, "NewImage": new}
    change: dict[str, Any] = {name: marshal(each) for name, each in images.items() if each}
    change |= {"SequenceNumber": str(number), "ApproximateCreationDateTime": NOW}
    source = "arn:aws:dynamodb:eu-south-1:1:table/customers/stream/2026"
    return {"eventID": "1", "eventSourceARN": source, "dynamodb": change}


def _import(flows: Flows, record: Customer | None, *, arrives: bool = True) -> dict[str, Any]:
    """Write the record, or delete Mario's, and return the event of it; unless it gets lost, it is worked off."""
    key = (record or MARIO).supplier, (record or MARIO).code
    event = _event(flows.customers.records.pop(key, None), record)
    if record is not None:
        flows.customers.add(record)
    if arrives:
        app.handler(event, LambdaContext())
    return event


def _register(flows: Flows, customer: Customer) -> str:
    typed = step_one(first_name=customer.first_name, last_name=customer.last_name, tax_code=customer.codice_fiscale)
    token = verify(typed, flows.verify, source=SOURCE, now=NOW).step_token
    chosen = step_two(token, user_id=f"{customer.first_name.lower()}@example.net")
    return register(chosen, flows.credentials, source=SOURCE, language="it", now=NOW).account_id


def _log_in(flows: Flows) -> LoginResult:
    return log_in(typed_login(), flows.login, source=SOURCE, issuer=ISSUER, now=NOW)


def test_an_account_begins_with_what_the_record_says(flows: Flows) -> None:
    assert _summary(flows)[:4] == (MARIO.code, "person", "Mario Rossi", "active")


def test_an_account_follows_its_customers_record(flows: Flows) -> None:
    _import(flows, MARRIED)
    assert _summary(flows).name == "Mario Verdi"


def test_a_record_that_is_gone_is_shown_as_closed(flows: Flows) -> None:
    _import(flows, None)
    assert _summary(flows)[:4] == (MARIO.code, "person", "Mario Rossi", "closed")
    _import(flows, MARIO)
    assert _summary(flows).status == "active"


def test_a_company_is_shown_by_its_name_and_a_sole_trader_by_their_own(flows: Flows) -> None:
    _import(flows, MARIO._replace(company_name="Officina Rossi"))
    assert _summary(flows).name == "Mario Rossi"
    _import(flows, MARIO._replace(kind="company", company_name="Officina Rossi"))
    assert _summary(flows)[:4] == (MARIO.code, "company", "Officina Rossi", "active")


def test_a_customer_without_an_account_changes_nothing(flows: Flows) -> None:
    _import(flows, ANNA._replace(code="1"))
    _import(flows, ANNA._replace(supplier="luce"))
    for supplier, code in (("gas", "1"), ("luce", MARIO.code)):
        assert synchronise(supplier, code, _dependencies(flows), before=None, now=NOW) is None
    assert _summary(flows).name == "Mario Rossi"


def test_a_new_holder_takes_the_customer_from_the_account_and_can_register(flows: Flows) -> None:
    _import(flows, ANNA)
    assert (_account(flows).customers, _account(flows).summaries, _account(flows).status) == ((), (), "active")
    annas = flows.accounts.accounts["gas", _register(flows, ANNA)]
    assert [each.name for each in annas.summaries] == ["Anna Bianchi"]
    assert "Anna" not in str(_account(flows))


def test_the_sessions_of_who_loses_a_customer_end_and_a_new_login_shows_no_customer(flows: Flows) -> None:
    before = _log_in(flows)
    _import(flows, ANNA)
    with pytest.raises(AccessTokenInvalid):
        read(before.access_token, flows.account, issuer=ISSUER, now=NOW + 1)
    with pytest.raises(RefreshTokenInvalid):
        refresh(before.refresh_token, flows.login, issuer=ISSUER, now=NOW + 1)
    assert read(_log_in(flows).access_token, flows.account, issuer=ISSUER, now=NOW + 1).summaries == ()


def test_other_customers_of_the_account_stay(flows: Flows) -> None:
    key = "gas", _account(flows).account_id
    other = CustomerSummary("0123456780", "person", "Mario Rossi", "active", ("h",))
    account = _account(flows)
    flows.accounts.accounts[key] = account._replace(
        customers=(*account.customers, other.code), summaries=(*account.summaries, other)
    )
    _import(flows, ANNA)
    assert (_account(flows).customers, _account(flows).summaries) == ((other.code,), (other,))


def test_a_closed_record_of_a_new_holder_is_not_shown_either(flows: Flows) -> None:
    _import(flows, ANNA._replace(status="closed"))
    assert _account(flows).summaries == ()


@pytest.mark.parametrize(
    "record",
    [
        MARRIED,
        ANNA._replace(codice_fiscale=MARIO.codice_fiscale),
        MARIO._replace(partita_iva="12345678903"),
        MARIO._replace(codice_fiscale="RSSMRA80A01F205X"),
        MARIO._replace(first_name="ROSSI", last_name="MARIO", codice_fiscale="RSSMRA80A01F205X"),
    ],
)
def test_a_correction_ends_no_session(flows: Flows, record: Customer) -> None:
    session = _log_in(flows)
    _import(flows, record)
    assert _summary(flows).name == f"{record.first_name} {record.last_name}"
    assert refresh(session.refresh_token, flows.login, issuer=ISSUER, now=NOW + 1)


def test_after_a_correction_the_corrected_tax_code_is_the_holders(flows: Flows) -> None:
    corrected = MARIO._replace(codice_fiscale="RSSMRA80A01F205X")
    _import(flows, corrected)
    _import(flows, corrected._replace(last_name="Verdi"))
    assert _summary(flows).name == "Mario Verdi"


def test_from_one_tax_code_to_another_over_both_is_no_other_holder(flows: Flows) -> None:
    both = MARIO._replace(partita_iva="12345678903")
    _import(flows, both)
    _import(flows, both._replace(codice_fiscale="", first_name="Maria"))
    assert _summary(flows).name == "Maria Rossi"


def test_a_change_that_arrives_twice_is_worked_off_once(flows: Flows) -> None:
    event = _import(flows, ANNA)
    generation = _account(flows).generation
    _register(flows, ANNA)
    accounts = dict(flows.accounts.accounts)
    app.handler(event, LambdaContext())
    assert _account(flows).generation == generation
    assert {key: account.customers for key, account in accounts.items()} == {
        key: account.customers for key, account in flows.accounts.accounts.items()
    }


def test_an_old_change_that_arrives_again_takes_nothing_from_a_later_holder(flows: Flows) -> None:
    to_anna = _import(flows, ANNA)
    to_mario = _import(flows, MARIO)
    _import(flows, ANNA)
    annas = _register(flows, ANNA)
    for event in (to_mario, to_anna, to_mario):
        app.handler(event, LambdaContext())
    assert [each.name for each in flows.accounts.accounts["gas", annas].summaries] == ["Anna Bianchi"]


def test_a_change_of_holder_that_never_arrived_is_found_by_the_next_change(flows: Flows) -> None:
    _import(flows, ANNA, arrives=False)
    _import(flows, ANNA._replace(phone=""))
    assert _account(flows).customers == ()


def test_back_to_the_first_holder_before_anything_arrived_changes_nothing(flows: Flows) -> None:
    events = [_import(flows, record, arrives=False) for record in (ANNA, MARIO)]
    for event in events:
        app.handler(event, LambdaContext())
    assert _summary(flows).name == "Mario Rossi"
    assert _account(flows).generation == 0


def test_a_record_that_was_deleted_and_comes_back_with_another_holder_leaves_the_account(flows: Flows) -> None:
    _import(flows, None)
    _import(flows, ANNA)
    assert _account(flows).customers == ()
    assert _register(flows, ANNA)


def test_a_record_that_was_closed_and_is_opened_by_another_holder_leaves_the_account(flows: Flows) -> None:
    _import(flows, MARIO._replace(status="closed"))
    assert _summary(flows).status == "closed"
    _import(flows, ANNA)
    assert _account(flows).customers == ()


def test_who_is_the_same_holder_cannot_register_twice(flows: Flows) -> None:
    _import(flows, MARRIED)
    with pytest.raises(AlreadyRegistered):
        _register(flows, MARRIED)


@pytest.mark.parametrize("has_summary", [True, False])
def test_an_account_of_an_earlier_version_is_compared_with_the_record_before(flows: Flows, has_summary: bool) -> None:  # noqa: FBT001
    key, account = ("gas", _account(flows).account_id), _account(flows)
    unbound = tuple(each._replace(holder=()) for each in account.summaries) if has_summary else ()
    flows.accounts.accounts[key] = account._replace(summaries=unbound)
    _import(flows, MARRIED)
    assert [each.name for each in _account(flows).summaries] == ["Mario Verdi"] * has_summary
    _import(flows, ANNA)
    assert _account(flows).customers == ()


def test_a_record_that_changed_hands_during_the_registration_leaves_the_new_account(flows: Flows) -> None:
    _import(flows, ANNA, arrives=False)
    account = _account(flows)
    image = marshal({"customers": list(account.customers), "supplier": "gas", "created_at": NOW})
    app.handler({"Records": [{"eventID": "1", "dynamodb": {"NewImage": image}}]}, LambdaContext())
    assert _account(flows).customers == ()


def test_an_account_that_changes_in_this_moment_is_read_again(flows: Flows, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("unlink", "replace_summary"):
        real, outcomes = getattr(flows.accounts, name), iter([False])
        monkeypatch.setattr(
            flows.accounts,
            name,
            lambda *given, real=real, outcomes=outcomes: next(outcomes, None) is None and real(*given),
        )
    _import(flows, MARRIED)
    assert _summary(flows).name == "Mario Verdi"
    flows.customers.add(ANNA)
    done = synchronise("gas", MARIO.code, _dependencies(flows), before=None, now=NOW)
    assert done == Synchronised(_account(flows).account_id, "unlinked")


def test_an_account_that_is_never_as_it_was_read_is_given_up_for_now(
    flows: Flows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that a later version wrote, whose summaries this one cannot write the same way."""
    monkeypatch.setattr(flows.accounts, "replace_summary", lambda *_given: False)
    monkeypatch.setattr(flow, "TRIES", 3)
    with pytest.raises(BatchFailed):
        _import(flows, MARRIED)


HOUSE = MARIO._replace(code="0123450305")  # Mario's other supply


@pytest.mark.parametrize("name", ["NewImage", "OldImage"])
def test_a_customer_that_comes_into_an_account_or_leaves_it_has_its_offers_looked_at(flows: Flows, name: str) -> None:
    flows.customers.add(HOUSE)
    marker: dict[str, Value | None] = {
        "pk": f"gas#customer#{MARIO.code}",
        "account_id": _account(flows).account_id,
        "step_token_id": "x",
    }
    app.handler({"Records": [{"eventID": "1", "dynamodb": {name: marshal(marker)}}]}, LambdaContext())
    assert _account(flows).offered == ("305",)


def test_a_registration_that_waits_changes_no_offer(flows: Flows) -> None:
    flows.customers.add(HOUSE)
    pending: dict[str, Value | None] = {
        "pk": f"gas#pending#{MARIO.code}",
        "account_id": _account(flows).account_id,
        "step_token_id": "x",
        "customer_code": MARIO.code,
    }
    app.handler({"Records": [{"eventID": "1", "dynamodb": {"NewImage": marshal(pending)}}]}, LambdaContext())
    assert _account(flows).offered == ()


def test_records_that_come_change_or_go_are_offered_or_not_any_more(flows: Flows) -> None:
    _import(flows, HOUSE)
    assert _account(flows).offered == ("305",)
    _import(flows, HOUSE._replace(status="closed"))
    assert _account(flows).offered == ()
    _import(flows, HOUSE)
    assert _account(flows).offered == ("305",)
    _import(flows, ANNA)  # Mario's own supply changes hands
    assert (_account(flows).customers, _account(flows).offered) == ((), ())


@pytest.mark.parametrize(
    ("change", "stays"),
    [(MARRIED, True), (MARIO._replace(codice_fiscale="RSSMRA80A01F205X"), True), (ANNA, False), (None, False)],
)
def test_an_activation_code_of_the_former_holder_is_no_longer_good(
    flows: Flows, change: Customer | None, *, stays: bool
) -> None:
    code = flows.activation_codes.issue("gas", MARIO.code, now=NOW)
    _import(flows, change)
    assert flows.activation_codes.fits("gas", MARIO.code, code, now=NOW) == stays


def test_a_change_of_holder_that_arrives_again_leaves_the_new_holder_their_activation_code(flows: Flows) -> None:
    event = _import(flows, ANNA)
    event["Records"][0]["dynamodb"]["ApproximateCreationDateTime"] = NOW - 3600
    code = flows.activation_codes.issue("gas", MARIO.code, now=NOW)
    app.handler(event, LambdaContext())
    assert flows.activation_codes.fits("gas", MARIO.code, code, now=NOW)


def test_a_fault_in_an_offer_holds_up_no_change_of_holder_but_an_outage_is_tried_again(
    flows: Flows, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures: list[Exception] = [ValueError(f"a record of {MARIO.code}"), EndpointConnectionError(endpoint_url="x")]

    def fail(*_args: object, **_more: object) -> None:
        raise failures.pop(0)

    monkeypatch.setattr("customer_sync.offers.refresh", fail)
    event = _import(flows, ANNA)
    assert _account(flows).customers == ()
    assert [line.message for line in caplog.records] == ["customer_unlinked", "failed"]
    assert MARIO.code not in str(vars(caplog.records[-1]))
    with pytest.raises(BatchFailed):
        app.handler(event, LambdaContext())


def test_of_a_closed_account_activity_goes_and_customers_are_freed(
    flows: Flows, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = _account(flows)
    flows.activity.note("gas", account.account_id, "password_changed", now=NOW)
    flows.activity.note("gas", "another", "password_changed", now=NOW)
    freed: list[tuple[object, ...]] = []
    monkeypatch.setattr(flows.account.closures, "free", lambda *given: freed.append(given))
    flows.accounts.close("gas", "mario@example.org")
    stub: dict[str, Value | None] = {
        "pk": f"gas#account#{account.account_id}",
        "account_id": account.account_id,
        "supplier": "gas",
        "status": "closed",
        "customers": [MARIO.code],
        "created_at": NOW,
        "closed_at": NOW,
    }
    event = {"Records": [{"eventID": "1", "dynamodb": {"NewImage": marshal(stub)}}]}
    for _ in range(2):  # it may come again
        app.handler(event, LambdaContext())
        assert flows.activity.of("gas", account.account_id) == []
        assert len(flows.activity.of("gas", "another")) == 1
    assert freed == 2 * [("gas", account.account_id, (MARIO.code,))]


# What fails, and what cannot be read ---------------------------------------------------------------------------------

FOREIGN = to_item(MARRIED) | {"status": "sospeso"}  # which the reader of records refuses


def _mark_foreign(flows: Flows, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Have one record be read as the table would give an item that is none of ours."""
    find = flows.customers.find

    def found(supplier: str, wanted: str, *, consistent: bool = False) -> Customer | None:
        return from_item(FOREIGN) if wanted == code else find(supplier, wanted, consistent=consistent)

    monkeypatch.setattr(flows.customers, "find", found)


def test_attributes_that_the_suppliers_people_added_to_a_customer_change_nothing(
    flows: Flows, dead: list[dict[str, Any]]
) -> None:
    flows.customers.add(MARRIED)
    own = {"closed_at": 1, "customers": ["x"], "account_id": "x", "note": "Sig.ra", "extra": {"a": [1]}}
    answer = app.handler({"Records": [_record(to_item(MARIO) | own, to_item(MARRIED) | own)]}, LambdaContext())
    assert (answer, dead) == ({"batchItemFailures": []}, [])
    assert _summary(flows).name == "Mario Verdi"


@pytest.mark.parametrize("item", [{"pk": "no key of ours"}, {"pk": "gas#"}, {"pk": "#1"}, {"other": "key"}])
def test_an_item_that_is_no_customer_is_set_aside_and_holds_nothing_up(
    flows: Flows, dead: list[dict[str, Any]], caplog: pytest.LogCaptureFixture, item: dict[str, str]
) -> None:
    flows.customers.add(MARRIED)
    secret = item | {"first_name": "Segretissima"}
    records = [_record(None, secret), _record(to_item(MARIO), to_item(MARRIED), number=2)]
    assert app.handler({"Records": records}, LambdaContext()) == {"batchItemFailures": []}
    assert dead == [{"unreadable": "1"}]
    assert _summary(flows).name == "Mario Verdi"
    line, _ = caplog.records
    assert (line.message, vars(line)["record"]) == ("failed", "1")
    assert "Segretissima" not in str(vars(line))


def test_a_record_that_cannot_be_read_is_set_aside_in_ids_and_comes_back_when_it_is_put_right(
    flows: Flows, dead: list[dict[str, Any]], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = flows.activation_codes.issue("gas", MARIO.code, now=NOW)
    with monkeypatch.context() as while_foreign:
        _mark_foreign(flows, while_foreign, MARIO.code)
        records = [_record(to_item(MARIO), FOREIGN), _record(None, to_item(ANNA._replace(code="1")), number=2)]
        assert app.handler({"Records": records}, LambdaContext()) == {"batchItemFailures": []}
    assert dead == [{"kind": "record", "supplier": "gas", "customers": [MARIO.code], "account_id": "", "at": NOW}]
    assert [each for each in ("sospeso", "Verdi", MARIO.code) if each in str([*map(vars, caplog.records)])] == []
    assert _summary(flows).name == "Mario Rossi"
    assert not flows.activation_codes.fits("gas", MARIO.code, code, now=NOW)  # whoever is the holder now
    later = flows.activation_codes.issue("gas", MARIO.code, now=NOW + 3600)
    flows.customers.add(MARRIED)
    again = {"messageId": "m", "eventSource": "aws:sqs", "body": json.dumps(dead[0])}
    assert app.handler({"Records": [again]}, LambdaContext()) == {"batchItemFailures": []}
    assert _summary(flows).name == "Mario Verdi"
    assert flows.activation_codes.fits("gas", MARIO.code, later, now=NOW + 3600)  # issued after the change


def test_a_record_that_could_not_be_read_before_is_followed_once_it_can(
    flows: Flows, dead: list[dict[str, Any]]
) -> None:
    flows.customers.add(ANNA)
    code = flows.activation_codes.issue("gas", MARIO.code, now=NOW)
    app.handler({"Records": [_record(FOREIGN, to_item(ANNA))]}, LambdaContext())
    assert (_account(flows).customers, dead) == ((), [])
    assert not flows.activation_codes.fits("gas", MARIO.code, code, now=NOW)


def _failing(*outcomes: Exception | None) -> Callable[..., None]:
    left = iter(outcomes)

    def synchronised(*_given: object, **_named: object) -> None:
        if error := next(left):
            raise error

    return synchronised


_THROTTLED = ClientError({"Error": {"Code": "ThrottlingException", "Message": "mario@example.org"}}, "GetItem")
_REFUSED = ClientError({"Error": {"Code": "ValidationException", "Message": "mario@example.org"}}, "UpdateItem")


def test_a_failure_of_aws_comes_again_from_where_it_was_and_nothing_behind_it_is_worked_off(
    flows: Flows, dead: list[dict[str, Any]], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert flows
    records = [_record(None, to_item(HOUSE), number=number) for number in (7, 8, 9)]
    monkeypatch.setattr(flow, "synchronise", _failing(None, _THROTTLED))  # a third call would be StopIteration
    assert app.handler({"Records": records}, LambdaContext()) == {"batchItemFailures": [{"itemIdentifier": "8"}]}
    logged = str([vars(line) for line in caplog.records])
    assert "ThrottlingException" in logged
    assert "mario@" not in logged
    conflict = TransactionCancelled([Reason("TransactionConflict", None)])
    for error in (ConnectTimeoutError(endpoint_url="x"), Unavailable(), conflict, MalformedSecret("x")):
        monkeypatch.setattr(flow, "synchronise", _failing(error))
        with pytest.raises(BatchFailed):  # Lambda counts it
            app.handler({"Records": records}, LambdaContext())
    assert dead == []


def test_what_no_second_try_helps_is_set_aside(
    flows: Flows, dead: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert flows
    records = [_record(None, to_item(HOUSE), number=number) for number in (7, 8, 9)]
    refused = TransactionCancelled([Reason("ValidationError", None)])
    monkeypatch.setattr(flow, "synchronise", _failing(_REFUSED, KeyError("bug"), refused))
    assert app.handler({"Records": records}, LambdaContext()) == {"batchItemFailures": []}
    assert [each["customers"] for each in dead] == [[HOUSE.code]] * 3


def test_what_cannot_be_set_aside_either_comes_again(flows: Flows, monkeypatch: pytest.MonkeyPatch) -> None:
    assert flows

    def refuse(**_message: str) -> None:
        raise _THROTTLED

    monkeypatch.setattr(app, "client", lambda _: SimpleNamespace(send_message=refuse))
    records = [_record(None, to_item(ANNA._replace(code="1"))), _record(None, {"pk": "none of ours"}, number=2)]
    assert app.handler({"Records": records}, LambdaContext()) == {"batchItemFailures": [{"itemIdentifier": "2"}]}


@pytest.mark.parametrize("body", ['{"DDBStreamBatchInfo": {}}', '{"unreadable": "1"}', "no JSON"])
def test_a_message_that_names_no_change_goes_back_alone(flows: Flows, body: str) -> None:
    flows.customers.add(MARRIED)
    good = {"kind": "account", "supplier": "gas", "customers": [MARIO.code]}
    bodies = {"bad": body, "good": json.dumps(good)}
    records = [{"messageId": name, "eventSource": "aws:sqs", "body": each} for name, each in bodies.items()]
    assert app.handler({"Records": records}, LambdaContext()) == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert _summary(flows).name == "Mario Verdi"
