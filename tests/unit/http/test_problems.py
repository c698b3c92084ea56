"""Problems: one table of statuses, texts in three languages that say the same things."""

import json
import re
from pathlib import Path
from string import Formatter

import pytest

from utenza import errors
from utenza.errors import CustomerNotMatched, FieldError, InvalidRequest, TooManyAttempts, Unavailable, UtenzaError
from utenza.http import problems
from utenza.http.languages import LANGUAGES
from utenza.http.messages import messages_in

IT = messages_in("it")
_ERRORS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, UtenzaError) and kind is not UtenzaError
]


def test_every_error_has_a_status() -> None:
    assert {kind.code for kind in _ERRORS} == set(problems.STATUS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", ["problems", "fields", "hints", "details"])
def test_the_languages_have_the_same_texts(table: str, language: str) -> None:
    texts = getattr(messages_in(language), table)
    assert set(texts) == set(getattr(IT, table))
    assert all(text and text == text.strip() for text in map(str, texts.values()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_has_a_text_and_only_waits_have_a_gap(language: str) -> None:
    texts = messages_in(language).problems
    assert set(texts) == set(problems.STATUS)
    gaps = {code for code, text in texts.items() if any(name for _, name, _, _ in Formatter().parse(text.detail))}
    assert gaps == {"too_many_attempts", "unavailable"}


def test_every_field_code_that_the_code_can_raise_has_a_text() -> None:
    layer = Path("layers/common/utenza")
    raised = set()
    for source in [*layer.rglob("*.py"), *Path("functions").rglob("*.py")]:
        code = source.read_text(encoding="utf-8")
        raised |= set(re.findall(r'(?:InvalidValue|NeedsOthers)\("(\w+)"\)|FieldError\([\w"]+, "(\w+)"\)', code))
    codes = {code for pair in raised for code in pair if code}
    for policy in ("policy.py", "answers.py"):
        codes |= set(
            re.findall(r'"((?:password|answer)_\w+)":', (layer / "passwords" / policy).read_text(encoding="utf-8"))
        )
    assert {"invalid_email", "repeat_differs", "password_traceable", "answer_in_question"} <= codes
    assert codes <= set(IT.fields)


def test_a_problem_lists_every_field_and_says_what_to_do() -> None:
    error = InvalidRequest([FieldError("password", "password_too_short"), FieldError("answer", "no such code")])
    status, content, headers = problems.render(error, language="it", instance="r-1")
    body = json.loads(content)
    assert status == body["status"] == 422
    assert body["instance"] == "r-1"
    assert headers["Content-Language"] == "it"
    assert body["errors"][0] == {
        "field": "password",
        "code": "password_too_short",
        "detail": IT.fields["password_too_short"],
    }
    assert body["errors"][1]["detail"] == IT.fields["invalid"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_name_of_a_company_is_not_said_to_need_letters_only(language: str) -> None:
    texts = messages_in(language)
    error = InvalidRequest([FieldError("company_name", "invalid_name"), FieldError("first_name", "invalid_name")])
    company, person = json.loads(problems.render(error, language=language, instance="r-1").body)["errors"]
    assert company["code"] == person["code"] == "invalid_name"
    assert company["detail"] == texts.fields["invalid_company_name"]
    assert person["detail"] == texts.fields["invalid_name"]
    assert not re.search("sole lettere|letters only|nur mit Buchstaben", company["detail"])


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "un secondo"), (45, "45 secondi"), (60, "un minuto"), (61, "2 min")]
)
def test_a_wait_is_said_in_words_and_in_the_header(seconds: int, words: str) -> None:
    status, content, headers = problems.render(TooManyAttempts(seconds), language="it", instance="")
    assert (status, headers["Retry-After"]) == (429, str(seconds))
    assert words in json.loads(content)["detail"]


def test_being_unavailable_says_when_to_come_back() -> None:
    status, _, headers = problems.render(Unavailable(), language="de", instance="")
    assert (status, headers["Retry-After"], headers["Content-Language"]) == (503, "2", "de")


def test_a_hint_is_given_only_when_there_is_one() -> None:
    _, plain, _ = problems.render(CustomerNotMatched(), language="en", instance="")
    _, hinted, _ = problems.render(CustomerNotMatched("name_and_tax_code_differ"), language="en", instance="")
    assert "hint" not in json.loads(plain)
    assert json.loads(hinted)["hint"] == "name_and_tax_code_differ"


@pytest.mark.parametrize("code", ["access_token_invalid", "refresh_token_invalid"])
def test_a_refused_token_is_challenged(code: str) -> None:
    kind = next(kind for kind in _ERRORS if kind.code == code)
    _, _, headers = problems.render(kind(), language="it", instance="")
    assert headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_no_wait_helps_the_text_leads_to_the_recovery(language: str) -> None:
    error = TooManyAttempts(86_400, until_recovery=True)
    status, content, headers = problems.render(error, language=language, instance="")
    body = json.loads(content)
    assert (status, body["code"], headers["Retry-After"]) == (429, "too_many_attempts", "86400")
    assert body["detail"] == messages_in(language).hints["recover_password"]
    assert "hint" not in body
