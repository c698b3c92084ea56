"""KMS and Secrets Manager in memory, with real keys."""

import json
from base64 import b64decode, b64encode
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def rsa_key(size: int = 2048, number: int = 0) -> RSAPrivateKey:
    """Return the same key for the same arguments; `number` tells keys of one size apart."""
    return _rsa_key(size, number)


@cache
def _rsa_key(size: int, _number: int) -> RSAPrivateKey:
    return generate_private_key(65537, size)


def der(key: RSAPrivateKey) -> bytes:
    """Return the public half as KMS gives it."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


class FakeKms:
    """`calls` are the actions and payloads so far."""

    def __init__(self, key: RSAPrivateKey) -> None:
        self.key = key
        self.calls: list[tuple[str, dict[str, Any]]] = []

    async def ask(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        return self.call(action, payload)

    def call(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((action, payload))
        if action == "GetPublicKey":
            return {"PublicKey": b64encode(der(self.key)).decode()}
        assert (action, payload["MessageType"]) == ("Sign", "DIGEST")
        assert payload["SigningAlgorithm"] == "RSASSA_PKCS1_V1_5_SHA_256"
        signature = self.key.sign(b64decode(payload["Message"]), PKCS1v15(), Prehashed(hashes.SHA256()))
        return {"Signature": b64encode(signature).decode()}


class FakeSecretsManager:
    """Holds one secret; `reads` counts how often it was asked for."""

    def __init__(self, current: str, *previous: str) -> None:
        self.answer: dict[str, Any] = {}
        self.reads = 0
        self.put(current, *previous)

    def put(self, current: str, *previous: str, **lasting: str) -> None:
        self.answer = {"SecretString": json.dumps({"current": current, "previous": previous} | lasting)}

    def call(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        assert (action, payload) == ("GetSecretValue", {"SecretId": "step"})
        self.reads += 1
        return self.answer
