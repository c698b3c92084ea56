"""Tokens of every kind, and what must not pass for one: handmade, mutated, and out of their purpose."""

import json
from hashlib import sha256
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jwt.utils import base64url_decode, base64url_encode

from tests.fakes.key_services import FakeKms, FakeSecretsManager, rsa_key
from utenza.errors import AccessTokenInvalid, InvalidCredentials, StepTokenExpired, StepTokenInvalid
from utenza.tokens.access import AccessTokens
from utenza.tokens.claims import AccessClaims, StepClaims
from utenza.tokens.key_ring import KeyRing, RingKey
from utenza.tokens.registration import StepTokens
from utenza.tokens.signed_state import SignedState
from utenza.tokens.signing_key import SigningKey
from utenza.tokens.signing_keys import KeyRoles, SigningKeys

NOW = 1_800_000_000
SECRET, OTHER = "s" * 64, "o" * 64
ISSUER = "https://api.example.it/v1"
CODE = "0012345"
PHONE = "+393331234567"
HOLDER = ("h1", "h2")
UNCHECKED = {"verify_exp": False, "verify_iat": False}  # PyJWT looks at the clock on the wall


def step_tokens(*secrets: str) -> StepTokens:
    return StepTokens(KeyRing("step", FakeSecretsManager(*secrets or (SECRET,))), 900)


def access_tokens(number: int = 0, audience: str = "utenza") -> AccessTokens:
    keys = SigningKeys(lambda: KeyRoles("arn:key"), FakeKms(rsa_key(number=number)))
    return AccessTokens(keys, audience=audience, lifetime=600)


def issued() -> tuple[str, int]:
    return access_tokens().issue(
        "a1", "luce", session_id="s1", auth_time=NOW - 60, generation=7, issuer=ISSUER, now=NOW
    )


STEP = step_tokens().issue("luce", CODE, PHONE, HOLDER, now=NOW)[0]
ACCESS = issued()[0]
STEP_HEADER = {"alg": "HS256", "kid": RingKey(SECRET).key_id, "typ": "step+jwt"}
STEP_CLAIMS = {
    "jti": "1",
    "aud": "credentials",
    "supplier": "luce",
    "code": CODE,
    "holder": ["h1"],
    "iat": NOW,
    "exp": NOW + 900,
}


def encoded(content: bytes) -> str:
    return base64url_encode(content).decode()


def part(content: object) -> str:
    return encoded(json.dumps(content, separators=(",", ":")).encode())


def handmade(header: object, claims: object = STEP_CLAIMS, secret: str = SECRET) -> str:
    """Return a token with a right HMAC, whatever it says."""
    message = f"{part(header)}.{part(claims)}"
    return f"{message}.{encoded(RingKey(secret).sign(message.encode()))}"


def accepted_as_step(token: str, now: int = NOW) -> bool:
    try:
        step_tokens().read(token, now=now)
    except StepTokenInvalid:
        return False
    return True


def accepted_as_access(token: str, now: int = NOW) -> bool:
    try:
        access_tokens().read(token, issuer=ISSUER, now=now)
    except AccessTokenInvalid:
        return False
    return True


# The step token


def test_a_step_token_gives_back_what_step_one_found() -> None:
    token, expires_in = step_tokens().issue("luce", CODE, PHONE, HOLDER, now=NOW)
    claims = step_tokens().read(token, now=NOW + 899)
    assert expires_in == 900
    assert claims == StepClaims(claims.token_id, "luce", CODE, PHONE, HOLDER, NOW + 900)


def test_a_step_token_without_a_phone_has_no_claim_for_it() -> None:
    token, _ = step_tokens().issue("luce", CODE, "", HOLDER, now=NOW)
    assert "phone" not in jwt.decode(token, options={"verify_signature": False})
    assert step_tokens().read(token, now=NOW).phone == ""


def test_a_step_token_names_the_tax_code_that_was_not_typed() -> None:
    token, _ = step_tokens().issue("luce", CODE, PHONE, HOLDER, unproved="partita_iva", now=NOW)
    assert step_tokens().read(token, now=NOW).unproved == "partita_iva"
    assert step_tokens().read(STEP, now=NOW).unproved is None


def test_a_step_token_holds_what_the_next_step_needs_and_no_more() -> None:
    decoded = jwt.decode_complete(STEP, SECRET, ["HS256"], audience="credentials", options=UNCHECKED)  # type: ignore[arg-type]
    assert decoded["header"] == STEP_HEADER
    assert decoded["payload"].keys() == {"jti", "aud", "supplier", "code", "phone", "holder", "iat", "exp"}
    assert (decoded["payload"]["iat"], decoded["payload"]["exp"]) == (NOW, NOW + 900)


def test_a_step_token_that_is_not_bound_to_a_holder_is_refused() -> None:
    unbound = {name: value for name, value in STEP_CLAIMS.items() if name != "holder"}
    assert accepted_as_step(handmade(STEP_HEADER))
    assert not accepted_as_step(handmade(STEP_HEADER, unbound))
    with pytest.raises(StepTokenExpired):
        step_tokens().read(handmade(STEP_HEADER, unbound), now=NOW + 900)


def test_no_two_step_tokens_have_the_same_id() -> None:
    tokens = [step_tokens().issue("luce", CODE, "", HOLDER, now=NOW)[0] for _ in range(100)]
    assert len({step_tokens().read(token, now=NOW).token_id for token in tokens}) == 100


def test_a_step_token_ends_to_the_second() -> None:
    step_tokens().read(STEP, now=NOW + 899)
    with pytest.raises(StepTokenExpired):
        step_tokens().read(STEP, now=NOW + 900)


def test_a_step_token_is_said_to_be_expired_only_when_its_signature_is_right() -> None:
    long_after = NOW + 10_000
    assert not accepted_as_step(STEP[:-4] + "AAAA", long_after)
    with pytest.raises(StepTokenInvalid):
        step_tokens(OTHER).read(STEP, now=long_after)


def test_a_step_token_for_another_step_is_refused_and_not_called_expired() -> None:
    token = handmade(STEP_HEADER, STEP_CLAIMS | {"aud": "recovery"})
    assert accepted_as_step(handmade(STEP_HEADER))
    assert not accepted_as_step(token)
    assert not accepted_as_step(token, NOW + 10_000)


def test_a_token_of_the_previous_key_is_good_and_of_a_dropped_one_is_not() -> None:
    assert step_tokens(OTHER, SECRET).read(STEP, now=NOW).customer_code == CODE
    with pytest.raises(StepTokenInvalid):
        step_tokens(OTHER).read(STEP, now=NOW)


@pytest.mark.parametrize(
    "header",
    [
        STEP_HEADER | {"alg": "none"},
        STEP_HEADER | {"alg": "HS512"},
        STEP_HEADER | {"alg": "hs256"},
        STEP_HEADER | {"alg": "RS256"},
        STEP_HEADER | {"alg": ["HS256"]},
        STEP_HEADER | {"typ": "JWT"},
        STEP_HEADER | {"typ": "at+jwt"},
        STEP_HEADER | {"kid": "00000000"},
        STEP_HEADER | {"kid": None},
        STEP_HEADER | {"crit": ["b64"], "b64": False},
        STEP_HEADER | {"crit": []},
        STEP_HEADER | {"crit": ["exp"]},
        STEP_HEADER | {"b64": True},
        STEP_HEADER | {"jwk": {"kty": "oct", "k": part(SECRET)}},
        STEP_HEADER | {"zip": "DEF"},
        {"alg": "HS256", "typ": "step+jwt"},
        {"alg": "HS256", "kid": STEP_HEADER["kid"]},
        {},
        [],
        None,
    ],
)
def test_no_other_header_is_accepted_even_with_a_right_signature(header: object) -> None:
    assert not accepted_as_step(handmade(header))


def test_doubled_members_are_refused_even_with_a_right_signature() -> None:
    for doubled in ('{"alg":"none","alg":"HS256"', '{"typ":"at+jwt","alg":"HS256"'):
        header = f'{doubled},"kid":"{STEP_HEADER["kid"]}","typ":"step+jwt"}}'
        message = f"{encoded(header.encode())}.{part(STEP_CLAIMS)}"
        token = f"{message}.{encoded(RingKey(SECRET).sign(message.encode()))}"
        assert not accepted_as_step(token)


def test_a_step_token_without_a_signature_is_refused() -> None:
    _, claims, signature = STEP.split(".")
    for header in (STEP_HEADER, STEP_HEADER | {"alg": "none"}):
        assert not accepted_as_step(f"{part(header)}.{claims}.")
        assert not accepted_as_step(f"{part(header)}.{claims}")
        assert not accepted_as_step(f"{part(header)}.{claims}.{signature[:22]}")
    assert not accepted_as_step(jwt.encode(STEP_CLAIMS, "", "none", {"typ": "step+jwt"}))


def test_a_second_spelling_of_a_good_token_is_refused() -> None:
    assert accepted_as_step(STEP)
    for other in (
        f"{STEP}=",
        f"{STEP} ",
        f" {STEP}",
        f"{STEP}\n",
        f"{STEP}.",
        f"{STEP}.e30",
        STEP.replace(".", "..", 1),
    ):
        assert not accepted_as_step(other)
    assert not accepted_as_access(f"{ACCESS}=")
    assert not accepted_as_access(f"{ACCESS}==")
    head, last = STEP[:-1], STEP[-1]  # the last letter of 43 has two bits that say nothing
    assert [
        letter
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        if accepted_as_step(head + letter)
    ] == [last]


def test_a_token_over_four_kilobytes_is_not_looked_at() -> None:
    fits = handmade(STEP_HEADER, STEP_CLAIMS | {"x": "y" * 2700})
    large = handmade(STEP_HEADER, STEP_CLAIMS | {"x": "y" * 2900})
    assert len(fits) <= 4096 < len(large)
    assert accepted_as_step(fits)
    assert not accepted_as_step(large)


def test_another_step_is_a_few_lines_and_its_tokens_are_good_for_it_alone() -> None:
    keys = KeyRing("step", FakeSecretsManager(SECRET))
    confirmation = SignedState(
        keys, "confirmation+jwt", "confirm", 3600, invalid=InvalidCredentials, expired=StepTokenExpired
    )
    token, expires_in = confirmation.issue({"registration": "r1", "aud": "credentials"}, now=NOW)
    assert expires_in == 3600
    assert confirmation.read(token, now=NOW)["registration"] == "r1"
    assert confirmation.read(token, now=NOW)["aud"] == "confirm"
    assert not accepted_as_step(token)
    with pytest.raises(InvalidCredentials):
        confirmation.read(STEP, now=NOW)


# The access token


def test_an_access_token_says_whom_it_speaks_for() -> None:
    token, expires_in = issued()
    claims = access_tokens().read(token, issuer=ISSUER, now=NOW + 599)
    assert expires_in == 600
    assert claims == AccessClaims(claims.token_id, "a1", "luce", "s1", NOW, NOW + 600)
    assert claims.generation == 7


def test_others_verify_an_access_token_with_the_published_key() -> None:
    key = SigningKey("arn:key", FakeKms(rsa_key())).public_jwk()
    decoded = jwt.decode_complete(
        ACCESS,
        jwt.PyJWK(dict(key)),
        ["RS256"],
        audience="utenza",
        issuer=ISSUER,
        options=UNCHECKED,  # type: ignore[arg-type]
    )
    assert decoded["header"] == {"alg": "RS256", "kid": key["kid"], "typ": "at+jwt"}
    claims = decoded["payload"]
    assert claims | {"jti": ""} == {
        "iss": ISSUER,
        "sub": "a1",
        "aud": "utenza",
        "client_id": "utenza",
        "supplier": "luce",
        "sid": "s1",
        "auth_time": NOW - 60,
        "amr": ["pwd"],
        "iat": NOW,
        "exp": NOW + 600,
        "jti": "",
    }


def test_an_access_token_that_names_no_session_is_refused() -> None:
    """Those of versions before had no `sid`."""
    key = SigningKey("arn:key", FakeKms(rsa_key()))
    claims = json.loads(base64url_decode(ACCESS.split(".")[1]))
    for given_claims in (claims, {name: value for name, value in claims.items() if name != "sid"}):
        header = {"alg": "RS256", "kid": key.key_id, "typ": "at+jwt"}
        token = key.jws.encode(json.dumps(given_claims).encode(), "", "RS256", header)
        assert accepted_as_access(token) == ("sid" in given_claims)


def test_an_access_token_ends_to_the_second() -> None:
    assert accepted_as_access(ACCESS, NOW + 599)
    assert not accepted_as_access(ACCESS, NOW + 600)


def test_an_access_token_of_another_issuer_audience_or_key_is_refused() -> None:
    others: list[tuple[AccessTokens, str]] = [
        (access_tokens(), f"{ISSUER}/"),
        (access_tokens(), ""),
        (access_tokens(audience="billing"), ISSUER),
        (access_tokens(number=1), ISSUER),
    ]
    for reader, issuer in others:
        with pytest.raises(AccessTokenInvalid):
            reader.read(ACCESS, issuer=issuer, now=NOW)


def test_the_public_key_is_no_secret_to_sign_with() -> None:
    """The confusion of algorithms: an HMAC under the bytes of the RSA key that everybody may read."""
    key = SigningKey("arn:key", FakeKms(rsa_key()))
    _, claims, _ = ACCESS.split(".")
    for secret in (key.key_id, key.public_jwk()["n"], json.dumps(key.public_jwk())):
        for alg in ("HS256", "RS256"):
            message = f"{part({'alg': alg, 'kid': key.key_id, 'typ': 'at+jwt'})}.{claims}"
            signature = RingKey(secret).sign(message.encode())
            assert not accepted_as_access(f"{message}.{encoded(signature)}")
            assert not accepted_as_access(f"{message}.{encoded(signature * 8)}")


def test_step_and_access_tokens_are_not_taken_for_each_other() -> None:
    assert not accepted_as_access(STEP)
    assert not accepted_as_step(ACCESS)


def test_a_header_with_more_in_it_is_refused_even_with_a_right_signature() -> None:
    key = SigningKey("arn:key", FakeKms(rsa_key()))
    header: dict[str, Any] = {"alg": "RS256", "kid": key.key_id, "typ": "at+jwt"}
    claims = ACCESS.split(".")[1]
    results = []
    for more in ({}, {"crit": ["exp"]}, {"typ": "JWT"}, {"jku": "https://evil.example"}, {"alg": "none"}):
        message = f"{part(header | more)}.{claims}"
        results.append(
            accepted_as_access(
                f"{message}.{
                    encoded(
                        FakeKms(rsa_key()).sign(
                            KeyId='',
                            Message=sha256(message.encode()).digest(),
                            MessageType='DIGEST',
                            SigningAlgorithm='RSASSA_PKCS1_V1_5_SHA_256',
                        )['Signature']
                    )
                }"
            )
        )
    assert results == [True, False, False, False, False]


# Whatever is sent


@st.composite
def mutations(draw: st.DrawFn, token: str) -> str:
    """Return the token with a piece replaced, dropped, doubled or moved; sometimes within its JSON."""
    parts = token.split(".")
    if draw(st.booleans()):
        place = draw(st.integers(0, 1))
        content = base64url_decode(parts[place]).decode()
        parts[place] = encoded(draw(spliced(content)).encode("utf-8", "surrogatepass"))
        return ".".join(parts)
    return draw(st.one_of(spliced(token), st.permutations(parts).map(".".join)))


@st.composite
def spliced(draw: st.DrawFn, text: str) -> str:
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    anything = st.one_of(st.text(max_size=4), st.text('AQgw-_=.{}[]":,0 ', max_size=4), st.just(text[start:end] * 2))
    return text[:start] + draw(anything) + text[end:]


@settings(max_examples=500)
@given(mutations(STEP))
def test_no_mutated_step_token_is_accepted(token: str) -> None:
    assert accepted_as_step(token) == (token == STEP)


@settings(max_examples=500)
@given(mutations(ACCESS))
def test_no_mutated_access_token_is_accepted(token: str) -> None:
    assert accepted_as_access(token) == (token == ACCESS)


@given(st.one_of(st.text(), st.text("Aa0-_.=", max_size=40)))
def test_no_text_is_a_token(token: str) -> None:
    assert not accepted_as_step(token)
    assert not accepted_as_access(token)


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "...", "e30.e30.e30", "\ud800.\ud800.\ud800", "è.è.è", f"{part({})}..", "[" * 4000, "A" * 4096],
)
def test_what_is_no_token_is_refused(token: str) -> None:
    assert not accepted_as_step(token)
    assert not accepted_as_access(token)


def test_a_deep_header_or_claims_are_never_parsed() -> None:
    deep = encoded(b"[" * 3000)
    assert not accepted_as_step(f"{deep}.e30.AAAA")
    assert not accepted_as_step(f"{part(STEP_HEADER)}.{deep[:3900]}.AAAA")
