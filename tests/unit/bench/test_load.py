"""Clients that call as fast as they are answered."""

import time
from itertools import count

import pytest

from bench.peers.load import Operation, per_second


def test_operations_of_all_clients_are_counted_over_the_time_that_they_took() -> None:
    assert 40 < per_second(lambda: lambda: time.sleep(0.02), 2, 0.2) < 110


def test_a_client_that_is_slower_than_the_burst_still_does_one() -> None:
    assert 10 < per_second(lambda: lambda: time.sleep(0.03), 1, 0.0) < 40


def test_an_error_of_a_client_is_an_error_of_the_burst() -> None:
    numbers = count()

    def client() -> Operation:
        def fail_later() -> None:
            if next(numbers) > 3:
                raise RuntimeError("503")

        return fail_later

    with pytest.raises(RuntimeError, match="503"):
        per_second(client, 2, 0.5)
