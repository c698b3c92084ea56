"""The page that takes a change of the user id back, without a login."""

import json
import re
from typing import Any

import pytest

from tests.browser.conftest import Open
from tests.integration.customers import PASSWORD, SUPPLIER
from tests.integration.postman import Postman

pytestmark = pytest.mark.stack

_CODE = re.compile(r"^[0-9A-Z]{5}(?:-[0-9A-Z]{5}){5}$", re.MULTILINE)
_PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}


def _moved(postman: Postman, language: str) -> tuple[str, str]:
    """Have a customer's user id changed; return the address before, and the code that it is sent."""
    customer = postman.new_customer()
    user_id, other = f"prima{customer.code}@example.com", f"dopo{customer.code}@example.com"
    request = postman.choose(customer, user_id, Accept_Language=language)
    assert postman.confirm(request.json["confirmation_token"], postman.code(user_id)).status == 200
    login = {"supplier": SUPPLIER, "user_id": user_id, "password": PASSWORD}
    bearer = {"Authorization": f"Bearer {postman.post('/login', login).json['access_token']}"}

    def call(path: str, body: Any) -> Any:
        answer = postman.post(f"/account{path}", body, **bearer)
        assert answer.status in {200, 202}, answer.content
        return answer.json

    token = call("/reauth", {"password": PASSWORD})["reauth_token"]
    asked = call("/user-id", {"reauth_token": token, "user_id": other})
    call("/user-id/confirm", {"confirmation_token": asked["confirmation_token"], "code": postman.code(other)})
    subject = {"it": "user ID è cambiato", "en": "user ID has changed", "de": "Benutzername hat sich"}[language]
    [code] = _CODE.findall(postman.wait_for(user_id, subject).text)
    return user_id, code


@pytest.mark.parametrize(("language", "scheme"), [("it", "light"), ("en", "dark"), ("de", "light")])
def test_whoever_lost_the_user_id_takes_it_back_with_the_code_of_the_mail(
    visit: Open, postman: Postman, language: str, scheme: str
) -> None:
    user_id, code = _moved(postman, language)
    visitor = visit(language, color_scheme=scheme, **_PHONE)
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.page.goto(f"{visitor.site}/ripristino.html?undo_code={code}#{code}")  # not how it is meant
    visitor.open("ripristino.html")
    asked.clear()
    visitor.checks_accessibility = True
    texts = visitor.texts["undo"]
    visitor.expect_screen(texts["title"])
    assert visitor.field(texts["code"]).input_value() == ""
    visitor.click_button(texts["submit"])
    visitor.expect_problem(visitor.texts["form"]["required"])
    visitor.field(texts["code"]).fill("CCCCC-CCCCC")
    visitor.click_button(texts["submit"])
    visitor.expect_problem("")
    login = {"supplier": SUPPLIER, "user_id": user_id, "password": PASSWORD}
    assert postman.post("/login", login).code == "invalid_credentials"
    visitor.field(texts["code"]).fill(f" {code.lower()} ")
    stored = json.dumps(visitor.stored())
    visitor.click_button(texts["submit"])
    visitor.expect_screen(texts["done_title"])
    visitor.expect_text(texts["done"])
    way_on = visitor.page.get_by_role("link", name=visitor.texts["reserved"]["logged_out"]["link"], exact=True)
    assert "/accesso.html" in way_on.evaluate("link => link.href")  # where the password is recovered
    assert all(code[:11] not in text.upper() for text in (*asked, stored, json.dumps(visitor.stored())))
    visitor.page.reload()
    visitor.expect_screen(texts["title"])
    assert postman.post("/login", login).code == "invalid_credentials"  # until the password is recovered
    restored = {"it": "di nuovo il Suo user ID", "en": "your user ID again", "de": "wieder Ihr Benutzername"}[language]
    assert postman.wait_for(user_id, restored)
