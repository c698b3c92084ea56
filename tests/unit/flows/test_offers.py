"""Other supplies of a holder who has an account are offered, on fakes: by their ends, and as things are now."""

from collections.abc import Callable

import pytest

from account import views
from account.flow import read
from customer_sync.flow import synchronise
from customer_sync.offers import MOST_OFFERED, MOST_RECORDS, refresh
from login.flow import log_in
from tests.unit.flows.fixtures import (
    ANNA,
    ISSUER,
    MARIO,
    NOW,
    SOURCE,
    Flows,
    new_flows,
    register_mario,
    sync_dependencies,
    typed_login,
)
from utenza.customers.record import Customer, summary_of
from utenza.identifiers import email
from utenza.tables.accounts import Account
from utenza.tables.offers import end_of, without
from utenza.tables.supplies import MOST
from utenza.tokens.holder import holder_of

HOUSE = MARIO._replace(code="0123450305", email="")  # Mario's other supply
SHOP = MARIO._replace(code="0123450777", company_name="Bar Rossi", partita_iva="12345678903")
MOTHER = ANNA._replace(code="0123450002")
MOTHERS_HOUSE = ANNA._replace(code="0123450003")


@pytest.fixture
def flows() -> Flows:
    return register_mario(new_flows(MARIO, HOUSE, MOTHER))


def _account(flows: Flows, number: int = 0) -> Account:
    return [*flows.accounts.accounts.values()][number]


def _refresh(flows: Flows, code: str = MARIO.code) -> tuple[str, ...]:
    """Work off that a customer has come into Mario's account, or has left it."""
    refresh("gas", code, sync_dependencies(flows), account_id=_account(flows).account_id, now=NOW)
    return _account(flows).offered


def _link(flows: Flows, record: Customer, *, role: str = "holder", number: int = 0) -> None:
    account, key = _account(flows, number), flows.account.keys.lasting(now=NOW)
    summary = summary_of(record, holder_of(record, key))._replace(role="delegate" if role == "delegate" else "holder")
    assert flows.account.supplies.link(account, summary)


def test_another_supply_of_the_holder_is_offered_by_the_end_of_its_code_and_by_nothing_else(flows: Flows) -> None:
    assert _refresh(flows) == ("305",)
    login = log_in(typed_login(), flows.login, source=SOURCE, issuer=ISSUER, now=NOW)
    shown = views.account_of(read(login.access_token, flows.account, issuer=ISSUER, now=NOW), 24)
    assert shown.model_dump()["offered"] == [{"customer_code_end": "305"}]
    assert HOUSE.code not in shown.model_dump_json()
    assert MOTHER.code[-3:] not in str(shown.offered)


@pytest.mark.parametrize(
    ("code", "end"), [("0123450305", "305"), ("A12345678", "678"), ("12345678", "78"), ("AB123", "3")]
)
def test_two_thirds_of_a_code_are_not_shown(code: str, end: str) -> None:
    assert end_of(code) == end


def test_one_of_two_supplies_that_end_alike_stays_offered() -> None:
    assert without(("305", "305"), "9999999305") == ("305",)
    assert without(("305",), "9999999306") == ("305",)


def test_a_record_that_comes_in_later_is_offered_and_the_index_may_be_behind(flows: Flows) -> None:
    _refresh(flows)
    flows.customers.add(SHOP)
    flows.customers.of_tax_code = lambda supplier, tax_code, *, most: [MARIO.code]  # type: ignore[method-assign]
    refresh("gas", SHOP.code, sync_dependencies(flows), records=(None, SHOP), now=NOW)
    assert "777" in _account(flows).offered


CHANGES: dict[str, Callable[[Flows], object]] = {
    "closed": lambda flows: flows.customers.add(HOUSE._replace(status="closed")),
    "gone": lambda flows: flows.customers.records.pop(("gas", HOUSE.code)),
    "another holder's": lambda flows: flows.customers.add(ANNA._replace(code=HOUSE.code)),
    "linked": lambda flows: _link(flows, HOUSE),
    "linked by another": lambda flows: (
        flows.accounts.markers.update({("gas", HOUSE.code): "x"})
        or flows.accounts.accounts.update(
            {("gas", "other"): _account(flows)._replace(account_id="other", customers=(HOUSE.code,), summaries=())}
        )
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_offer_goes_when_it_cannot_be_linked_any_more(flows: Flows, change: str) -> None:
    assert _refresh(flows) == ("305",)
    CHANGES[change](flows)
    refresh(
        "gas", HOUSE.code, sync_dependencies(flows), records=(HOUSE, flows.customers.find("gas", HOUSE.code)), now=NOW
    )
    assert _account(flows).offered == ()


def test_a_supply_that_leaves_its_account_is_offered_to_who_holds_another(flows: Flows) -> None:
    _link(flows, HOUSE)
    assert _refresh(flows) == ()
    account = _account(flows)
    assert flows.account.supplies.remove(account, HOUSE.code, by="owner", now=NOW)
    assert _refresh(flows, HOUSE.code) == ("305",)


def test_what_a_delegate_looks_after_leads_to_no_offer(flows: Flows) -> None:
    flows.customers.records.pop(("gas", HOUSE.code))
    flows.customers.add(MOTHERS_HOUSE)
    _link(flows, MOTHER, role="delegate")
    for code in (MARIO.code, MOTHER.code, MOTHERS_HOUSE.code):
        assert _refresh(flows, code) == ()


def test_a_new_holder_of_a_supply_takes_the_offers_with_them(flows: Flows) -> None:
    """Neither before the change has reached the account nor after is anything of the new holder offered."""
    assert _refresh(flows) == ("305",)
    flows.customers.add(ANNA)
    assert _refresh(flows) == ()
    flows.customers.add(MARIO)
    assert _refresh(flows) == ("305",)
    flows.customers.add(ANNA)
    assert synchronise("gas", MARIO.code, sync_dependencies(flows), before=MARIO, now=NOW)
    assert _account(flows).offered == ()
    assert _refresh(flows) == ()


def test_a_frozen_or_closed_account_is_offered_nothing_new(flows: Flows) -> None:
    account = _account(flows)
    assert flows.accounts.freeze(account, email.key(account.user_id), now=NOW)
    assert _refresh(flows) == ()
    assert flows.accounts.unfreeze(account, email.key(account.user_id))
    assert _refresh(flows) == ("305",)
    flows.accounts.close("gas", email.key(account.user_id))
    assert _refresh(flows) == ()


def test_either_tax_code_of_a_holder_finds_the_others() -> None:
    by_partita_iva = SHOP._replace(code="0123450888", codice_fiscale="")
    flows = register_mario(new_flows(MARIO._replace(partita_iva=SHOP.partita_iva), HOUSE, by_partita_iva))
    assert _refresh(flows) == ("305", "888")


def test_an_account_of_an_earlier_version_is_offered_nothing(flows: Flows) -> None:
    account = _account(flows)
    unbound = tuple(each._replace(holder=()) for each in account.summaries)
    flows.accounts.accounts["gas", account.account_id] = account._replace(summaries=unbound)
    assert _refresh(flows) == ()


def test_of_one_holder_some_are_offered_and_of_very_many_none(flows: Flows) -> None:
    for number in range(MOST_RECORDS - 2):
        flows.customers.add(HOUSE._replace(code=f"0999900{number:03}"))
    assert _refresh(flows) == (*(f"{number:03}" for number in range(MOST_OFFERED - 1)), HOUSE.code[-3:])
    flows.customers.add(HOUSE._replace(code="0999910000"))
    assert _refresh(flows, "0999910000") == ()


def test_who_can_add_no_supply_is_offered_none(flows: Flows) -> None:
    account = _account(flows)
    many = (MARIO.code, *(f"{number:010}" for number in range(MOST - 1)))
    flows.accounts.accounts["gas", account.account_id] = account._replace(customers=many)
    assert _refresh(flows) == ()


def test_an_account_that_changes_meanwhile_is_looked_at_again(flows: Flows) -> None:
    sync = sync_dependencies(flows)
    real = sync.offers.replace

    def overtaken(account: Account, ends: tuple[str, ...]) -> bool:
        flows.customers.add(HOUSE._replace(status="closed"))  # whoever is told of it finds nothing offered yet
        return real(account, ends)

    sync.offers.replace = overtaken  # type: ignore[method-assign]
    refresh("gas", MARIO.code, sync, account_id=_account(flows).account_id, now=NOW)
    assert _account(flows).offered == ()


def test_an_offer_that_cannot_be_written_is_given_up(flows: Flows) -> None:
    sync = sync_dependencies(flows)
    sync.offers.replace = lambda *_given: False  # type: ignore[method-assign]
    refresh("gas", MARIO.code, sync, account_id=_account(flows).account_id, now=NOW)
    assert _account(flows).offered == ()


def test_what_an_account_holds_is_explained_by_as_few_records_as_can_be(flows: Flows) -> None:
    for number in range(20):
        record = HOUSE._replace(code=f"0555500{number:03}")
        flows.customers.add(record)
        _link(flows, record)
    read_codes = list[str]()
    real = flows.customers.find

    def counted(supplier: str, code: str, *, consistent: bool = False) -> Customer | None:
        read_codes.append(code)
        return real(supplier, code, consistent=consistent)

    flows.customers.find = counted  # type: ignore[method-assign]
    refresh("gas", HOUSE.code, sync_dependencies(flows), records=(None, HOUSE), now=NOW)
    assert _account(flows).offered == ("305",)
    assert len(read_codes) <= 4  # one explains them all, and the one that is offered; twice, as something changed
