"""KMS and Secrets Manager in memory, with real keys and the methods of boto3's clients."""

import json
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@cache
def _rsa_key(size: int, _number: int) -> RSAPrivateKey:
    return generate_private_key(65537, size)


def rsa_key(size: int = 2048, number: int = 0) -> RSAPrivateKey:
    """Return the same key for the same arguments; `number` tells keys of one size apart."""
    return _rsa_key(size, number)


class FakeKms:
    """`calls` are the methods called so far."""

    def __init__(self, key: RSAPrivateKey) -> None:
        self.key = key
        self.calls: list[str] = []

    def get_public_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        self.calls.append("get_public_key")
        return {"PublicKey": self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)}

    def sign(self, *, KeyId: str, Message: bytes, MessageType: str, SigningAlgorithm: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert (MessageType, SigningAlgorithm) == ("DIGEST", "RSASSA_PKCS1_V1_5_SHA_256")
        self.calls.append("sign")
        return {"Signature": self.key.sign(Message, PKCS1v15(), Prehashed(hashes.SHA256()))}


class FakeSecretsManager:
    """Holds one secret; `reads` counts how often it was read, `error` is what a read raises."""

    def __init__(self, current: str, *previous: str) -> None:
        self.response: dict[str, Any] = {}
        self.reads = 0
        self.error: Exception | None = None
        self.put(current, *previous)

    def put(self, current: str, *previous: str, **more: Any) -> None:
        self.response = {"SecretString": json.dumps({"current": current, "previous": previous} | more)}

    def get_secret_value(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        assert SecretId == "step"
        self.reads += 1
        if self.error:
            raise self.error
        return self.response
