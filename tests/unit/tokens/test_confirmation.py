import json

import pytest
from jwt.utils import base64url_decode

from tests.fakes.key_services import FakeSecretsManager
from utenza.errors import ConfirmationTokenExpired, ConfirmationTokenInvalid, RecoveryTokenInvalid
from utenza.tokens.claims import ConfirmationClaims
from utenza.tokens.confirmation import ConfirmationTokens
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.recovery import RecoveryTokens
from utenza.tokens.registration import StepTokens

NOW = 1_800_000_000
KEYS = KeyRing("step", FakeSecretsManager("s" * 64))
TOKENS = ConfirmationTokens(KEYS, 86_400)
PENDING = ConfirmationClaims("luce", "0012345", "1" * 32)


def test_a_token_names_its_registration_for_a_day() -> None:
    token, expires_in = TOKENS.issue(PENDING, now=NOW)
    assert expires_in == 86_400
    assert TOKENS.read(token, now=NOW + 86_399) == PENDING
    with pytest.raises(ConfirmationTokenExpired):
        TOKENS.read(token, now=NOW + 86_400)


def test_a_token_says_which_registration_and_no_more() -> None:
    token, _ = TOKENS.issue(PENDING, now=NOW)
    header, claims = (json.loads(base64url_decode(part)) for part in token.split(".")[:2])
    assert header["typ"] == "confirmation+jwt"
    assert claims.keys() == {"jti", "aud", "iat", "exp", "supplier", "code", "pending"}


def test_tokens_of_other_kinds_are_refused() -> None:
    token, _ = TOKENS.issue(PENDING, now=NOW)
    step, _ = StepTokens(KEYS, 900).issue("luce", "0012345", "", ("h1",), now=NOW)
    for other in (step, f"{token}x", "", "a.b.c"):
        with pytest.raises(ConfirmationTokenInvalid):
            TOKENS.read(other, now=NOW)
    with pytest.raises(RecoveryTokenInvalid):
        RecoveryTokens(KEYS, 900).read(token, "code", now=NOW)
