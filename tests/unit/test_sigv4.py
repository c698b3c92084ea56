"""botocore's signer is the oracle: what it signs for the same request and moment, ours must sign too."""

import calendar
import time

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from hypothesis import given, settings
from hypothesis import strategies as st

from utenza.credentials import Credentials
from utenza.sigv4 import sign

HOST = "dynamodb.eu-south-1.amazonaws.com"
ASCII = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1).filter(str.strip)


def sign_with_botocore(headers: dict[str, str], body: bytes, credentials: Credentials) -> tuple[str, float]:
    """Return the authorization that botocore makes now, and that moment."""
    request = AWSRequest("POST", f"https://{HOST}/", headers=headers, data=body)
    SigV4Auth(BotoCredentials(*credentials), "dynamodb", "eu-south-1").add_auth(request)
    moment = time.strptime(request.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
    return request.headers["Authorization"], calendar.timegm(moment)


def assert_equal_signatures(headers: dict[str, str], body: bytes, credentials: Credentials) -> None:
    expected, now = sign_with_botocore(headers, body, credentials)
    with_host = headers | {"Host": HOST}
    signed = sign(with_host, body, credentials=credentials, region="eu-south-1", service="dynamodb", now=now)
    assert signed["authorization"] == expected


@pytest.mark.parametrize("token", ["", "FwoGZXIvYXdzEJr//////////wEaDN+/="])
@pytest.mark.parametrize(
    "body", [b"", b'{"Key":{"pk":{"S":"x"}}}', 'd\u2019Angelo \U0001f600 "\\'.encode(), bytes(range(256))]
)
def test_it_signs_like_botocore(body: bytes, token: str) -> None:
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.GetItem"}
    assert_equal_signatures(headers, body, Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCY", token))


@settings(deadline=None)
@given(access_key=ASCII, secret_key=ASCII, token=st.just("") | ASCII, target=HEADER, body=st.binary())
def test_it_signs_odd_characters_like_botocore(
    access_key: str, secret_key: str, token: str, target: str, body: bytes
) -> None:
    assert_equal_signatures({"X-Amz-Target": target}, body, Credentials(access_key, secret_key, token))


def test_it_signs_the_published_example() -> None:
    """`post-vanilla` of the Signature Version 4 test suite."""
    signed = sign(
        {"Host": "example.amazonaws.com"},
        b"",
        credentials=Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        region="us-east-1",
        service="service",
        now=1440938160,
    )
    assert signed == {
        "host": "example.amazonaws.com",
        "x-amz-date": "20150830T123600Z",
        "authorization": (
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date, "
            "Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        ),
    }


def test_credentials_do_not_show_their_secrets() -> None:
    assert repr(Credentials("AKIDEXAMPLE", "secret", "token")) == "Credentials(AKIDEXAMPLE)"
