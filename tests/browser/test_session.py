"""Sessions in a browser: they survive a reload, are shared by duplicated tabs, and end visibly."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.visitor import Visitor
from tests.integration.customers import SUPPLIER
from tests.integration.postman import Postman

pytestmark = pytest.mark.stack

_STORE_KEY = f"utenza:{SUPPLIER}:session"
_DEVICES_KEY = f"utenza:{SUPPLIER}:devices"


@pytest.fixture
def visitor(visit: Open, postman: Postman) -> Visitor:
    """Return a visitor who has logged in."""
    customer = postman.new_customer()
    user_id = f"sessione{customer.code}@example.com"
    postman.register(customer, user_id)
    visitor = visit()
    visitor.open("accesso.html")
    visitor.log_in(user_id)
    visitor.expect_reserved_area()
    return visitor


def _session(visitor: Visitor) -> dict[str, str]:
    values: dict[str, str] = json.loads(visitor.stored()[_STORE_KEY])
    return values


def _duplicate(visitor: Visitor) -> Visitor:
    """Return the visitor in a second tab with a copy of the storage, as browsers duplicate tabs."""
    tab: Page = visitor.page.context.new_page()
    tab.goto(f"{visitor.site}/theme.json")
    tab.evaluate("(values) => Object.assign(sessionStorage, values)", visitor.stored())
    second = Visitor(tab, visitor.site, visitor.language)
    second.open("accesso.html")
    second.expect_reserved_area()
    return second


def _let_access_token_expire(visitor: Visitor) -> None:
    values = _session(visitor) | {"renew_at": 0}
    visitor.page.evaluate("([key, value]) => sessionStorage.setItem(key, value)", [_STORE_KEY, json.dumps(values)])


def test_tokens_are_only_in_session_storage_and_survive_a_reload(visitor: Visitor) -> None:
    visitor.page.reload()
    visitor.expect_reserved_area()
    assert set(_session(visitor)) == {"access_token", "refresh_token", "renew_at"}
    assert set(visitor.stored_permanently()) == {_DEVICES_KEY}
    assert visitor.page.evaluate("document.cookie") == ""
    assert visitor.page.url == f"{visitor.site}/accesso.html?supplier={SUPPLIER}"


def test_an_expired_access_token_is_renewed_silently(visitor: Visitor) -> None:
    before = _session(visitor)["refresh_token"]
    _let_access_token_expire(visitor)
    visitor.page.reload()
    visitor.expect_reserved_area()
    assert _session(visitor)["refresh_token"] != before


def test_duplicated_tabs_share_new_tokens_and_the_logout(visitor: Visitor) -> None:
    second = _duplicate(visitor)
    _let_access_token_expire(visitor)
    visitor.page.reload()
    visitor.expect_reserved_area()
    second.page.wait_for_function(
        "([key, token]) => JSON.parse(sessionStorage.getItem(key)).refresh_token === token",
        arg=[_STORE_KEY, _session(visitor)["refresh_token"]],
    )
    second.click_button(second.texts["account"]["log_out"])
    second.expect_screen(second.texts["login"]["title"])
    visitor.expect_screen(visitor.texts["login"]["title"])
    visitor.expect_text(visitor.texts["problems"]["refresh_token_invalid"]["detail"])


def test_a_session_ended_elsewhere_leads_to_the_login_form_with_a_notice(visitor: Visitor, postman: Postman) -> None:
    postman.post("/logout", {"refresh_token": _session(visitor)["refresh_token"]})
    _let_access_token_expire(visitor)
    visitor.page.reload()
    visitor.expect_screen(visitor.texts["login"]["title"])
    visitor.expect_text("La sessione è terminata. Acceda di nuovo.")
    assert _STORE_KEY not in visitor.stored()
    assert visitor.field(visitor.texts["fields"]["user_id"]).input_value().startswith("sessione")


def test_after_logout_the_back_button_shows_no_customer_data(visitor: Visitor) -> None:
    visitor.click_button(visitor.texts["account"]["log_out"])
    visitor.expect_screen(visitor.texts["login"]["title"])
    visitor.click_link(visitor.texts["login"]["register"])
    visitor.expect_screen(visitor.texts["kind"]["title"])
    visitor.page.go_back()
    visitor.expect_screen(visitor.texts["login"]["title"])
    assert _STORE_KEY not in visitor.stored()


def test_an_offline_logout_deletes_the_tokens(visitor: Visitor) -> None:
    visitor.page.context.set_offline(True)
    visitor.click_button(visitor.texts["account"]["log_out"])
    visitor.expect_screen(visitor.texts["login"]["title"])
    assert _STORE_KEY not in visitor.stored()


def test_a_session_is_valid_for_one_supplier_only(visitor: Visitor) -> None:
    visitor.open("accesso.html", "unogas-gas-e-luce")
    visitor.expect_screen(visitor.texts["login"]["title"])


def test_a_logout_deletes_all_customer_data_in_the_tab(visitor: Visitor) -> None:
    visitor.open("registrazione.html")
    visitor.page.get_by_role("button", name=visitor.texts["kind"]["person"]).click()
    visitor.field(visitor.texts["bill"]["last_name"]).fill("Rossi")
    visitor.open("accesso.html")
    visitor.click_button(visitor.texts["account"]["log_out"])
    visitor.expect_screen(visitor.texts["login"]["title"])
    assert visitor.stored() == {}
    assert visitor.field(visitor.texts["fields"]["user_id"]).input_value() == ""


def test_the_login_form_waits_while_the_reserved_area_loads(visitor: Visitor) -> None:
    texts = visitor.texts
    user_id = json.loads(visitor.stored()[f"utenza:{SUPPLIER}:user"])["user_id"]
    visitor.click_button(texts["account"]["log_out"])
    visitor.expect_screen(texts["login"]["title"])
    held = visitor.hold("/account")
    visitor.log_in(user_id)
    visitor.expect_text(texts["form"]["slow"])
    expect(visitor.page.get_by_role("button", name=texts["form"]["wait"])).to_be_visible()
    held[0].continue_()
    visitor.expect_reserved_area()


def test_a_logout_does_not_wait_for_the_api(visitor: Visitor) -> None:
    visitor.hold("/logout")
    visitor.click_button(visitor.texts["account"]["log_out"])
    visitor.expect_screen(visitor.texts["login"]["title"])
    assert _STORE_KEY not in visitor.stored()


def test_who_has_to_wait_is_offered_the_recovery(visit: Open) -> None:
    visitor = visit()
    visitor.open("accesso.html")
    for _ in range(6):
        with visitor.page.expect_response("**/login"):
            visitor.log_in("smemorato@example.com", "sbagliata")
    visitor.expect_problem("16 minuti")
    visitor.summary.get_by_role("button", name=visitor.texts["login"]["forgotten"]).click()
    visitor.expect_screen(visitor.texts["forgotten"]["title"])


def test_an_account_that_has_lost_its_supply_says_so(visit: Open, postman: Postman) -> None:
    customer = postman.new_customer()
    user_id = f"ceduta{customer.code}@example.com"
    postman.register(customer, user_id)
    postman.stored(customer._replace(first_name="Anna", last_name="Bianchi", codice_fiscale="BNCNNA85C41F205D"))
    postman.wait_for(user_id, "non è più nella Sua area riservata")
    visitor = visit()
    visitor.open("accesso.html")
    visitor.log_in(user_id)
    visitor.expect_reserved_area()
    visitor.expect_text(visitor.texts["account"]["no_supplies"])
