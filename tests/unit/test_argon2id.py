"""Our calls to argon2's C functions, beside argon2-cffi's own."""

import pytest
from argon2 import low_level
from argon2.exceptions import VerifyMismatchError
from hypothesis import given, settings
from hypothesis import strategies as st

from utenza.argon2id import HashingFailed, encoded_hash, matches

_COSTS = st.sampled_from([(8, 1, 1), (64, 2, 1), (64, 1, 4)])
_SALT = bytes(range(16))


@settings(deadline=None)
@given(st.binary(max_size=300), st.binary(min_size=8, max_size=32), st.sampled_from([16, 32, 64]), _COSTS)
def test_a_hash_is_the_one_that_argon2_cffi_makes(
    secret: bytes, salt: bytes, size: int, cost: tuple[int, int, int]
) -> None:
    memory_kib, iterations, parallelism = cost
    ours = encoded_hash(secret, salt, size=size, memory_kib=memory_kib, iterations=iterations, parallelism=parallelism)
    kind = low_level.Type.ID
    assert ours.encode() == low_level.hash_secret(secret, salt, iterations, memory_kib, parallelism, size, kind)


@settings(deadline=None)
@given(st.binary(max_size=20), st.binary(max_size=20))
def test_a_secret_matches_where_argon2_cffi_says_so(secret: bytes, other: bytes) -> None:
    stored = encoded_hash(secret, _SALT, size=32, memory_kib=8, iterations=1, parallelism=1)
    assert matches(stored, secret)
    theirs: bool
    try:
        theirs = low_level.verify_secret(stored.encode(), other, low_level.Type.ID)
    except VerifyMismatchError:
        theirs = False
    assert matches(stored, other) == theirs


def test_what_argon2_does_not_take_is_an_error_that_quotes_nothing() -> None:
    with pytest.raises(HashingFailed, match="Memory cost is too small"):
        encoded_hash(b"secret", _SALT, size=32, memory_kib=7, iterations=1, parallelism=1)
    with pytest.raises(HashingFailed, match="Decoding failed") as failed:
        matches("$argon2id$secret", b"secret")
    assert "secret" not in str(failed.value)
