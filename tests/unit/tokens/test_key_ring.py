import traceback
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from tests.fakes.key_services import FakeSecretsManager
from utenza import snapstart
from utenza.tokens.key_ring import KeyRing, MalformedSecret, RingKey

NOW = 1_800_000_000
OLD, NEW, NEWER = "o" * 64, "n" * 64, "r" * 64


def key_id(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()[:8]


def found(keys: KeyRing, secret: str, now: int) -> bool:
    return keys.find(key_id(secret), now=now) is not None


@pytest.fixture
def secret() -> FakeSecretsManager:
    return FakeSecretsManager(NEW, OLD)


@pytest.fixture
def keys(secret: FakeSecretsManager) -> KeyRing:
    return KeyRing("step", secret)


def test_the_current_key_signs_and_the_previous_ones_are_known(keys: KeyRing) -> None:
    assert keys.current(now=NOW).key_id == key_id(NEW)
    assert found(keys, NEW, NOW)
    assert found(keys, OLD, NOW)
    assert not found(keys, NEWER, NOW)


def test_the_ring_is_read_when_first_needed_and_again_after_a_minute(keys: KeyRing, secret: FakeSecretsManager) -> None:
    assert secret.reads == 0
    keys.current(now=NOW)
    secret.put(NEWER, NEW)
    assert keys.current(now=NOW + 59).key_id == key_id(NEW)
    assert secret.reads == 1
    assert keys.current(now=NOW + 60).key_id == key_id(NEWER)
    assert secret.reads == 2


def test_a_key_that_is_missing_is_looked_for_at_most_every_ten_seconds(
    keys: KeyRing, secret: FakeSecretsManager
) -> None:
    keys.current(now=NOW)
    secret.put(NEWER, NEW)
    assert found(keys, NEWER, NOW + 1)
    assert secret.reads == 2
    for seconds in range(1, 11):
        assert not found(keys, OLD, NOW + seconds)
    assert secret.reads == 2
    assert not found(keys, OLD, NOW + 11)
    assert secret.reads == 3


def test_a_key_that_is_there_is_not_looked_for_again(keys: KeyRing, secret: FakeSecretsManager) -> None:
    for seconds in range(0, 60, 5):
        assert found(keys, OLD, NOW + seconds)
    assert secret.reads == 1


def test_a_previous_key_verifies_until_its_end_and_the_current_one_always(
    keys: KeyRing, secret: FakeSecretsManager
) -> None:
    secret.put(NEW, OLD, NEWER, until={key_id(OLD): NOW + 20, key_id(NEW): NOW})
    for seconds, known in ((0, True), (19, True), (20, False), (70, False)):
        assert found(keys, OLD, NOW + seconds) == known
        assert found(keys, NEW, NOW + seconds)
        assert found(keys, NEWER, NOW + seconds)  # nobody has said that it ends


def test_while_the_secret_cannot_be_read_the_ring_serves_for_five_minutes(
    keys: KeyRing, secret: FakeSecretsManager
) -> None:
    keys.current(now=NOW)
    secret.error = EndpointConnectionError(endpoint_url="https://aws.example")
    for seconds in range(60, 300):
        assert keys.current(now=NOW + seconds).key_id == key_id(NEW)
    assert secret.reads <= 1 + 240 / 10  # who hangs for seconds is not asked by every call
    with pytest.raises(EndpointConnectionError):
        keys.current(now=NOW + 300)
    secret.error = None
    assert keys.current(now=NOW + 301).key_id == key_id(NEW)


def test_a_ring_that_could_not_be_read_is_read_as_soon_as_it_can_be(keys: KeyRing, secret: FakeSecretsManager) -> None:
    keys.current(now=NOW)
    secret.error = EndpointConnectionError(endpoint_url="https://aws.example")
    keys.current(now=NOW + 60)
    secret.error = None
    secret.put(NEWER, NEW)
    assert keys.current(now=NOW + 69).key_id == key_id(NEW)
    assert keys.current(now=NOW + 70).key_id == key_id(NEWER)


def test_a_clock_that_is_set_back_does_not_keep_an_old_ring(keys: KeyRing, secret: FakeSecretsManager) -> None:
    keys.current(now=NOW)
    secret.put(NEWER, NEW)
    assert keys.current(now=NOW - 86_400).key_id == key_id(NEWER)


def test_the_secret_as_the_template_makes_it_is_a_ring_of_one(secret: FakeSecretsManager, keys: KeyRing) -> None:
    secret.response = {"SecretString": f'{{"current": "{NEW}"}}'}
    assert keys.current(now=NOW).key_id == key_id(NEW)
    assert not found(keys, OLD, NOW)


def test_the_lasting_key_is_the_current_one_until_the_ring_names_another(
    keys: KeyRing, secret: FakeSecretsManager
) -> None:
    assert keys.lasting(now=NOW).key_id == key_id(NEW)
    secret.put(NEWER, NEW, lasting=OLD)
    assert keys.lasting(now=NOW + 60).key_id == key_id(OLD)


def test_a_lasting_key_verifies_nothing(keys: KeyRing, secret: FakeSecretsManager) -> None:
    secret.put(NEW, lasting=NEWER)
    assert not found(keys, NEWER, NOW)


MARK = "MARKED-SECRET-0123456789-0123456789"


@pytest.mark.parametrize(
    "response",
    [
        {},
        {"SecretBinary": MARK},
        {"SecretString": ""},
        {"SecretString": MARK},
        {"SecretString": f'{{"current": "{MARK}"'},
        {"SecretString": f'["{MARK}"]'},
        {"SecretString": f'{{"previous": ["{MARK}"]}}'},
        {"SecretString": f'{{"current": ["{MARK}"]}}'},
        {"SecretString": f'{{"current": "{MARK}", "previous": "{MARK}"}}'},
        {"SecretString": f'{{"current": "{MARK}", "previous": [1]}}'},
        {"SecretString": f'{{"current": "{MARK}", "previous": 1}}'},
        {"SecretString": f'{{"current": "{MARK}", "previous": {{"{MARK}": 1}}}}'},
        {"SecretString": f'{{"current": "{MARK}", "previous": [""]}}'},
        {"SecretString": f'{{"current": "{MARK[:31]}"}}'},
        {"SecretString": f'{{"current": "{MARK}", "lasting": "{MARK[:31]}"}}'},
        {"SecretString": f'{{"current": "{MARK}", "lasting": ["{MARK}"]}}'},
        {"SecretString": f'{{"current": "{MARK}", "lasting": null}}'},
        {"SecretString": f'{{"current": "{MARK}\\ud800"}}'},
        {"SecretString": f'{{"current": "{MARK}", "until": {{"{MARK}": "{MARK}"}}}}'},
        {"SecretString": f'{{"current": "{MARK}", "until": ["{MARK}"]}}'},
        {"SecretString": 7},
    ],
)
def test_a_malformed_secret_is_named_without_its_content(
    secret: FakeSecretsManager, keys: KeyRing, response: dict[str, Any]
) -> None:
    secret.response = response
    with pytest.raises(MalformedSecret, match="the step secret must be") as refused:
        keys.current(now=NOW)
    assert "MARKED" not in "".join(traceback.format_exception(refused.value, chain=True))
    assert refused.value.__context__ is None


def test_a_malformed_secret_does_not_replace_the_ring(secret: FakeSecretsManager, keys: KeyRing) -> None:
    keys.current(now=NOW)
    secret.response = {"SecretString": "{}"}
    with pytest.raises(MalformedSecret):
        keys.current(now=NOW + 60)
    assert keys.current(now=NOW + 59).key_id == key_id(NEW)


def test_a_ring_key_does_not_show_its_secret() -> None:
    key = RingKey(MARK)
    assert MARK not in repr(key) + str(key) + key.key_id


def test_a_ring_is_read_anew_after_a_restore(monkeypatch: pytest.MonkeyPatch, secret: FakeSecretsManager) -> None:
    hooks: list[Callable[[], object]] = []
    monkeypatch.setattr(snapstart, "after_restore", hooks.append)
    keys = KeyRing("step", secret)
    keys.current(now=NOW)
    secret.put(NEWER, NEW)
    for hook in hooks:
        hook()
    assert keys.current(now=NOW + 1).key_id == key_id(NEWER)
