"""Weeks of logins behind one address, simulated with the deployed limits and a clock of our own."""

import random
from typing import Any

import pytest

from login import flow
from tests.unit.flows.deployed import with_deployed_limits
from tests.unit.flows.fixtures import ISSUER, NOW, SOURCE, Flows, new_flows, register_mario, typed_login
from utenza.errors import InvalidCredentials, TooManyAttempts
from utenza.limits.limit import Limit

_DAY = 86_400


class _FreeHasher:
    """The right password is "right"; hashing it a hundred thousand times would take an hour."""

    def verify(self, _stored: str | None, secret: str) -> bool:
        return secret == "right"

    def needs_rehash(self, _stored: str) -> bool:
        return False


@pytest.fixture
def flows() -> Flows:
    flows = with_deployed_limits(register_mario(new_flows()))
    login = flows.login._replace(hasher=_FreeHasher())  # type: ignore[arg-type]  # all that a login asks of it
    return flows._replace(login=login)


def _try(
    flows: Flows, password: str, now: int, source: str = SOURCE, user_id: str = "", *, device_token: str = ""
) -> str:
    try:
        changes: dict[str, Any] = {"user_id": user_id} if user_id else {}
        changes["device_token"] = device_token
        flow.log_in(typed_login(password=password, **changes), flows.login, source=source, issuer=ISSUER, now=now)
    except InvalidCredentials:
        return "wrong"
    except TooManyAttempts:
        return "refused"
    return "in"


def add_customers(flows: Flows, count: int) -> list[str]:
    """Give so many customers an account; return their user ids."""
    [(key, login)], [(name, account)] = flows.accounts.logins.items(), flows.accounts.accounts.items()
    users = [f"customer-{number}@example.org" for number in range(count)]
    for user in users:
        flows.accounts.logins[key[0], user] = login._replace(account_id=user)
        flows.accounts.accounts[name[0], user] = account._replace(account_id=user, user_id=user)
    return users


def _refused(flows: Flows, *, days: int, logins_a_day: int) -> int:
    """Let customers log in at any time of the day, one in ten after a wrong password; return how many were refused."""
    chance = random.Random(11)
    users = add_customers(flows, 2000)
    refused = 0
    for day in range(days):
        for moment in sorted(chance.randrange(_DAY) for _ in range(logins_a_day)):
            user, now = chance.choice(users), NOW + day * _DAY + moment
            if chance.random() < 0.1:
                _try(flows, "wrong", now, user_id=user)
            refused += _try(flows, "right", now + 20, user_id=user) != "in"
    return refused


def test_of_a_thousand_logins_a_day_behind_one_address_none_is_refused_in_a_month(flows: Flows) -> None:
    assert _refused(flows, days=30, logins_a_day=1000) == 0


def test_of_five_thousand_logins_a_day_behind_one_address_fewer_than_one_in_a_hundred_is_refused(flows: Flows) -> None:
    assert _refused(flows, days=4, logins_a_day=5000) < 4 * 5000 / 100


def test_one_address_gets_at_most_150_guesses_an_hour_over_a_thousand_accounts(flows: Flows) -> None:
    users = add_customers(flows, 1000)
    tries = [_try(flows, "wrong", NOW + second, user_id=users[second % 1000]) for second in range(3600)]
    assert 140 < tries.count("wrong") <= 150


def _guess_from_everywhere(flows: Flows, begin: int, end: int) -> int:
    """Let strangers at two hundred addresses guess all the time; return how many passwords were compared."""
    moments = range(begin, end, 30)
    tries = [_try(flows, "wrong", now, f"198.51.100.{now // 60 % 200}") for now in moments]
    return tries.count("wrong")


def test_strangers_get_fewer_than_a_hundred_guesses_a_day_though_the_customer_logs_in_every_hour(flows: Flows) -> None:
    known = flow.log_in(typed_login(password="right"), flows.login, source=SOURCE, issuer=ISSUER, now=NOW).device_token
    for day in (0, 1):  # the first has the free attempts
        hours = range(NOW + day * _DAY, NOW + (day + 1) * _DAY, 3600)
        guesses = 0
        for hour in hours:
            guesses += _guess_from_everywhere(flows, hour, hour + 3600)
            assert _try(flows, "right", hour + 3599, device_token=known) == "in"
        assert 85 < guesses < 100


def test_strangers_get_a_hundred_guesses_in_a_row(flows: Flows) -> None:
    assert _guess_from_everywhere(flows, NOW, NOW + 3 * _DAY) == 100
    assert _try(flows, "right", NOW + 4 * _DAY) == "refused"


def test_who_obeyed_retry_after_with_the_right_password_gets_in_every_time(flows: Flows) -> None:
    """Measured before known devices: 0 of 5 times. A stranger guesses in each second in which there is room."""
    known = flow.log_in(typed_login(password="right"), flows.login, source=SOURCE, issuer=ISSUER, now=NOW).device_token
    now = NOW
    for _ in range(5):
        while _try(flows, "wrong", now, "198.51.100.66") == "wrong":
            pass
        with pytest.raises(TooManyAttempts) as refused:
            flow.log_in(typed_login(password="right"), flows.login, source=SOURCE, issuer=ISSUER, now=now)
        now += refused.value.retry_after
        assert _try(flows, "wrong", now, "198.51.100.66") == "wrong"
        assert _try(flows, "right", now) == "refused"
        assert _try(flows, "right", now, device_token=known) == "in"


def test_a_refused_source_takes_nothing_from_the_account_it_guesses_at(flows: Flows) -> None:
    full = flows.login._replace(per_source=Limit(1, 3600))
    flows = flows._replace(login=full)
    assert _try(flows, "wrong", NOW, "192.0.2.66", "nobody@example.org") == "wrong"
    assert {_try(flows, "wrong", NOW, "192.0.2.66") for _ in range(500)} == {"refused"}
    assert _try(flows, "right", NOW) == "in"
