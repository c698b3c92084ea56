"""Request bodies: every fault at once, and nothing let through that a later step would choke on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utenza.errors import FieldError, InvalidRequest, InvalidValue
from utenza.http.schema import Body, text


def _even(value: str) -> str:
    if len(value) % 2:
        raise InvalidValue("odd")
    return value.upper()


class Form(Body):
    name: str = text(10)
    note: str = text(10, optional=True)
    secret: str = text(10, verbatim=True)
    even: str = text(10, optional=True, check=_even)


def _parse(**raw: object) -> Form:
    return Form.parse({"name": "a", "secret": "s"} | raw)


def test_a_good_body_has_its_values_as_attributes() -> None:
    form = _parse(name="  Ada ", secret=" x ", even="ab")
    assert (form.name, form.note, form.secret, form.even) == ("Ada", "", " x ", "AB")
    form.raise_errors()


def test_every_fault_is_reported_at_once() -> None:
    form = Form.parse({"name": "a" * 11, "note": 7, "even": "a", "more": "x"})
    with pytest.raises(InvalidRequest) as refused:
        form.raise_errors()
    assert set(refused.value.errors) == {
        FieldError("more", "unknown_field"),
        FieldError("name", "too_long"),
        FieldError("note", "wrong_type"),
        FieldError("secret", "required"),
        FieldError("even", "odd"),
    }


@pytest.mark.parametrize("absent", [None, "", "   ", "\u00a0"])
def test_absent_null_and_blank_mean_the_same(absent: str | None) -> None:
    assert _parse(name=absent).errors == [FieldError("name", "required")]
    assert _parse(note=absent).errors == []


@pytest.mark.parametrize("wrong", [[], ["a"], {}, 1, 1.5, True, False])
def test_only_texts_are_taken_for_texts(wrong: object) -> None:
    assert _parse(name=wrong).errors == [FieldError("name", "wrong_type")]


def test_an_unknown_field_is_named_only_when_it_looks_like_a_field() -> None:
    assert _parse(nickname="x").errors == [FieldError("nickname", "unknown_field")]
    assert _parse(**{"My Secret 123": "x"}).errors == [FieldError("", "unknown_field")]


def test_control_characters_are_refused_in_texts_and_left_alone_in_secrets() -> None:
    assert _parse(name="a\x00b").errors == [FieldError("name", "invalid_characters")]
    assert _parse(secret="a\x00b").errors == []


def test_length_is_counted_in_code_points_after_composition() -> None:
    assert _parse(name="e\u0301" * 10).name == "é" * 10
    assert _parse(name="🔑" * 10).errors == []


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())))
def test_no_body_at_all_makes_parsing_fail(raw: dict[str, object]) -> None:
    form = Form.parse(raw)
    assert isinstance(form.name, str)
    assert {error.field for error in form.errors} <= {*raw, *Form.fields, ""}
