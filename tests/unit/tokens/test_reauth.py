import json

import pytest
from jwt.utils import base64url_decode

from tests.fakes.key_services import FakeSecretsManager
from utenza.errors import ReauthTokenExpired, ReauthTokenInvalid, ReclaimTokenInvalid
from utenza.tokens.claims import AccessClaims, ReclaimClaims
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.reauth import ReauthTokens
from utenza.tokens.reclaim import ReclaimTokens

NOW = 1_800_000_000
KEYS = KeyRing("step", FakeSecretsManager("s" * 64))
TOKENS = ReauthTokens(KEYS)
ACCESS = AccessClaims("3-abc", "account-1", "luce", "session-1", NOW, NOW + 600)


def test_a_token_is_good_for_five_minutes_and_any_number_of_calls() -> None:
    token, expires_in = TOKENS.issue(ACCESS, now=NOW)
    assert expires_in == 300
    for now in (NOW, NOW + 1, NOW + 299):
        TOKENS.check(token, ACCESS, now=now)
    with pytest.raises(ReauthTokenExpired):
        TOKENS.check(token, ACCESS, now=NOW + 300)


def test_a_token_goes_on_with_the_next_access_token_of_its_session() -> None:
    token, _ = TOKENS.issue(ACCESS, now=NOW)
    TOKENS.check(token, ACCESS._replace(token_id="3-def", issued_at=NOW + 9, expires_at=NOW + 609), now=NOW + 9)


@pytest.mark.parametrize(
    "change", [{"account_id": "account-2"}, {"supplier": "gas"}, {"session_id": "session-2"}, {"token_id": "4-abc"}]
)
def test_a_token_is_bound_to_account_session_and_generation(change: dict[str, str]) -> None:
    token, _ = TOKENS.issue(ACCESS, now=NOW)
    with pytest.raises(ReauthTokenInvalid):
        TOKENS.check(token, ACCESS._replace(**change), now=NOW)  # type: ignore[arg-type]


def test_a_token_says_which_session_and_no_more() -> None:
    token, _ = TOKENS.issue(ACCESS._replace(token_id="0-abc"), now=NOW)
    header, claims = (json.loads(base64url_decode(part)) for part in token.split(".")[:2])
    assert header["typ"] == "reauth+jwt"
    assert claims.keys() == {"jti", "aud", "iat", "exp", "supplier", "account", "session", "generation"}
    assert (claims["aud"], claims["generation"]) == ("reauth", "0")


def test_tokens_of_other_kinds_are_refused_and_never_called_expired() -> None:
    reclaim, _ = ReclaimTokens(KEYS, 300).issue(ReclaimClaims("luce", "1" * 32), now=NOW)
    for other in (reclaim, "", "a.b.c"):
        for now in (NOW, NOW + 300):
            with pytest.raises(ReauthTokenInvalid):
                TOKENS.check(other, ACCESS, now=now)
    with pytest.raises(ReclaimTokenInvalid):
        ReclaimTokens(KEYS, 300).read(TOKENS.issue(ACCESS, now=NOW)[0], now=NOW)
