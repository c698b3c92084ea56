"""The oracle is `cryptography`."""

import json
from base64 import urlsafe_b64decode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from jwt import PyJWK

from tests.fakes.key_services import der, rsa_key
from utenza.rs256 import PublicKey, public_key

SIZES = [2048, 3072, 4096]
PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
MESSAGE = b"header.claims"
DIGEST = sha256(MESSAGE).digest()
KEY = public_key(der(rsa_key()))


def signed(encoded: bytes) -> bytes:
    """Return the signature that opens to any `encoded` message: what only the owner of the key can make."""
    numbers = rsa_key().private_numbers()
    return pow(int.from_bytes(encoded), numbers.d, numbers.public_numbers.n).to_bytes(256)


def padded(*parts: bytes) -> bytes:
    """Return 256 bytes: the first part, as many ff as it takes, the other parts."""
    fill = 256 - sum(map(len, parts))
    return parts[0] + b"\xff" * fill + b"".join(parts[1:])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("message", [b"", MESSAGE, b"\x00" * 5000])
def test_a_right_signature_is_verified(size: int, message: bytes) -> None:
    key = rsa_key(size)
    signature = key.sign(message, PKCS1v15(), hashes.SHA256())
    assert public_key(der(key)).verify(message, signature)


def test_the_forge_of_these_tests_makes_right_signatures_too() -> None:
    assert KEY.verify(MESSAGE, signed(padded(b"\x00\x01", b"\x00" + PREFIX + DIGEST)))


@given(bit=st.integers(0, 2047))
def test_one_wrong_bit_of_the_signature_is_refused(bit: int) -> None:
    signature = int.from_bytes(rsa_key().sign(MESSAGE, PKCS1v15(), hashes.SHA256()))
    assert not KEY.verify(MESSAGE, (signature ^ (1 << bit)).to_bytes(256))


def test_another_message_is_refused() -> None:
    assert not KEY.verify(b"header.claimt", rsa_key().sign(MESSAGE, PKCS1v15(), hashes.SHA256()))


def test_the_signature_of_another_key_is_refused() -> None:
    assert not KEY.verify(MESSAGE, rsa_key(number=1).sign(MESSAGE, PKCS1v15(), hashes.SHA256()))


def test_other_schemes_of_the_same_key_are_refused() -> None:
    assert not KEY.verify(MESSAGE, rsa_key().sign(MESSAGE, PKCS1v15(), hashes.SHA512()))
    assert not KEY.verify(MESSAGE, rsa_key().sign(MESSAGE, PSS(MGF1(hashes.SHA256()), 32), hashes.SHA256()))


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param(padded(b"\x00\x01", b"\x00" + DIGEST), id="no DigestInfo"),
        pytest.param(padded(b"\x00\x02", b"\x00" + PREFIX + DIGEST), id="block type of encryption"),
        pytest.param(padded(b"\x01\x01", b"\x00" + PREFIX + DIGEST), id="first byte"),
        pytest.param(padded(b"\x00\x01", b"\xff" + PREFIX + DIGEST), id="no separator"),
        pytest.param(b"\x00\x01" + b"\xfe" * 202 + b"\x00" + PREFIX + DIGEST, id="other filling"),
        # Bleichenbacher 2006: a short padding, and rubbish behind the digest to make the number a cube
        pytest.param((b"\x00\x01" + b"\xff" * 8 + b"\x00" + PREFIX + DIGEST).ljust(256, b"\x7f"), id="rubbish behind"),
        pytest.param((b"\x00\x01\x00" + PREFIX + DIGEST).ljust(256, b"\x00"), id="no filling"),
        # BERserk: a length in the long form hides rubbish within
        pytest.param(
            padded(b"\x00\x01", b"\x00\x30\x81\x31" + PREFIX[2:] + DIGEST), id="long length of the DigestInfo"
        ),
        pytest.param(
            padded(b"\x00\x01", b"\x00\x30\x2f\x30\x0b" + PREFIX[4:15] + b"\x04\x20" + DIGEST), id="NULL left out"
        ),
        pytest.param(padded(b"\x00\x01", b"\x00" + PREFIX[:-1] + b"\x1f" + DIGEST[:31]), id="digest cut"),
    ],
)
def test_a_forged_padding_is_refused(encoded: bytes) -> None:
    assert len(encoded) == 256
    assert not KEY.verify(MESSAGE, signed(encoded))


def test_a_signature_has_the_length_of_the_modulus_and_is_below_it() -> None:
    signature = rsa_key().sign(MESSAGE, PKCS1v15(), hashes.SHA256())
    number, modulus = int.from_bytes(signature), KEY.modulus
    wrong = [b"", signature[1:], signature[:-1], b"\x00" + signature, signature + b"\x00", b"\x00" * 256, b"\xff" * 256]
    wrong += [(number + modulus).to_bytes(257), modulus.to_bytes(256), (1).to_bytes(256), (modulus - 1).to_bytes(256)]
    assert not any(KEY.verify(MESSAGE, each) for each in wrong)


def test_a_signature_has_no_second_spelling_above_the_modulus() -> None:
    messages = (b"%d" % number for number in range(5000))
    signatures = ((message, rsa_key().sign(message, PKCS1v15(), hashes.SHA256())) for message in messages)
    room = (1 << 2048) - KEY.modulus
    message, signature = next(each for each in signatures if int.from_bytes(each[1]) < room)
    assert KEY.verify(message, signature)
    assert not KEY.verify(message, (int.from_bytes(signature) + KEY.modulus).to_bytes(256))


def test_a_signature_that_begins_with_zeros_is_verified_in_full_length_only() -> None:
    messages = (b"%d" % number for number in range(5000))
    signatures = ((message, rsa_key().sign(message, PKCS1v15(), hashes.SHA256())) for message in messages)
    message, signature = next((message, signature) for message, signature in signatures if signature[0] == 0)
    assert KEY.verify(message, signature)
    assert not KEY.verify(message, signature[1:])


@pytest.mark.parametrize("size", SIZES)
def test_the_numbers_of_a_key_are_read(size: int) -> None:
    numbers = rsa_key(size).public_key().public_numbers()
    key = public_key(der(rsa_key(size)))
    assert (key.modulus, key.exponent, key.size) == (numbers.n, numbers.e, size // 8)


@pytest.mark.parametrize("cut", range(0, 294, 7))
def test_a_key_that_is_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever
        public_key(der(rsa_key())[:cut])


@given(st.binary(max_size=64))
def test_what_is_no_key_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever
        public_key(content)


@given(place=st.integers(0, 293), byte=st.integers(0, 255))
def test_a_key_with_one_wrong_byte_is_refused_or_is_another_modulus(place: int, byte: int) -> None:
    changed = bytearray(der(rsa_key()))
    changed[place] = byte
    try:
        key = public_key(bytes(changed))
    except ValueError:
        return
    assert der(rsa_key()) == changed or (32 <= place <= 288 and key.modulus != KEY.modulus)


def value(tag: int, content: bytes, length: bytes | None = None) -> bytes:
    """Return a DER value, with a length of its own when one is given."""
    size = len(content)
    shortest = bytes([size]) if size < 0x80 else b"\x81" + bytes([size]) if size < 0x100 else b"\x82" + size.to_bytes(2)
    return bytes([tag]) + (shortest if length is None else length) + content


def key_of(modulus: bytes, exponent: bytes) -> bytes:
    numbers = value(0x30, modulus + exponent)
    return value(0x30, bytes.fromhex("300d06092a864886f70d0101010500") + value(0x03, b"\x00" + numbers))


def test_a_number_is_read_in_its_shortest_spelling_alone() -> None:
    modulus, exponent = b"\x00" + KEY.modulus.to_bytes(256), b"\x01\x00\x01"
    right = value(0x02, modulus), value(0x02, exponent)
    assert key_of(*right) == der(rsa_key())
    for wrong in (
        (value(0x02, b"\x00" + modulus), right[1]),
        (value(0x02, modulus[1:]), right[1]),
        (value(0x02, modulus, b"\x83\x00\x01\x01"), right[1]),
        (right[0], value(0x02, b"\x00" + exponent)),
        (right[0], value(0x02, exponent, b"\x81\x03")),
        (right[0], value(0x02, exponent, b"\x82\x00\x03")),
        (right[0], value(0x02, b"")),
        (right[0], b""),
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - whichever
            public_key(key_of(*wrong))


def test_what_is_not_der_is_refused() -> None:
    right = der(rsa_key())
    modulus = right[28:289]
    longer = right[:2] + (291).to_bytes(2) + right[4:]
    wrong = {
        "something behind": right + b"\x00",
        "something behind, counted": longer + b"\x00",
        "a length in three bytes": b"\x30\x83\x00" + right[2:],
        "no end": b"\x30\x80" + right[4:] + b"\x00\x00",
        "a length of 126 bytes": b"\x30\xfe" + right[4:],
        "unused bits": right.replace(b"\x03\x82\x01\x0f\x00", b"\x03\x82\x01\x0f\x01"),
        "a negative modulus": right.replace(modulus[:5], b"\x02\x82\x01\x01\xff"),
    }
    accepted = []
    for name, content in wrong.items():
        assert content != right, name
        try:
            public_key(content)
        except ValueError:
            continue
        accepted.append(name)
    assert accepted == []


def test_keys_out_of_bounds_are_refused() -> None:
    weak = [generate_private_key(65537, 1024), generate_private_key(3, 2048)]
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    for content in (*map(der, weak), curve.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)):
        with pytest.raises(ValueError):  # noqa: PT011 - whichever
            public_key(content)
    for modulus in (1 << 2048, (1 << 4096) + 1, (1 << 2046) + 1, -KEY.modulus, 0):
        with pytest.raises(ValueError):  # noqa: PT011 - whichever
            PublicKey(modulus, 65537)


def test_the_jwk_is_read_by_others_as_the_same_key() -> None:
    jwk = KEY.jwk()
    assert PyJWK.from_dict(dict(jwk)).key.public_numbers() == rsa_key().public_key().public_numbers()
    assert (jwk["kty"], jwk["use"], jwk["alg"], jwk["e"]) == ("RSA", "sig", "RS256", "AQAB")


def test_the_key_id_is_the_thumbprint_of_rfc_7638() -> None:
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj"
        "hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQ"
        "vRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzK"
        "nqDKgw"
    )  # the example of section 3.1
    key = PublicKey(int.from_bytes(urlsafe_b64decode(modulus + "==")), 65537)
    assert key.key_id == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    assert json.loads(json.dumps(key.jwk()))["n"] == modulus
