"""The mails themselves: the same in three languages, as text and as HTML, with nothing to click."""

import re
from html import unescape
from pathlib import Path
from typing import get_args

import pytest

from notifications.changes import Kind
from notifications.emails import compose, texts_in
from utenza.suppliers import Supplier

_LANGUAGES = ("it", "en", "de")
_OTHER_WORDS = (
    *("registered_elsewhere_objection", "user_id_left_undo"),
    *("account_closed_no_supply", "account_closed_unused"),
)
_MAILS = [*(kind for kind in get_args(Kind.__value__) if kind.islower()), *_OTHER_WORDS]
_VALUES = {
    "code": "012345",
    "long_code": "0123 4567 8901 2345",
    "user_id": "mario@example.org",
    "customer_code": "0123456789",
} | {
    "device": "Chrome su Android",
    "date": "05/03/2027",
    "objection_code": "7KQ2M-HHJ4C-TVW3X-9PRDF-GMN6Q-2345Y",
    "objection_page": "https://gas.example/obiezione.html?supplier=gas",
    "undo_code": "7KQ2M-C4HHJ-TVW3X-9PRDF-GMN6Q-2345Y",
    "undo_page": "https://gas.example/ripristino.html?supplier=gas",
}
_ALL = {"it": "Gas & Luce", "en": "Gas & Light", "de": "Gas & Licht"}
_LINKS = {"site": dict.fromkeys(_ALL, "https://gas.example/"), "contact": dict.fromkeys(_ALL, "mailto:a@gas.example")}
GAS = Supplier(
    id="gas",
    name=_ALL,
    languages=("it", "en", "de"),
    code_label=_ALL,
    code_pattern="[0-9]{10}",
    code_hint=_ALL,
    code_picture="",
    links=_LINKS,
    mail={"colour": "#123456"},
)


@pytest.mark.parametrize("language", _LANGUAGES)
def test_every_mail_is_there_in_every_language(language: str) -> None:
    assert set(texts_in(language).emails) == set(_MAILS)


@pytest.mark.parametrize("language", _LANGUAGES)
@pytest.mark.parametrize("kind", _MAILS)
def test_text_and_html_say_the_same(kind: str, language: str) -> None:
    mail = compose(kind, GAS, language, _VALUES)
    assert "$" not in mail.subject + mail.text + mail.html
    page_text = unescape(re.sub(r"<[^>]+>", " ", mail.html.partition("<body")[2]))
    paragraphs = [line for line in mail.text.splitlines() if line and line != "-- "]
    for paragraph in paragraphs:
        assert " ".join(paragraph.split()) in " ".join(page_text.split())
    assert f'lang="{language}"' in mail.html
    assert _ALL[language] in mail.text


@pytest.mark.parametrize("kind", _MAILS)
def test_nothing_in_a_mail_acts_or_loads(kind: str) -> None:
    page = compose(kind, GAS, "it", _VALUES).html
    assert not re.findall(r"<(a|img|form|script|link|iframe|video)\b", page)
    assert "url(" not in page


@pytest.mark.parametrize(
    "kind", ["confirmation_code", "recovery_code", "claim_code", "reclaim_code", "user_id_code", "supply_code"]
)
@pytest.mark.parametrize("language", _LANGUAGES)
def test_a_code_is_in_the_subject_and_large_in_the_page(kind: str, language: str) -> None:
    mail = compose(kind, GAS, language, _VALUES)
    assert mail.subject.startswith("012345 ")
    assert "\n\n012345\n\n" in mail.text
    assert re.search(r"font:bold 36px[^>]*>012345<", mail.html)


@pytest.mark.parametrize("language", _LANGUAGES)
def test_the_code_of_a_reclaim_says_which_customer_it_takes(language: str) -> None:
    assert "0123456789" in compose("reclaim_code", GAS, language, _VALUES).text
    assert "0123456789" in compose("customer_reclaimed", GAS, language, _VALUES).text


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("registered_elsewhere_objection", "objection_code"),
        ("user_id_left_undo", "undo_code"),
        ("recovery_code", "long_code"),
    ],
)
@pytest.mark.parametrize("language", _LANGUAGES)
def test_a_long_code_is_in_the_mail_alone_and_as_a_line_to_copy(language: str, kind: str, name: str) -> None:
    mail, code = compose(kind, GAS, language, _VALUES), _VALUES[name]
    assert code not in mail.subject
    assert f"\n\n{code}\n\n" in mail.text
    assert re.search(rf"font:bold 20px[^>]*>{code}<", mail.html)


@pytest.mark.parametrize(
    ("kind", "against"), [("registered_elsewhere_objection", "objection"), ("user_id_left_undo", "undo")]
)
@pytest.mark.parametrize("language", _LANGUAGES)
def test_a_mail_names_the_page_without_the_code(language: str, kind: str, against: str) -> None:
    mail = compose(kind, GAS, language, _VALUES)
    assert _VALUES[f"{against}_page"] in mail.text
    assert _VALUES[f"{against}_code"] not in _VALUES[f"{against}_page"]


_TO_NOBODY = {
    "it": ("Non lo dia a nessuno", "La chiama a nostro nome"),
    "en": ("Do not give it to anybody", "calls in our name"),
    "de": ("Geben Sie ihn niemandem", "in unserem Namen anruft"),
}


@pytest.mark.parametrize("kind", [kind for kind in _MAILS if "code" in kind or kind.endswith(("_objection", "_undo"))])
@pytest.mark.parametrize("language", _LANGUAGES)
def test_every_mail_with_a_code_says_for_which_customer_it_is_and_to_give_it_to_nobody(
    kind: str, language: str
) -> None:
    mail = compose(kind, GAS, language, _VALUES)
    assert _VALUES["customer_code"] in mail.text
    for words in _TO_NOBODY[language]:
        assert words.casefold() in mail.text.casefold()


@pytest.mark.parametrize(
    ("language", "other_address"), [("it", "altro indirizzo"), ("en", "other address"), ("de", "andere Adresse")]
)
def test_a_further_supply_is_added_in_the_account_and_needs_no_other_address(language: str, other_address: str) -> None:
    mail = compose("address_taken", GAS, language, _VALUES)
    assert other_address not in mail.text
    page = Path(f"site/utenza/texts/{language}.js").read_text(encoding="utf-8")
    [button] = re.findall(r"^      add: \"(.*)\",$", page, re.MULTILINE)[:1]
    assert button in " ".join(mail.text.split())


@pytest.mark.parametrize("language", _LANGUAGES)
def test_every_code_in_the_texts_is_one_of_those_mails(language: str) -> None:
    with_code = {kind for kind, text in texts_in(language).emails.items() if "$code" in str(text)}
    assert with_code == {
        "confirmation_code",
        "claim_code",
        "recovery_code",
        "reclaim_code",
        "user_id_code",
        "supply_code",
    }


@pytest.mark.parametrize("language", _LANGUAGES)
def test_a_code_for_a_claim_names_the_customer_in_its_subject(language: str) -> None:
    assert _VALUES["customer_code"] in compose("claim_code", GAS, language, _VALUES).subject


def test_a_language_that_the_supplier_does_not_offer_is_italian() -> None:
    assert 'lang="it"' in compose("welcome", GAS.model_copy(update={"languages": ("it",)}), "de", {}).html
    assert 'lang="it"' in compose("welcome", GAS, "fr", {}).html


def test_names_and_colours_are_the_suppliers_own() -> None:
    page = compose("welcome", GAS, "de", {}).html
    assert "Gas &amp; Licht" in page
    assert "4px solid #123456" in page
    assert "a@gas.example" in page
    assert "mailto:" not in page
