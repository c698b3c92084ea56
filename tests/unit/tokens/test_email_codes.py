import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.key_services import FakeSecretsManager
from utenza.tokens.email_codes import code_for, fits, fits_long, key_of, long_code_for
from utenza.tokens.key_ring import KeyRing, RingKey

KEY = RingKey("s" * 64)
CODE = code_for("recovery", "1", KEY)


def test_a_code_has_six_digits_and_stays() -> None:
    assert len(CODE) == 6
    assert CODE.isascii()
    assert CODE.isdigit()
    assert code_for("recovery", "1", RingKey("s" * 64)) == CODE


def test_another_purpose_another_id_and_another_key_have_codes_of_their_own() -> None:
    others = {
        code_for("confirmation", "1", KEY),
        code_for("claim", "1", KEY),
        code_for("recovery", "2", KEY),
        code_for("recovery", "1", RingKey("t" * 64)),
    }
    assert len(others | {CODE}) == 5


def test_codes_begin_with_zeros_too_and_with_every_digit_alike() -> None:
    first = Counter(code_for("confirmation", str(number), KEY)[0] for number in range(5000))
    assert set(first) == set("0123456789")
    assert max(first.values()) < 2 * min(first.values())


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        f" {CODE[:3]} {CODE[3:]}\n",
        f"{CODE[:3]}-{CODE[3:]}",
        CODE.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"}),
    ],
)
def test_a_code_fits_however_it_is_written(typed: str) -> None:
    assert fits(typed, "recovery", "1", KEY)


def test_a_long_code_has_sixteen_digits_in_groups_and_is_not_the_short_one() -> None:
    long = long_code_for("recovery", "1", KEY)
    assert re.fullmatch(r"([0-9]{4} ){3}[0-9]{4}", long)
    assert long == long_code_for("recovery", "1", RingKey("s" * 64))
    others = [("reclaim", "1", KEY), ("recovery", "2", KEY), ("recovery", "1", RingKey("t" * 64))]
    assert len({long, *(long_code_for(*other) for other in others)}) == 4  # type: ignore[arg-type]
    for typed in (long, long.replace(" ", ""), long.replace(" ", "-"), f" {long}\n"):
        assert fits_long(typed, "recovery", "1", KEY)
        assert not fits(typed, "recovery", "1", KEY)
    for typed in (CODE, long[:-1], f"{long}0", "", "\ud800"):
        assert not fits_long(typed, "recovery", "1", KEY)
    assert not fits_long(long_code_for("recovery", "1", RingKey("no code fits")), "recovery", "1", None)


@given(st.text(max_size=12))
def test_nothing_else_fits(typed: str) -> None:
    letters = "".join(letter for letter in typed if letter.isdigit())
    assert not fits(typed, "recovery", "1", KEY) or letters
    assert not fits(f"{CODE}{typed or '0'}x", "recovery", "1", KEY)


def test_lone_surrogates_are_no_error() -> None:
    assert not fits("\ud800", "recovery", "1", KEY)


def test_the_key_of_a_code_is_the_one_beside_its_id_as_long_as_it_verifies() -> None:
    keys = KeyRing("step", secret := FakeSecretsManager("n" * 64, "o" * 64))
    for name in ("n", "o"):
        key = key_of(RingKey(name * 64).key_id, keys, now=1)
        assert key
        assert code_for("recovery", "1", key) == code_for("recovery", "1", RingKey(name * 64))
    secret.put("n" * 64, lasting="o" * 64)
    assert key_of(RingKey("o" * 64).key_id, keys, now=100) is None


def test_where_no_key_is_named_it_is_the_lasting_one_as_long_as_it_verifies() -> None:
    keys = KeyRing("step", secret := FakeSecretsManager("n" * 64, "o" * 64))
    for number, (lasting, previous) in enumerate([("n", ["o"]), ("o", ["o"]), ("o", [])]):
        secret.put("n" * 64, *[name * 64 for name in previous], lasting=lasting * 64)
        key = key_of("", keys, now=100 * number + 1)
        assert (key and key.key_id) == (RingKey(lasting * 64).key_id if lasting in ["n", *previous] else None)


def test_without_a_key_nothing_fits_not_even_what_its_stand_in_would_give() -> None:
    for stand_in in (RingKey("no code fits"), KEY):
        assert not fits(code_for("recovery", "1", stand_in), "recovery", "1", None)
