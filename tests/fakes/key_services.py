"""KMS and Secrets Manager in memory, with real keys and the methods of boto3's clients."""

import json
from functools import cache
from typing import Any

from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ARN = "arn:aws:kms:eu-south-1:123456789012:key/"


@cache
def _rsa_key(size: int, _number: int) -> RSAPrivateKey:
    return generate_private_key(65537, size)


def rsa_key(size: int = 2048, number: int = 0) -> RSAPrivateKey:
    """Return the same key for the same arguments; `number` tells keys of one size apart."""
    return _rsa_key(size, number)


class FakeKms:
    """One RSA key behind every id, or one for each id once keys are created. `calls` are the methods called so far."""

    def __init__(self, key: RSAPrivateKey) -> None:
        self.key = key
        self.created: dict[str, RSAPrivateKey] = {}
        self.tags: dict[str, dict[str, str]] = {}
        self.states: dict[str, str] = {}
        self.calls: list[str] = []

    def get_public_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        self.calls.append("get_public_key")
        public = self._usable(KeyId).public_key()
        return {"PublicKey": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)}

    def sign(self, *, KeyId: str, Message: bytes, MessageType: str, SigningAlgorithm: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert (MessageType, SigningAlgorithm) == ("DIGEST", "RSASSA_PKCS1_V1_5_SHA_256")
        self.calls.append("sign")
        return {"Signature": self._usable(KeyId).sign(Message, PKCS1v15(), Prehashed(hashes.SHA256()))}

    def create_key(self, *, KeySpec: str, Tags: list[dict[str, str]], **_: Any) -> dict[str, Any]:  # noqa: N803
        arn = f"{_ARN}{len(self.created) + 2}"
        self.created[arn] = rsa_key(int(KeySpec.removeprefix("RSA_")), len(self.created) + 1)
        self.tags[arn] = {tag["TagKey"]: tag["TagValue"] for tag in Tags}
        return {"KeyMetadata": {"Arn": arn}}

    def describe_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803
        spec = f"RSA_{self.created.get(KeyId, self.key).key_size}"
        return {"KeyMetadata": {"KeySpec": spec, "KeyState": self.states.get(KeyId, "Enabled")}}

    def disable_key(self, *, KeyId: str) -> None:  # noqa: N803
        self.states[_ARN + KeyId] = "Disabled"

    def schedule_key_deletion(self, *, KeyId: str, PendingWindowInDays: int) -> None:  # noqa: N803
        assert PendingWindowInDays >= 7
        self._usable(_ARN + KeyId)
        self.states[_ARN + KeyId] = "PendingDeletion"

    def _usable(self, arn: str) -> RSAPrivateKey:
        if arn in self.states:
            raise ClientError({"Error": {"Code": "KMSInvalidStateException"}}, "Sign")
        return self.created.get(arn, self.key)


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
