"""What a model refuses, in which order, and that nothing of the input goes with it."""

import json
import traceback
from typing import Annotated, Any

import pytest
from pydantic import Field

from tests.unit.flows.fixtures import MARIO, SUPPLIERS
from utenza.errors import FieldError, InvalidRequest, InvalidValue, MalformedRequest
from utenza.http.requests import OptionalText, RequestModel, Submitted, Text, if_given
from verify.schemas import VerifyRequest


def _no_x(text: str) -> str:
    if "x" in text:
        raise InvalidValue("invalid_name")
    return text


class Form(RequestModel):
    first: Text = Field(min_length=1, max_length=5)
    second: Annotated[OptionalText, if_given(_no_x)] = Field(default="", max_length=5)
    secret: str = Field(min_length=1, max_length=10)


def errors_of(typed: Any, model: type[RequestModel] = Form) -> list[FieldError]:
    with pytest.raises(InvalidRequest) as refused:
        Submitted(model, json.dumps(typed), {"suppliers": SUPPLIERS}).valid()
    return list(refused.value.errors)


def test_texts_are_composed_and_trimmed_and_secrets_are_left_alone() -> None:
    form = Submitted(Form, json.dumps({"first": " e\u0300 ", "second": None, "secret": " e\u0300 "})).valid()
    assert (form.first, form.second, form.secret) == ("è", "", " e\u0300 ")


@pytest.mark.parametrize("value", [None, "", "   "])
def test_absent_null_and_blank_are_one(value: str | None) -> None:
    assert errors_of({"first": value, "secret": "s"}) == errors_of({"secret": "s"}) == [FieldError("first", "required")]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("first", 1, "wrong_type"),
        ("first", {}, "wrong_type"),
        ("first", True, "wrong_type"),
        ("first", "abcdef", "too_long"),
        ("first", "a\x00", "invalid_characters"),
        ("first", "\ue000", "invalid_characters"),
        ("second", "x", "invalid_name"),
        ("second", "xxxxxx", "too_long"),
        ("secret", "", "required"),
        ("secret", "s" * 11, "too_long"),
    ],
)
def test_each_fault_has_its_code(field: str, value: object, code: str) -> None:
    assert errors_of({"first": "a", "secret": "s"} | {field: value}) == [FieldError(field, code)]


def test_a_length_counts_what_is_left_after_trimming() -> None:
    assert Submitted(Form, json.dumps({"first": "  abcde  ", "secret": "s"})).valid().first == "abcde"


def test_unknown_fields_come_first_and_odd_names_are_not_echoed() -> None:
    found = errors_of({"secret": "s", "nickname": None, "<script>": 1, "first": 1})
    assert found == [
        FieldError("nickname", "unknown_field"),
        FieldError("", "unknown_field"),
        FieldError("first", "wrong_type"),
    ]


def test_what_needs_a_look_at_other_fields_comes_last() -> None:
    assert errors_of({}, VerifyRequest) == [
        FieldError("customer_code", "required"),
        FieldError("tax_code", "required"),
        FieldError("company_name", "required"),
        FieldError("first_name", "required"),
        FieldError("last_name", "required"),
        FieldError("supplier", "required"),
    ]


def test_a_code_is_compared_with_the_pattern_of_a_supplier_that_is_right() -> None:
    typed = {"first_name": "Mario", "last_name": "Rossi", "tax_code": MARIO.codice_fiscale, "customer_code": "!"}
    assert errors_of(typed | {"supplier": "gas"}, VerifyRequest) == [
        FieldError("customer_code", "invalid_customer_code")
    ]
    assert errors_of(typed | {"supplier": "acqua"}, VerifyRequest) == [FieldError("supplier", "unknown_supplier")]


def test_a_submitted_body_gives_single_fields_that_are_right_and_no_model() -> None:
    submitted = Submitted(Form, json.dumps({"first": "toolong", "secret": " s "}))
    assert (submitted.typed("secret"), submitted.typed("first"), submitted.typed("second")) == (" s ", "", "")
    with pytest.raises(InvalidRequest) as refused:
        submitted.valid([FieldError("secret", "password_too_short")])
    assert list(refused.value.errors) == [FieldError("first", "too_long"), FieldError("secret", "password_too_short")]


@pytest.mark.parametrize(
    "typed", [{"first": ["s3cret"]}, {"first": "s3cret-s3cret"}, {"s3cret": "s3cret"}, {"second": "s3cretx"}]
)
def test_no_error_carries_its_input(typed: Any) -> None:
    with pytest.raises(InvalidRequest) as refused:
        Submitted(Form, json.dumps(typed)).valid()
    assert "s3cret" not in "".join(traceback.format_exception(refused.value)).replace('s3cret")', "")
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "body", ["", "[]", "1", "null", '{"first": "\\ud800"}', '{"a": 1, "a": 2}', '{"a": NaN}', "{" * 5000]
)
def test_what_is_no_json_object_is_malformed(body: str) -> None:
    with pytest.raises(MalformedRequest):
        Submitted(Form, body)
