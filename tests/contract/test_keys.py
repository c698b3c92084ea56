"""The keys against what speaks the protocols of KMS and Secrets Manager."""

import json
import os
import uuid
from collections.abc import Callable, Iterator
from hashlib import sha256

import pytest
from utenza.aws import AwsJson
from utenza.tokens.keys import KeyRing, SigningKey

MESSAGE = b"header.claims"
NOW = 1_800_000_000


@pytest.fixture
def new_client(endpoint: str) -> Iterator[Callable[[str, str], AwsJson]]:
    environ = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "eu-south-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    clients = []

    def make(service: str, target_prefix: str) -> AwsJson:
        clients.append(AwsJson(service, target_prefix, environ=environ))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.mark.parametrize("spec", ["RSA_2048", "RSA_3072"])
def test_what_kms_signs_is_verified_with_the_key_that_kms_publishes(
    new_client: Callable[[str, str], AwsJson], spec: str
) -> None:
    kms = new_client("kms", "TrentService")
    arn = kms.call("CreateKey", {"KeySpec": spec, "KeyUsage": "SIGN_VERIFY"})["KeyMetadata"]["Arn"]
    key = SigningKey(arn, kms)
    signature = key.sign(MESSAGE)
    # moto takes whatever it is sent for a message, and hashes the digest once more
    signed = MESSAGE if "DYNAMODB_ENDPOINT" in os.environ else sha256(MESSAGE).digest()
    assert key.public_key().verify(signed, signature)
    assert not key.public_key().verify(b"header.claimt", signature)
    assert key.public_key().modulus.bit_length() == int(spec[4:])


def test_a_ring_is_read_by_name_and_by_arn(new_client: Callable[[str, str], AwsJson]) -> None:
    secrets = new_client("secretsmanager", "secretsmanager")
    ring = {"current": "c" * 64, "previous": ["p" * 64]}
    made = secrets.call("CreateSecret", {"Name": f"keys-{uuid.uuid4()}", "SecretString": json.dumps(ring)})
    by_name = KeyRing(made["Name"], secrets).current(now=NOW)
    by_arn = KeyRing(made["ARN"], secrets).current(now=NOW)
    assert by_name.sign(b"message") == by_arn.sign(b"message")
    assert KeyRing(made["ARN"], secrets).find(lambda key: key.key_id != by_name.key_id, now=NOW) is not None
