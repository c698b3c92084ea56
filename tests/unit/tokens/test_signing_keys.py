"""Which of several keys signs, verifies and is published."""

from typing import Any

import jwt
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.fakes.key_services import FakeKms, rsa_key
from tests.fakes.signing_keys import FakeSigningKeyRoles
from utenza.errors import AccessTokenInvalid
from utenza.tokens.access import AccessTokens
from utenza.tokens.signing_keys import KeyRoles, SigningKeys

NOW, ISSUER = 1_800_000_000, "https://api.example.it"


class Stack:
    """A KMS with three keys, their roles, and the processes that use them."""

    def __init__(self) -> None:
        self.kms = FakeKms(rsa_key())
        self.first = "arn:aws:kms:eu-south-1:123456789012:key/1"
        made = [self.kms.create_key(KeySpec="RSA_2048", Tags=[])["KeyMetadata"]["Arn"] for _ in range(2)]
        self.second, self.third = made
        self.table = FakeSigningKeyRoles(self.first)
        self.reads = 0
        self.error: Exception | None = None

    def process(self) -> SigningKeys:
        def read() -> KeyRoles:
            self.reads += 1
            if self.error:
                raise self.error
            return self.table.read()

        return SigningKeys(read, self.kms)

    def tokens(self) -> AccessTokens:
        return AccessTokens(self.process(), audience="utenza", lifetime=600)


@pytest.fixture
def stack() -> Stack:
    return Stack()


def _issue(tokens: AccessTokens, now: int = NOW) -> str:
    return tokens.issue("a1", "luce", session_id="s1", auth_time=now, generation=0, issuer=ISSUER, now=now)[0]


def _is_good(tokens: AccessTokens, token: str, now: int = NOW) -> bool:
    try:
        tokens.read(token, issuer=ISSUER, now=now)
    except AccessTokenInvalid:
        return False
    return True


def _ids(keys: list[dict[str, str]]) -> list[str]:
    return [key["kid"] for key in keys]


def test_all_but_the_retired_keys_are_published_the_current_one_first(stack: Stack) -> None:
    stack.table.roles = KeyRoles(stack.second, next=stack.third, old=stack.first, retired="arn:gone")
    process = stack.process()
    published = process.public_jwks(now=NOW)
    assert published[0]["kid"] == process.current(now=NOW).key_id
    assert len({key["n"] for key in published}) == len(published) == 3


@pytest.mark.parametrize("role", ["next", "current", "old"])
def test_tokens_of_every_published_key_are_good(stack: Stack, role: str) -> None:
    token = _issue(stack.tokens())  # of the first key
    others = {"current": stack.second} if role != "current" else {"next": stack.second}
    stack.table.roles = KeyRoles(**{role: stack.first} | others)
    assert _is_good(stack.tokens(), token)
    key = next(
        key for key in stack.process().public_jwks(now=NOW) if jwt.get_unverified_header(token)["kid"] == key["kid"]
    )
    assert jwt.decode(
        token, jwt.PyJWK(dict(key)), ["RS256"], audience="utenza", options={"verify_exp": False, "verify_iat": False}
    )


def test_tokens_of_retired_and_unknown_keys_are_not(stack: Stack) -> None:
    first = _issue(stack.tokens())
    stack.table.roles = KeyRoles(stack.second, retired=stack.first)
    assert not _is_good(stack.tokens(), first)
    assert _is_good(stack.tokens(), _issue(stack.tokens()))
    other = Stack()
    other.table.roles = KeyRoles("arn:other")
    assert not _is_good(stack.tokens(), _issue(other.tokens()))


def test_a_token_does_not_pass_under_the_name_of_another_published_key(stack: Stack) -> None:
    stack.table.roles = KeyRoles(stack.first, next=stack.second)
    _, claims, signature = _issue(stack.tokens()).split(".")
    stack.table.roles = KeyRoles(stack.second, old=stack.first)
    head = _issue(stack.tokens()).split(".")[0]
    assert not _is_good(stack.tokens(), f"{head}.{claims}.{signature}")


def test_a_login_asks_for_a_signature_alone(stack: Stack) -> None:
    tokens = stack.tokens()
    _issue(tokens)
    stack.kms.calls.clear()
    for seconds in range(0, 300, 10):
        _issue(tokens, NOW + seconds)
    assert stack.kms.calls == ["sign"] * 30
    assert stack.reads == 1


def test_a_new_key_signs_within_five_minutes_and_verifies_at_once(stack: Stack) -> None:
    login, account = stack.tokens(), stack.tokens()
    before = _issue(login)
    assert _is_good(account, before)
    stack.table.roles = KeyRoles(stack.second, old=stack.first)
    assert jwt.get_unverified_header(_issue(login, NOW + 299)) == jwt.get_unverified_header(before)
    after = _issue(login, NOW + 300)
    assert jwt.get_unverified_header(after) != jwt.get_unverified_header(before)
    assert _is_good(account, _issue(stack.tokens(), NOW + 20), NOW + 20)
    assert _is_good(account, after, NOW + 300)


def test_what_strangers_send_makes_nobody_read_more_often(stack: Stack) -> None:
    account, other = stack.tokens(), Stack()
    other.table.roles = KeyRoles("arn:other")
    forged = _issue(other.tokens(), NOW + 100)
    for _ in range(100):
        assert not _is_good(account, forged, NOW + 100)
    assert stack.reads == 2


def test_public_halves_are_asked_for_once(stack: Stack) -> None:
    stack.table.roles = KeyRoles(stack.first, next=stack.second)
    process = stack.process()
    for seconds in range(0, 3600, 100):
        assert len(process.public_jwks(now=NOW + seconds)) == 2
    assert stack.kms.calls == ["get_public_key"] * 2


def test_a_next_key_that_iam_does_not_know_yet_is_left_out_and_any_other_is_an_outage(stack: Stack) -> None:
    stack.kms.states[stack.second] = "unknown to IAM"
    stack.table.roles = KeyRoles(stack.first, next=stack.second)
    process = stack.process()
    assert len(process.public_jwks(now=NOW)) == 1
    del stack.kms.states[stack.second]
    assert len(process.public_jwks(now=NOW)) == 2
    stack.kms.states[stack.third] = "unknown to IAM"
    for roles in (KeyRoles(stack.first, old=stack.third), KeyRoles(stack.third)):
        stack.table.roles = roles
        with pytest.raises(ClientError):
            stack.process().public_jwks(now=NOW)


def test_an_outage_of_the_table_stops_nobody_for_an_hour(stack: Stack) -> None:
    tokens: Any = stack.tokens()
    _issue(tokens)
    stack.error = EndpointConnectionError(endpoint_url="https://aws.example")
    for seconds in range(300, 3600, 7):
        assert _is_good(tokens, _issue(tokens, NOW + seconds), NOW + seconds)
    with pytest.raises(EndpointConnectionError):
        _issue(tokens, NOW + 3600)
