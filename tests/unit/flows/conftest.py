"""The flows on fakes make their calls one after the other: fakes never wait, so threads would only cost time."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from utenza import parallel


class _InThisThread:
    """A pool that runs each call when it is submitted."""

    def submit(self, call: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(call())
        except Exception as error:  # noqa: BLE001 - `gather` raises it
            future.set_exception(error)
        return future


@pytest.fixture(scope="module", autouse=True)
def no_threads() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_pool", _InThisThread)
        yield
