# ruff: noqa: RUF001 - look-alikes are what is tested
import subprocess
import sys

import pytest
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from utenza.errors import InvalidValue
from utenza.identifiers import email

_ATOMS = st.text("abcXYZ019_+-", min_size=1, max_size=6)
_LABELS = st.one_of(
    st.text("abXY01-", min_size=1, max_size=6),
    st.sampled_from(["example", "it", "COM", "xn--mller-kva", "xn--x", "a" * 63, "a" * 64, *SPECIAL_USE_DOMAIN_NAMES]),
)
_ADDRESSES = st.builds(
    lambda atoms, labels: ".".join(atoms) + "@" + ".".join(labels),
    st.lists(_ATOMS, min_size=1, max_size=4),
    st.lists(_LABELS, min_size=1, max_size=5),
)


def _key_by_the_book(address: str) -> str | None:
    try:
        checked = validate_email(address, allow_smtputf8=False, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return None
    return f"{checked.local_part}@{checked.ascii_domain}".lower()


@given(_ADDRESSES)
@example("a" * 32 + ("." + "b" * 15) * 2 + "@" + ("c" * 28 + "-" + "c" * 28 + ".") * 3 + "abcdefghijkl")
@example("a@localhostile.com")
@example("a@b.localtown")
@example("a@1.2.it")
def test_the_key_of_an_ascii_address_is_the_one_email_validator_gives(address: str) -> None:
    try:
        key: str | None = email.key(address)
    except InvalidValue:
        key = None

    assert key == _key_by_the_book(address)
    assert email.is_valid(address) == (key is not None)


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_text_does_more_than_be_refused(local: str, domain: str) -> None:
    address = f"{local}@{domain}"
    assert email.is_valid(address) in (True, False)
    if email.is_valid(address):
        assert email.key(address).isascii()


def test_an_address_is_kept_as_typed_and_compared_in_lower_case() -> None:
    assert email.validate("  Mario.Rossi+gas@Posta.Example.IT\n") == "Mario.Rossi+gas@Posta.Example.IT"
    assert email.key("  Mario.Rossi+gas@Posta.Example.IT\n") == "mario.rossi+gas@posta.example.it"


@pytest.mark.parametrize(
    "address", ["m@bücher.de", "M@BÜCHER.de", "m@bu\u0308cher.DE", "m@xn--bcher-kva.de", "m@XN--BCHER-KVA.de"]
)
def test_the_spellings_of_an_international_domain_have_one_key(address: str) -> None:
    assert email.key(address) == "m@xn--bcher-kva.de"


def test_dotless_i_makes_another_domain_and_not_the_same() -> None:
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
def test_what_is_not_a_plain_address_is_refused(address: str) -> None:
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
        "exam\u00adple.it",
        "exam\u200bple.it",
        "exam\ufe0fple.it",
        "\u212aexample.it",
        "ſexample.it",
        "bücher.ｉt",
        "ﬁat.it",
        "①example.it",
    ],
)
def test_a_domain_that_would_turn_into_another_is_refused(domain: str) -> None:
    assert not email.is_valid(f"mario@{domain}")


def test_the_key_of_a_plain_address_does_not_load_the_rules() -> None:
    code = "import sys; from utenza.identifiers import email; email.key('M.Rossi@Example.it'); print(*sys.modules)"
    paths = [path for path in sys.path if path]
    loaded = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": ":".join(paths)}, capture_output=True, check=True, text=True
    ).stdout.split()

    assert "utenza.identifiers.email" in loaded
    assert "email_validator" not in loaded


def test_what_is_no_address_is_a_subject_of_its_own() -> None:
    assert email.subject(" M.Rossi@Example.IT ") == "m.rossi@example.it"
    others = ["m\u0131o@example.it", "nobody", " nobody", "", "\uff4d@example.it"]
    assert [email.subject(text) for text in others] == [f" {text}" for text in others]
