"""Argon2id by the C functions that argon2-cffi calls too.

Its own `__init__` reads dataclasses and inspect, which costs a cold start more than the C library does
(docs/adr/0009-fast.md). It is the oracle in the tests.
"""

from _argon2_cffi_bindings import ffi, lib  # type: ignore[import-untyped]


class HashingFailed(Exception):
    """Argon2 refused: parameters that it does not take, text that is no hash, or no memory left."""

    def __init__(self, code: int) -> None:
        super().__init__(ffi.string(lib.argon2_error_message(code)).decode("ascii"))


def encoded_hash(secret: bytes, salt: bytes, *, size: int, memory_kib: int, iterations: int, parallelism: int) -> str:
    """Return the hash, of `size` bytes, as text with its parameters and salt."""
    cost = (iterations, memory_kib, parallelism)
    room = lib.argon2_encodedlen(*cost, len(salt), size, lib.Argon2_id) + 1
    encoded = ffi.new("char[]", room)
    version = lib.ARGON2_VERSION_NUMBER
    code = lib.argon2_hash(
        *cost, secret, len(secret), salt, len(salt), ffi.NULL, size, encoded, room, lib.Argon2_id, version
    )
    if code != lib.ARGON2_OK:
        raise HashingFailed(code)
    return str(ffi.string(encoded).decode("ascii"))


def matches(encoded: str, secret: bytes) -> bool:
    """Tell whether the hash was made of the secret, at the cost that the hash names."""
    code = lib.argon2_verify(encoded.encode("ascii"), secret, len(secret), lib.Argon2_id)
    if code not in (lib.ARGON2_OK, lib.ARGON2_VERIFY_MISMATCH):
        raise HashingFailed(code)
    return bool(code == lib.ARGON2_OK)
