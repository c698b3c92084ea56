"""The keys against what speaks the protocols of KMS and Secrets Manager."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from utenza.tokens.key_ring import KeyRing
from utenza.tokens.signing_key import SigningKey

NOW = 1_800_000_000


@pytest.mark.parametrize("spec", ["RSA_2048", "RSA_3072"])
def test_kms_signs_and_publishes_the_key_that_verifies(new_client: Callable[[str], Any], spec: str) -> None:
    kms = new_client("kms")
    key = SigningKey(kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"], kms)
    assert key.jws.encode(b"{}", "", "RS256").count(".") == 2
    public = key.public_key()
    assert isinstance(public, RSAPublicKey)
    assert public.key_size == int(spec[4:])


def test_a_ring_is_read_by_name_and_by_arn(new_client: Callable[[str], Any]) -> None:
    secrets = new_client("secretsmanager")
    ring = {"current": "c" * 64, "previous": ["p" * 64]}
    made = secrets.create_secret(Name=f"keys-{uuid.uuid4()}", SecretString=json.dumps(ring))
    by_name, by_arn = (KeyRing(made[name], secrets).current(now=NOW) for name in ("Name", "ARN"))
    assert by_name.sign(b"message") == by_arn.sign(b"message")
