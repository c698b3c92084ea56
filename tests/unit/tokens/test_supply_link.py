import pytest

from tests.fakes.key_services import FakeSecretsManager
from utenza.errors import ConfirmationTokenExpired, ConfirmationTokenInvalid
from utenza.tokens.claims import ConfirmationClaims, SupplyLinkClaims
from utenza.tokens.confirmation import ConfirmationTokens
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.supply_link import SupplyLinkTokens

NOW = 1_800_000_000
CLAIMS = SupplyLinkClaims("uno", "a" * 32, "b" * 32)


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing("step", FakeSecretsManager("s" * 64))


def test_a_token_says_which_request_of_which_account_it_is(keys: KeyRing) -> None:
    tokens = SupplyLinkTokens(keys, 3600)
    token, expires_in = tokens.issue(CLAIMS, now=NOW)
    assert expires_in == 3600
    assert tokens.read(token, now=NOW + 3599) == CLAIMS
    with pytest.raises(ConfirmationTokenExpired):
        tokens.read(token, now=NOW + 3600)


def test_tokens_of_registrations_are_none_of_these_nor_these_theirs(keys: KeyRing) -> None:
    registrations, links = ConfirmationTokens(keys, 3600), SupplyLinkTokens(keys, 3600)
    with pytest.raises(ConfirmationTokenInvalid):
        links.read(registrations.issue(ConfirmationClaims("uno", "0012345", "c" * 32), now=NOW)[0], now=NOW)
    with pytest.raises(ConfirmationTokenInvalid):
        registrations.read(links.issue(CLAIMS, now=NOW)[0], now=NOW)
    with pytest.raises(ConfirmationTokenInvalid):
        links.read("", now=NOW)
