import json

import pytest
from jwt.utils import base64url_decode

from tests.fakes.key_services import FakeSecretsManager
from utenza.errors import RecoveryTokenExpired, RecoveryTokenInvalid, StepTokenInvalid
from utenza.tokens.claims import RecoveryClaims
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.recovery import RecoveryTokens
from utenza.tokens.registration import StepTokens

NOW = 1_800_000_000
KEYS = KeyRing("step", FakeSecretsManager("s" * 64))
TOKENS = RecoveryTokens(KEYS, 900)
RECOVERY = RecoveryClaims("luce", "0" * 32, "1" * 32)


def test_a_token_names_its_recovery_for_fifteen_minutes() -> None:
    token, expires_in = TOKENS.issue(RECOVERY, "answer", now=NOW)
    assert expires_in == 900
    assert TOKENS.read(token, "answer", now=NOW + 899) == RECOVERY
    with pytest.raises(RecoveryTokenExpired):
        TOKENS.read(token, "answer", now=NOW + 900)


def test_a_token_says_which_recovery_and_no_more() -> None:
    token, _ = TOKENS.issue(RECOVERY, "answer", now=NOW)
    header, claims = (json.loads(base64url_decode(part)) for part in token.split(".")[:2])
    assert header["typ"] == "recovery+jwt"
    assert claims.keys() == {"jti", "aud", "iat", "exp", "supplier", "address", "recovery"}
    assert claims["aud"] == "recovery-answer"


def test_tokens_of_other_steps_and_kinds_are_refused_and_never_called_expired() -> None:
    code, _ = TOKENS.issue(RECOVERY, "code", now=NOW)
    assert TOKENS.read(code, "code", now=NOW) == RECOVERY
    step, _ = StepTokens(KEYS, 900).issue("luce", "0012345", "", ("h1",), now=NOW)
    for other in (code, step, "", "a.b.c"):
        for now in (NOW, NOW + 900):
            with pytest.raises(RecoveryTokenInvalid):
                TOKENS.read(other, "answer", now=now)
    with pytest.raises(StepTokenInvalid):
        StepTokens(KEYS).read(TOKENS.issue(RECOVERY, "answer", now=NOW)[0], now=NOW)
