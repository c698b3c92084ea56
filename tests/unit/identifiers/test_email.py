# ruff: noqa: RUF001 - look-alikes are what is tested
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utenza.errors import InvalidValue
from utenza.identifiers import email

_ATOMS = st.text("abcXYZ019_+-", min_size=1, max_size=6)
_LABELS = st.from_regex("[a-zA-Z0-9]{1,6}|[a-z]{1,3}-[0-9]{1,3}|xn--mller-kva", fullmatch=True)
_ADDRESSES = st.builds(
    lambda atoms, labels: ".".join(atoms) + "@" + ".".join([*labels, "it"]),
    st.lists(_ATOMS, min_size=1, max_size=4),
    st.lists(_LABELS, min_size=1, max_size=4),
)


@given(_ADDRESSES)
def test_the_key_of_an_ascii_address_is_the_address_in_lower_case(address: str) -> None:
    assert email.key(address) == email.key(address.upper()) == address.lower()
    assert email.validate(address) == address


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_accepted_or_refused(local: str, domain: str) -> None:
    address = f"{local}@{domain}"
    assert email.is_valid(address) in (True, False)
    if email.is_valid(address):
        assert email.key(address).isascii()


def test_an_address_is_stored_as_typed_and_compared_in_lower_case() -> None:
    assert email.validate("  Mario.Rossi+gas@Posta.Example.IT\n") == "Mario.Rossi+gas@Posta.Example.IT"
    assert email.key("  Mario.Rossi+gas@Posta.Example.IT\n") == "mario.rossi+gas@posta.example.it"


@pytest.mark.parametrize(
    "address", ["m@bücher.de", "M@BÜCHER.de", "m@bu\u0308cher.DE", "m@xn--bcher-kva.de", "m@XN--BCHER-KVA.de"]
)
def test_the_spellings_of_an_international_domain_have_one_key(address: str) -> None:
    assert email.key(address) == "m@xn--bcher-kva.de"


def test_a_dotless_i_makes_another_domain() -> None:
    assert email.key("m@wıki.it").startswith("m@xn--wki-")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "mario",
        "@example.it",
        "mario@",
        "mario@example",
        "mario@localhost",
        "mario@stampante.local",
        "mario@prova.test",
        "mario@1.2.3",
        "mario@example.i",
        "mario@-a.it",
        "mario@xn--x.it",
        "mario@@example.it",
        "mario@example.it mario@example.it",
        "mario rossi@example.it",
        "Mario Rossi <mario@example.it>",
        "<mario@example.it>",
        '"mario"@example.it',
        "mario@[127.0.0.1]",
        "mario@example.it.",
        "mario@exa_mple.it",
        "mario..rossi@example.it",
        "mario@example.it\x00",
        "mario\r\nBcc: x@example.it",
        "\ud800@example.it",
        "mario@\ud800.it",
        "màrio@example.it",
        "ｍario@example.it",
        "marıo@example.it",
        "\u212aarl@example.it",
        "a" * 65 + "@example.it",
        "a@" + "b" * 64 + ".it",
        "a" * 60 + "@" + "b." * 100 + "it",
    ],
)
def test_other_texts_are_refused(address: str) -> None:
    with pytest.raises(InvalidValue, match=r"^invalid_email$"):
        email.validate(address)
    with pytest.raises(InvalidValue, match=r"^invalid_email$"):
        email.key(address)


@pytest.mark.parametrize(
    "domain",
    [
        "ｅxample.it",
        "example。it",
        "example．it",
        "example｡it",
        "\u212aexample.it",
        "ſexample.it",
        "bücher.ｉt",
        "ﬁat.it",
        "①example.it",
    ],
)
def test_a_domain_that_would_turn_into_another_is_refused(domain: str) -> None:
    assert not email.is_valid(f"mario@{domain}")


def test_a_text_that_is_no_address_has_its_own_subject() -> None:
    assert email.subject(" M.Rossi@Example.IT ") == "m.rossi@example.it"
    others = ["m\u0131o@example.it", "nobody", " nobody", "", "\uff4d@example.it"]
    assert [email.subject(text) for text in others] == [f" {text}" for text in others]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("anna@example.it", True),
        (" MARIO@Example.it ", False),
        ("", False),
        ("no address", False),
        ("mario@b\u00fccher.example.de", True),
    ],
)
def test_another_address_is_one_that_mail_can_go_to(text: str, expected: bool) -> None:  # noqa: FBT001
    assert email.is_another(text, "Mario@example.it") == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("x+1@example.it", "x+2@example.it", True),
        ("x@example.it", "x+a+b@example.it", True),
        ("a.b@gmail.com", "ab+c@googlemail.com", True),
        ("a.b@example.it", "ab@example.it", False),
        ("x@example.it", "x@example.org", False),
        ("+x@example.it", "+y@example.it", False),
        (" no address", " no address+1", False),
    ],
)
def test_a_mailbox_has_one_name_whatever_its_tags_and_gmails_dots(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert (email.mailbox(one) == email.mailbox(other)) is same
