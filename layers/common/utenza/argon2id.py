"""Argon2id by the C functions that argon2-cffi calls too, in memory that is kept from one hash to the next.

Its own `__init__` reads dataclasses and inspect, which costs a cold start more than the C library does
(docs/adr/0009-fast.md). It is the oracle in the tests.
"""

import mmap
from collections.abc import MutableSequence
from contextlib import suppress

from _argon2_cffi_bindings import ffi, lib  # type: ignore[import-untyped]

_HUGE_PAGE = 1 << 21  # bytes, on x86_64 and on arm64 with pages of 4 kB

type _Place = MutableSequence[object]

_idle: list["_Memory"] = []  # a list's ends are safe between threads


class HashingFailed(Exception):
    """Argon2 refused: parameters that it does not take, or no memory left."""

    def __init__(self, code: int) -> None:
        super().__init__(ffi.string(lib.argon2_error_message(code)).decode("ascii"))


def digest(secret: bytes, salt: bytes, *, size: int, memory_kib: int, iterations: int, parallelism: int) -> bytes:
    """Return the hash, of `size` bytes."""
    memory = _memory(memory_kib * 1024)
    made, given, salted = ffi.new("uint8_t[]", size), ffi.from_buffer(secret), ffi.from_buffer(salt)
    context = ffi.new(
        "argon2_context *",
        {
            "out": made,
            "outlen": size,
            "pwd": given,
            "pwdlen": len(secret),
            "salt": salted,
            "saltlen": len(salt),
            "t_cost": iterations,
            "m_cost": memory_kib,
            "lanes": parallelism,
            "threads": parallelism,
            "version": lib.ARGON2_VERSION_NUMBER,
            "allocate_cbk": memory.lend,
            "free_cbk": _keep,
            "flags": lib.ARGON2_DEFAULT_FLAGS,
        },
    )
    code = lib.argon2_ctx(context, lib.Argon2_id)
    _idle.append(memory)
    if code != lib.ARGON2_OK:
        raise HashingFailed(code)
    return bytes(ffi.buffer(made))


class _Memory:
    """What one hash at a time computes in. Argon2 wipes it before it gives it back.

    It is asked for in huge pages: to get 19 MiB in pages of 4 kB takes longer than to hash, and argon2 reads all over.
    """

    def __init__(self, size: int) -> None:
        self.size = -(-size // _HUGE_PAGE) * _HUGE_PAGE
        self.room = mmap.mmap(-1, self.size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        with suppress(AttributeError, OSError):  # another system, or a Linux that has none
            self.room.madvise(mmap.MADV_HUGEPAGE)
        start = ffi.from_buffer("uint8_t[]", self.room)

        def lend(place: _Place, _size: int) -> int:
            place[0] = start
            return 0

        self.lend = ffi.callback("int(uint8_t **, size_t)", lend)


@ffi.callback("void(uint8_t *, size_t)")  # type: ignore[untyped-decorator]
def _keep(_start: object, _size: int) -> None:
    """Do nothing: the memory is lent again."""


def _memory(size: int) -> _Memory:
    """Return memory that nobody computes in, kept if it is large enough."""
    with suppress(IndexError):
        kept = _idle.pop()
        if kept.size >= size:
            return kept
    return _Memory(size)
