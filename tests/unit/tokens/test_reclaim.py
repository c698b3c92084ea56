import json

import pytest
from jwt.utils import base64url_decode

from tests.fakes.key_services import FakeSecretsManager
from utenza.errors import ReclaimTokenExpired, ReclaimTokenInvalid, StepTokenInvalid
from utenza.tokens.claims import ReclaimClaims, RecoveryClaims
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.reclaim import ReclaimTokens
from utenza.tokens.recovery import RecoveryTokens
from utenza.tokens.registration import StepTokens

NOW = 1_800_000_000
KEYS = KeyRing("step", FakeSecretsManager("s" * 64))
TOKENS = ReclaimTokens(KEYS, 3600)
RECLAIM = ReclaimClaims("luce", "1" * 32)


def test_a_token_names_its_reclaim_for_an_hour() -> None:
    token, expires_in = TOKENS.issue(RECLAIM, now=NOW)
    assert expires_in == 3600
    assert TOKENS.read(token, now=NOW + 3599) == RECLAIM
    with pytest.raises(ReclaimTokenExpired):
        TOKENS.read(token, now=NOW + 3600)


def test_a_token_says_which_reclaim_and_no_more() -> None:
    token, _ = TOKENS.issue(RECLAIM, now=NOW)
    header, claims = (json.loads(base64url_decode(part)) for part in token.split(".")[:2])
    assert header["typ"] == "reclaim+jwt"
    assert claims.keys() == {"jti", "aud", "iat", "exp", "supplier", "reclaim"}
    assert claims["aud"] == "reclaim"


def test_tokens_of_other_kinds_are_refused_and_never_called_expired() -> None:
    step, _ = StepTokens(KEYS, 900).issue("luce", "0012345", "", ("h1",), now=NOW)
    recovery, _ = RecoveryTokens(KEYS, 900).issue(RecoveryClaims("luce", "0" * 32, "1" * 32), "code", now=NOW)
    for other in (step, recovery, "", "a.b.c"):
        for now in (NOW, NOW + 3600):
            with pytest.raises(ReclaimTokenInvalid):
                TOKENS.read(other, now=now)
    with pytest.raises(StepTokenInvalid):
        StepTokens(KEYS).read(TOKENS.issue(RECLAIM, now=NOW)[0], now=NOW)
