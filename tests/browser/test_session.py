"""Sessions in a browser: they outlive a reload, are shared by duplicated tabs, and end visibly."""

import json

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.visitor import Visitor
from tests.integration.customers import SUPPLIER
from tests.integration.postman import Postman

pytestmark = pytest.mark.stack

_KEPT = f"utenza:{SUPPLIER}:session"


@pytest.fixture
def visitor(visit: Open, postman: Postman) -> Visitor:
    """Return somebody who has logged in."""
    customer = postman.new_customer()
    user_id = f"sessione{customer.code}@example.com"
    postman.register(customer, user_id)
    visitor = visit()
    visitor.opens("accesso.html")
    visitor.logs_in(user_id)
    visitor.is_logged_in()
    return visitor


def _session(visitor: Visitor) -> dict[str, str]:
    kept: dict[str, str] = json.loads(visitor.kept()[_KEPT])
    return kept


def _duplicate(visitor: Visitor) -> Visitor:
    """Return the visitor in a second tab with a copy of the first one's storage, as browsers duplicate tabs."""
    tab: Page = visitor.page.context.new_page()
    tab.goto(f"{visitor.site}/theme.json")
    tab.evaluate("(kept) => Object.assign(sessionStorage, kept)", visitor.kept())
    second = Visitor(tab, visitor.site, visitor.language)
    second.opens("accesso.html")
    second.is_logged_in()
    return second


def _let_access_token_expire(visitor: Visitor) -> None:
    kept = _session(visitor) | {"good_until": 0}
    visitor.page.evaluate("([key, value]) => sessionStorage.setItem(key, value)", [_KEPT, json.dumps(kept)])


def test_tokens_are_in_session_storage_alone_and_a_reload_stays_logged_in(visitor: Visitor) -> None:
    visitor.page.reload()
    visitor.is_logged_in()
    assert set(_session(visitor)) == {"access_token", "refresh_token", "good_until"}
    assert visitor.page.evaluate("localStorage.length") == 0
    assert visitor.page.evaluate("document.cookie") == ""
    assert visitor.page.url == f"{visitor.site}/accesso.html?supplier={SUPPLIER}"


def test_an_access_token_that_has_expired_is_renewed_quietly(visitor: Visitor) -> None:
    before = _session(visitor)["refresh_token"]
    _let_access_token_expire(visitor)
    visitor.page.reload()
    visitor.is_logged_in()
    assert _session(visitor)["refresh_token"] != before


def test_a_duplicated_tab_hears_of_the_new_tokens_and_of_the_logout(visitor: Visitor) -> None:
    second = _duplicate(visitor)
    _let_access_token_expire(visitor)
    visitor.page.reload()
    visitor.is_logged_in()
    second.page.wait_for_function(
        "([key, token]) => JSON.parse(sessionStorage.getItem(key)).refresh_token === token",
        arg=[_KEPT, _session(visitor)["refresh_token"]],
    )
    second.press(second.texts["account"]["leave"])
    second.sees(second.texts["mask"]["title"])
    visitor.sees(visitor.texts["mask"]["title"])
    visitor.reads(visitor.texts["mask"]["left"])


def test_a_session_that_was_ended_elsewhere_leads_to_the_login_mask_and_says_so(
    visitor: Visitor, postman: Postman
) -> None:
    postman.post("/logout", {"refresh_token": _session(visitor)["refresh_token"]})
    _let_access_token_expire(visitor)
    visitor.page.reload()
    visitor.sees(visitor.texts["mask"]["title"])
    visitor.reads("La sessione è terminata. Acceda di nuovo.")
    assert _KEPT not in visitor.kept()
    assert visitor.field(visitor.texts["fields"]["user_id"]).input_value().startswith("sessione")


def test_after_the_logout_the_back_button_shows_nothing_of_the_customer(visitor: Visitor) -> None:
    visitor.press(visitor.texts["account"]["leave"])
    visitor.sees(visitor.texts["mask"]["title"])
    visitor.follow(visitor.texts["mask"]["register"])
    visitor.sees(visitor.texts["kind"]["title"])
    visitor.page.go_back()
    visitor.sees(visitor.texts["mask"]["title"])
    assert _KEPT not in visitor.kept()


def test_a_logout_without_a_connection_forgets_the_tokens_all_the_same(visitor: Visitor) -> None:
    visitor.page.context.set_offline(True)
    visitor.press(visitor.texts["account"]["leave"])
    visitor.sees(visitor.texts["mask"]["title"])
    assert _KEPT not in visitor.kept()


def test_what_is_behind_the_login_of_one_supplier_is_not_behind_that_of_another(visitor: Visitor) -> None:
    visitor.opens("accesso.html", "unogas-gas-e-luce")
    visitor.sees(visitor.texts["mask"]["title"])
