"""The RSA key that signs access tokens. Its private half never leaves KMS, which sees digests, never texts."""

from functools import cached_property
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from jwt import PyJWS
from jwt.algorithms import RSAAlgorithm

ALGORITHM: Final = "RS256"


class _KmsAlgorithm(RSAAlgorithm):
    """RS256 as PyJWT wants an algorithm, but it signs in KMS."""

    def __init__(self, arn: str, kms: Any) -> None:  # noqa: ANN401 - the stubs of boto3 are not in the layer
        super().__init__(RSAAlgorithm.SHA256)
        self._arn = arn
        self._kms = kms

    def prepare_key(self, key: Any) -> Any:  # noqa: ANN401 - PyJWT's own signature
        return key

    def check_key_length(self, key: Any) -> None:  # noqa: ANN401 - PyJWT's own signature
        """Say nothing: there is no key here to be too short."""

    def sign(self, msg: bytes, key: Any) -> bytes:  # noqa: ANN401, ARG002 - PyJWT's own signature
        response = self._kms.sign(
            KeyId=self._arn,
            Message=sha256(msg).digest(),
            MessageType="DIGEST",
            SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256",
        )
        return bytes(response["Signature"])


class SigningKey:
    """A key in KMS. `key_id` comes from its ARN, which no other key has: a login asks KMS for a signature alone."""

    def __init__(self, arn: str, kms: Any) -> None:  # noqa: ANN401 - the stubs of boto3 are not in the layer
        """Raise ValueError for an alias: it may point to another key tomorrow."""
        if ":alias/" in arn:
            raise ValueError("the signing key must be named by its own ARN, not by an alias")
        self._arn = arn
        self._kms = kms
        self.key_id = sha256(arn.encode()).hexdigest()[:32]

    @cached_property
    def jws(self) -> PyJWS:
        """PyJWT's signer, which knows no algorithm but this key's."""
        jws = PyJWS(algorithms=[])
        jws.register_algorithm(ALGORITHM, _KmsAlgorithm(self._arn, self._kms))
        return jws

    def public_key(self) -> RSAPublicKey:
        """Return the public half, read once for each process: the key of an ARN never changes."""
        return self._public_key

    @cached_property
    def _public_key(self) -> RSAPublicKey:
        key = load_der_public_key(self._kms.get_public_key(KeyId=self._arn)["PublicKey"])
        if not isinstance(key, RSAPublicKey):
            raise TypeError("the signing key is no RSA key")
        return key

    def public_jwk(self) -> dict[str, str]:
        """Return the public half as RFC 7517 has it."""
        jwk = RSAAlgorithm.to_jwk(self.public_key(), as_dict=True)
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": ALGORITHM,
            "kid": self.key_id,
            "n": str(jwk["n"]),
            "e": str(jwk["e"]),
        }
