from hashlib import sha256
from typing import Any

import jwt
import pytest

from tests.fakes.key_services import FakeKms, rsa_key
from utenza.tokens.signing_key import SigningKey


def test_kms_is_sent_the_digest_alone() -> None:
    sent: list[bytes] = []

    class Kms(FakeKms):
        def sign(self, *, Message: bytes, **others: Any) -> dict[str, Any]:  # noqa: N803 - boto3's name
            sent.append(Message)
            return super().sign(Message=Message, **others)

    token = SigningKey("arn:key", Kms(rsa_key())).jws.encode(b"{}", "", "RS256")
    assert sent == [sha256(token.rpartition(".")[0].encode()).digest()]


def test_a_signature_asks_kms_for_nothing_else() -> None:
    kms = FakeKms(rsa_key())
    SigningKey("arn:key", kms).jws.encode(b"{}", "", "RS256", {"kid": SigningKey("arn:key", kms).key_id})
    assert kms.calls == ["sign"]


def test_the_public_key_is_read_once() -> None:
    kms = FakeKms(rsa_key())
    key = SigningKey("arn:key", kms)
    assert kms.calls == []
    assert key.public_jwk() == key.public_jwk()
    assert kms.calls == ["get_public_key"]


def test_a_key_is_named_after_its_arn_and_published_under_that_name() -> None:
    one, same, other = (SigningKey(arn, FakeKms(rsa_key())) for arn in ("arn:one", "arn:one", "arn:other"))
    assert one.key_id == same.key_id != other.key_id
    assert one.public_jwk()["kid"] == one.key_id
    assert "arn" not in one.key_id


def test_an_alias_is_refused() -> None:
    with pytest.raises(ValueError, match="alias"):
        SigningKey("arn:aws:kms:eu-south-1:123456789012:alias/utenza", FakeKms(rsa_key()))


def test_the_signer_knows_no_other_algorithm() -> None:
    assert SigningKey("arn:key", FakeKms(rsa_key())).jws.get_algorithms() == ["RS256"]


def test_what_is_published_verifies_what_is_signed() -> None:
    key = SigningKey("arn:key", FakeKms(rsa_key()))
    token = key.jws.encode(b'{"sub":"a"}', "", "RS256")
    assert jwt.decode(token, jwt.PyJWK(dict(key.public_jwk())), ["RS256"]) == {"sub": "a"}
