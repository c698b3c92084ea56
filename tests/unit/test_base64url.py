import pytest
from hypothesis import given
from hypothesis import strategies as st

from utenza import base64url


@given(st.binary(max_size=40))
def test_what_is_encoded_comes_back(content: bytes) -> None:
    assert base64url.decode(base64url.encode(content)) == content


@pytest.mark.parametrize(
    "text",
    ["Zg==", "Zg=", "Zh", "Z", "Zm 9v", "Zm9v\n", "+/+/", "Zm9.", "Zmé", "\ud800", "Zm9v=", "===="],
)
def test_a_second_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever
        base64url.decode(text)


@given(st.text("AQgwZh-_+/= ", max_size=12))
def test_what_is_decoded_has_one_spelling(text: str) -> None:
    try:
        content = base64url.decode(text)
    except ValueError:
        return
    assert base64url.encode(content) == text
