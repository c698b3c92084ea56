"""RSA public keys and RS256 signatures without `cryptography`, which would weigh more than the rest of the layer.

Verifying needs no secret, so plain integers will do; signing is the business of KMS.
"""

from hashlib import sha256
from hmac import compare_digest
from typing import Final, Literal, TypedDict

from utenza import base64url

_RSA_ENCRYPTION = bytes.fromhex("300d06092a864886f70d0101010500")  # AlgorithmIdentifier, RFC 3279, section 2.3.1
_SHA256_DIGEST = bytes.fromhex("3031300d060960864801650304020105000420")  # DigestInfo up to the digest, RFC 8017, 9.2
_SEQUENCE, _INTEGER, _BIT_STRING = 0x30, 0x02, 0x03


class Jwk(TypedDict):
    """A public key as RFC 7517 has it."""

    kty: Literal["RSA"]
    use: Literal["sig"]
    alg: Literal["RS256"]
    kid: str
    n: str
    e: str


class PublicKey:
    """A modulus of 2048 to 4096 bits with the exponent 65537; ValueError for any other."""

    algorithm: Final = "RS256"

    def __init__(self, modulus: int, exponent: int) -> None:
        if not 1 << 2047 < modulus < 1 << 4096 or modulus % 2 == 0 or exponent != 65537:
            raise ValueError("not an RSA key of 2048 to 4096 bits with the exponent 65537")
        self.modulus = modulus
        self.exponent = exponent
        self.size = (modulus.bit_length() + 7) // 8
        self.key_id = self._thumbprint()

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Say whether the signature is one of this message: RSASSA-PKCS1-v1_5 with SHA-256, RFC 8017, section 8.2.2.

        The padding is built and compared, never parsed: parsers of it have let forged signatures through.
        """
        number = int.from_bytes(signature)
        if len(signature) != self.size or number >= self.modulus:
            return False
        ending = b"\x00" + _SHA256_DIGEST + sha256(message).digest()
        expected = b"\x00\x01" + b"\xff" * (self.size - 2 - len(ending)) + ending
        return compare_digest(pow(number, self.exponent, self.modulus).to_bytes(self.size), expected)

    def jwk(self) -> Jwk:
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.key_id,
            "n": _number(self.modulus),
            "e": _number(self.exponent),
        }

    def _thumbprint(self) -> str:
        """Return the key's name after its content, RFC 7638: another key can never have it."""
        content = f'{{"e":"{_number(self.exponent)}","kty":"RSA","n":"{_number(self.modulus)}"}}'
        return base64url.encode(sha256(content.encode()).digest())


def public_key(der: bytes) -> PublicKey:
    """Read a DER SubjectPublicKeyInfo (RFC 5280, section 4.1); ValueError unless it is exactly one RSA public key."""
    info = _only(der, _SEQUENCE)
    if not info.startswith(_RSA_ENCRYPTION):
        raise ValueError("not an RSA key")
    bits = _only(info[len(_RSA_ENCRYPTION) :], _BIT_STRING)
    if not bits.startswith(b"\x00"):  # the number of unused bits
        raise ValueError("a key is whole bytes")
    modulus, rest = _value(_only(bits[1:], _SEQUENCE), _INTEGER)
    return PublicKey(_positive(modulus), _positive(_only(rest, _INTEGER)))


def _value(der: bytes, tag: int) -> tuple[bytes, bytes]:
    """Return the content of the value that `der` begins with, and what comes after it."""
    if len(der) < 2 or der[0] != tag:
        raise ValueError("not the DER value that belongs here")
    size, start = der[1], 2
    if size >= 0x80:
        start += size - 0x80
        size = int.from_bytes(der[2:start])
        if size < 0x80 or der[2] == 0:
            raise ValueError("DER writes a length in the shortest way")
    if len(der) < start + size:
        raise ValueError("DER is cut off")
    return der[start : start + size], der[start + size :]


def _only(der: bytes, tag: int) -> bytes:
    content, rest = _value(der, tag)
    if rest:
        raise ValueError("something follows the DER value")
    return content


def _positive(content: bytes) -> int:
    if not content or content[0] >= 0x80 or (content[0] == 0 and content[1:2] < b"\x80"):
        raise ValueError("not a positive DER integer")
    return int.from_bytes(content)


def _number(value: int) -> str:
    return base64url.encode(value.to_bytes((value.bit_length() + 7) // 8))
