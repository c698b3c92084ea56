import pytest

from utenza.limits.limit import Limit
from utenza.limits.subjects import Subject, of_source

LIMIT = Limit(100, 72)


def test_an_ipv4_address_is_one_subject() -> None:
    assert of_source("uno", "login-source", "203.0.113.9", LIMIT) == (
        Subject("uno", "login-source", "203.0.113.9", LIMIT),
    )


def test_an_ipv6_network_is_counted_with_the_48_around_it_which_has_ten_times_the_room() -> None:
    household, network = of_source("uno", "login-source", "2001:db8:1:7::/64", LIMIT)
    assert household == Subject("uno", "login-source", "2001:db8:1:7::/64", LIMIT)
    assert network == Subject("uno", "login-source-network", "2001:db8:1::/48", LIMIT.times(10))


def test_networks_of_one_48_share_a_subject_and_others_do_not() -> None:
    first, second, other = (
        of_source("uno", "x", f"2001:db8:{place}::/64", LIMIT)[1].key for place in ("1:0", "1:ffff", "2:0")
    )
    assert first == second
    assert first != other


@pytest.mark.parametrize("source", ["unknown", ""])
def test_a_call_without_an_address_has_a_source_too(source: str) -> None:
    assert len(of_source("uno", "x", source, LIMIT)) == 1


def test_a_key_does_not_show_the_name() -> None:
    assert Subject("uno", "login-account", "mario@example.org", LIMIT).key.startswith("uno#login-account#")
    assert "mario" not in Subject("uno", "login-account", "mario@example.org", LIMIT).key
