"""Characters that nobody sees: wherever they come along, the text is the same as without."""

import json
import sys
from collections.abc import Callable
from unicodedata import category, normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from account.schemas import (
    AddCustomerRequest,
    ConfirmCustomerRequest,
    ContactRequest,
    NewUserIdRequest,
    RemoveCustomerRequest,
    UndoRequest,
    UserIdConfirmRequest,
)
from credentials.schemas import ConfirmRequest, CredentialsRequest, ObjectionRequest
from login.schemas import LoginRequest
from reclaim.schemas import ReclaimConfirmRequest
from recovery.schemas import CodeRequest, RecoveryRequest, UserIdRequest
from tests.unit.flows.fixtures import MARIO, SUPPLIERS
from utenza.customers import company_names, person_names
from utenza.errors import FieldError, InvalidRequest
from utenza.http.requests import RequestModel, Submitted
from utenza.identifiers import codice_fiscale, customer_code, email, partita_iva, phone, tax_code
from utenza.identifiers.separators import clean
from utenza.passwords import answers
from utenza.tokens.email_codes import code_for, fits
from utenza.tokens.key_ring import RingKey
from verify.schemas import VerifyRequest

_ALL = list(map(chr, range(sys.maxunicode + 1)))
_FORMATS = [character for character in _ALL if category(character) == "Cf"]
_SELECTORS = [chr(n) for n in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x180E), 0x180F)]
_BLANKS = [*"\t\n\r\v\f\x85", *(character for character in _ALL if category(character) in ("Zs", "Zl", "Zp"))]
_INVISIBLE = st.sampled_from([*_FORMATS, *_SELECTORS])
_KEY = RingKey("s" * 64)
_CODE = code_for("recovery", "1", _KEY)

_READERS: list[tuple[str, Callable[[str], object]]] = [
    ("+39 333 1234567", phone.validate),
    ("dngncl80a01h501a", tax_code.validate),
    ("IT 12345670017", tax_code.validate),
    ("DNGNCL80A01H501A", codice_fiscale.validate),
    ("IT12345670017", partita_iva.validate),
    ("00100-200302", lambda text: customer_code.validate(text, "[0-9]{11}")),
    ("Mario.Rossi@Example.it", email.validate),
    ("Mario.Rossi@Example.it", email.key),
    ("Nicolò D'Angelo", person_names.validate),
    ("Nicolò D'Angelo", person_names.forms),
    ("Rossi & C. S.r.l.", company_names.validate),
    ("Rossi & C. S.r.l.", company_names.forms),
    (_CODE, lambda text: fits(text, "recovery", "1", _KEY)),
    ("Il cane di Zoè", answers.fold),
]
_WITHOUT_BLANKS = [*_READERS[:6], *_READERS[-2:]]  # codes and answers, in which no blank counts


@st.composite
def _mixed_in(draw: st.DrawFn, text: str, characters: st.SearchStrategy[str]) -> str:
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(characters) + text[place:]
    return text


@given(st.data(), st.sampled_from(_READERS))
@settings(max_examples=150)
def test_invisible_characters_at_any_place_make_no_difference(
    data: st.DataObject, reader: tuple[str, Callable[[str], object]]
) -> None:
    text, read = reader
    characters = st.sampled_from(_FORMATS) if read is answers.fold else _INVISIBLE
    assert read(data.draw(_mixed_in(text, characters))) == read(text)


@given(st.data(), st.sampled_from(_READERS))
@settings(max_examples=100)
def test_every_kind_of_blank_is_one_blank(data: st.DataObject, reader: tuple[str, Callable[[str], object]]) -> None:
    text, read = reader
    blanks = st.text(st.sampled_from(_BLANKS), max_size=3)
    spaced = text.replace(" ", f"\t{data.draw(blanks)}")
    assert read(f"{data.draw(blanks)}{spaced}{data.draw(blanks)}") == read(text)


@given(st.data(), st.sampled_from(_WITHOUT_BLANKS))
@settings(max_examples=100)
def test_blanks_in_a_code_make_no_difference(data: st.DataObject, reader: tuple[str, Callable[[str], object]]) -> None:
    text, read = reader
    assert read(data.draw(_mixed_in(text, st.sampled_from(_BLANKS)))) == read(text)


def test_everything_that_has_a_shape_stays() -> None:
    dropped = {character for character in _ALL if clean(f"a{character}b") == "ab"}
    assert dropped == {*_FORMATS, *_SELECTORS, "\u034f", "\u17b4", "\u17b5"}
    assert {character for character in _ALL if clean(f"a{character}b") == "a b"} == {
        *_BLANKS,
        *"\x1c\x1d\x1e\x1f\u115f\u1160\u2800\u3164\uffa0",
    }


@given(st.text())
@settings(max_examples=100)
def test_a_cleaned_text_stays_as_it_is(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean(normalize("NFC", clean(text))) == normalize("NFC", clean(text))


@pytest.mark.parametrize(
    "text", ["+39 333 1234567", "\u202a+39 333 1234567\u202c", "\u2068+39 333\ufe0f 1234567\u2069"]
)
def test_a_number_pasted_from_contacts_is_a_number(text: str) -> None:
    assert phone.validate(text) == "+393331234567"


_PERSON = {"supplier": "gas", "customer_code": MARIO.code, "tax_code": MARIO.codice_fiscale, "phone": "333 1234567"}
_BODIES: list[tuple[type[RequestModel], dict[str, str], tuple[str, ...]]] = [
    (VerifyRequest, _PERSON | {"first_name": "Mario", "last_name": "De Rossi"}, ()),
    (VerifyRequest, _PERSON | {"company_name": "Rossi & C. S.r.l."}, ()),
    (
        CredentialsRequest,
        {"step_token": "t", "user_id": "m@example.it", "password": "p", "password_repeat": "p"}
        | {"question": "q", "answer": "a", "answer_repeat": "a"},
        ("step_token", "password", "password_repeat", "question", "answer", "answer_repeat"),
    ),
    (ConfirmRequest, {"confirmation_token": "t", "code": "123456"}, ("confirmation_token",)),
    (ReclaimConfirmRequest, {"reclaim_token": "t", "code": "123456"}, ("reclaim_token",)),
    (VerifyRequest, _PERSON | {"first_name": "-", "last_name": "Singh"}, ()),
    (LoginRequest, {"supplier": "gas", "user_id": "m@example.it", "password": "p"}, ("password",)),
    (RecoveryRequest, {"supplier": "gas", "user_id": "m@example.it"}, ()),
    (CodeRequest, {"recovery_token": "t", "code": "123456"}, ("recovery_token",)),
    (UserIdRequest, {"supplier": "gas", "customer_code": MARIO.code, "tax_code": MARIO.codice_fiscale}, ()),
    (
        ConfirmRequest,
        {"confirmation_token": "t", "code": "123456", "claim_code": "654321", "activation_code": "CDFG-2345-HJKM"},
        ("confirmation_token",),
    ),
    (ObjectionRequest, {"objection_code": "7KQ2M-HHJ4C"}, ()),
    (AddCustomerRequest, _PERSON | {"company_name": "Rossi & C. S.r.l."}, ()),
    (ConfirmCustomerRequest, {"confirmation_token": "t", "code": "123456"}, ("confirmation_token",)),
    (RemoveCustomerRequest, {"reauth_token": "t", "customer_code": MARIO.code}, ("reauth_token",)),
    (ContactRequest, {"phone": "333 1234567"}, ()),
    (NewUserIdRequest, {"reauth_token": "t", "user_id": "m@example.it"}, ("reauth_token",)),
    (UserIdConfirmRequest, {"confirmation_token": "t", "code": "123456"}, ("confirmation_token",)),
    (UndoRequest, {"undo_code": "7KQ2M-HHJ4C"}, ()),
]


def _model(model: type[RequestModel], body: dict[str, str]) -> RequestModel:
    return Submitted(model, json.dumps(body), {"suppliers": SUPPLIERS}).valid()


@given(st.data(), st.sampled_from(_BODIES))
@settings(max_examples=150)
def test_every_identifier_of_a_request_is_cleaned_and_secrets_are_left_alone(
    data: st.DataObject, body: tuple[type[RequestModel], dict[str, str], tuple[str, ...]]
) -> None:
    model, typed, verbatim = body
    mixed = {field: data.draw(_mixed_in(text, _INVISIBLE)) for field, text in typed.items() if field not in verbatim}
    assert _model(model, typed | mixed) == _model(model, typed)
    for field in verbatim:
        assert _model(model, typed | {field: "a\u200bb"}) != _model(model, typed | {field: "ab"})


def test_a_length_counts_what_is_seen() -> None:
    body = {"recovery_token": "t", "code": "123456" + "\u2060" * 60}
    assert _model(CodeRequest, body) == _model(CodeRequest, body | {"code": "123456"})


def test_two_dashes_are_no_name_also_with_invisible_characters() -> None:
    with pytest.raises(InvalidRequest) as refused:
        _model(VerifyRequest, _PERSON | {"first_name": "-\u200b", "last_name": "\u2060-"})
    assert FieldError("first_name", "required") in refused.value.errors


@pytest.mark.parametrize("nothing", ["\u200b", "\u2060\ufeff", "\ufe0f", "\u3164", "\u2800", " \u00a0\u202e"])
def test_names_and_codes_of_nothing_but_invisible_characters_are_required(nothing: str) -> None:
    typed = {"supplier": "gas", "customer_code": nothing, "tax_code": nothing, "first_name": nothing}
    with pytest.raises(InvalidRequest) as refused:
        _model(VerifyRequest, typed | {"last_name": nothing, "company_name": nothing, "phone": nothing})
    assert {*refused.value.errors} == {
        FieldError(field, "required")
        for field in ("customer_code", "tax_code", "first_name", "last_name", "company_name")
    }
