"""Our calls to argon2's C functions, beside argon2-cffi's own."""

import pytest
from argon2 import low_level
from hypothesis import given, settings
from hypothesis import strategies as st

from utenza import argon2id
from utenza.argon2id import HashingFailed, digest
from utenza.threads import in_threads

_COSTS = st.sampled_from([(8, 1, 1), (64, 2, 1), (64, 1, 4), (4096, 1, 1)])
_SALT = bytes(range(16))


def made(secret: bytes, memory_kib: int = 64) -> bytes:
    return digest(secret, _SALT, size=32, memory_kib=memory_kib, iterations=1, parallelism=1)


@settings(deadline=None)
@given(st.binary(max_size=300), st.binary(min_size=8, max_size=32), st.sampled_from([16, 32, 64]), _COSTS)
def test_a_hash_is_the_one_that_argon2_cffi_makes(
    secret: bytes, salt: bytes, size: int, cost: tuple[int, int, int]
) -> None:
    """Whatever was hashed in the same memory before."""
    memory_kib, iterations, parallelism = cost
    ours = digest(secret, salt, size=size, memory_kib=memory_kib, iterations=iterations, parallelism=parallelism)
    kind = low_level.Type.ID
    assert ours == low_level.hash_secret_raw(secret, salt, iterations, memory_kib, parallelism, size, kind)


def test_threads_do_not_compute_in_the_same_memory() -> None:
    secrets = [bytes([number]) for number in range(8)]
    alone = tuple(map(made, secrets))
    for _ in range(20):
        assert in_threads(*[lambda secret=secret: made(secret) for secret in secrets]) == alone


def test_memory_is_kept_grows_where_it_must_and_holds_nothing_between_two_hashes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    idle: list[argon2id._Memory] = []
    monkeypatch.setattr(argon2id, "_idle", idle)
    made(b"secret")
    [first] = idle
    made(b"another")
    assert idle == [first]
    made(b"secret", 8192)
    [larger] = idle
    assert larger.size >= 8192 * 1024 > first.size
    made(b"secret", 8192)
    assert idle == [larger]
    assert not any(larger.room[:])


def test_what_argon2_does_not_take_is_an_error_that_quotes_nothing() -> None:
    with pytest.raises(HashingFailed, match="Memory cost is too small") as failed:
        made(b"secret", 7)
    assert "secret" not in str(failed.value)
    assert made(b"secret") == made(b"secret")
