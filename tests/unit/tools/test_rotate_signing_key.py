"""The procedure of docs/rotation.md: on fakes minute by minute with everyone who verifies, and the command on moto."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import jwt
import pytest
from moto import mock_aws

from tests.fakes.key_services import FakeKms, rsa_key
from tests.fakes.signing_keys import FakeSigningKeyRoles
from tools import rotate_signing_key
from tools.rotate_signing_key import TAG, WAIT, Keys, Kind, NotYet, Step, advance, main, step_of
from utenza.dynamodb import DynamoDb
from utenza.errors import AccessTokenInvalid
from utenza.tables.signing_keys import ChangedMeanwhile, SigningKeyRoles
from utenza.tokens.access import AccessTokens
from utenza.tokens.signing_keys import KeyRoles, SigningKeys

NOW, ISSUER = 1_800_000_000, "https://api.example.it"
FIRST = "arn:aws:kms:eu-south-1:123456789012:key/1"
STEPS: tuple[Step, ...] = ("publish", "use", "retire", "delete")


class Deployment:
    """A stack on fakes at a time that the test moves."""

    def __init__(self) -> None:
        self.now = NOW
        self.kms = FakeKms(rsa_key())
        self.roles = FakeSigningKeyRoles(FIRST)
        self.discovery = self.process()
        self._cached: tuple[int, dict[str, dict[str, str]]] = 0, {}

    def process(self) -> SigningKeys:
        return SigningKeys(self.roles.read, self.kms)

    def jwks(self) -> dict[str, dict[str, str]]:
        return {key["kid"]: key for key in self.discovery.public_jwks(now=self.now)}

    def cached_jwks(self) -> dict[str, dict[str, str]]:
        """Return what a cache on the way gives that obeys `max-age=300`."""
        if self.now - self._cached[0] >= 300:
            self._cached = self.now, self.jwks()
        return self._cached[1]

    def advance(self, **options: Any) -> str:
        keys = Keys(self.roles, self.kms, "utenza", FIRST, lambda: set(self.jwks()))
        return advance(keys, **({"begin": step_of(self.roles.roles) == "publish"} | options))


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Deployment:
    made = Deployment()
    monkeypatch.setattr(rotate_signing_key, "time_of", lambda _: made.now)
    return made


class Authorizer:
    """Somebody else who verifies: keeps a key set for two hours, and reads it no sooner for a key that it lacks."""

    def __init__(self, deployment: Deployment, age: int) -> None:
        self._deployment = deployment
        self._keys: dict[str, jwt.PyJWK] = {}
        self._read_at = NOW - age

    def accepts(self, token: str) -> bool:
        if not self._keys or self._deployment.now - self._read_at >= 7200:
            self._keys = {key_id: jwt.PyJWK(dict(key)) for key_id, key in self._deployment.cached_jwks().items()}
            self._read_at += 7200 if self._deployment.now - self._read_at >= 7200 else 0
        key = self._keys.get(jwt.get_unverified_header(token)["kid"])
        unchecked: Any = {"verify_exp": False, "verify_iat": False}
        return key is not None and bool(jwt.decode(token, key, ["RS256"], audience="utenza", options=unchecked))


def issue(tokens: AccessTokens, now: int) -> str:
    return tokens.issue("a1", "luce", session_id="s1", auth_time=now, generation=0, issuer=ISSUER, now=now)[0]


def test_no_token_is_refused_by_anyone_while_a_rotation_goes_on_as_fast_as_the_command_lets_it(
    deployment: Deployment,
) -> None:
    logins, accounts = (
        [AccessTokens(deployment.process(), audience="utenza", lifetime=3600) for _ in "123"] for _ in "12"
    )
    authorizers = [
        Authorizer(deployment, 60 * minutes) for minutes in (0, 30, 60, 90, 111)
    ]  # one reads just before it begins
    tokens: list[tuple[int, str]] = []
    done: list[str] = []
    for minute in range(360):
        deployment.now = NOW + 60 * minute
        before = step_of(deployment.roles.roles)
        try:
            if minute >= 10:
                deployment.advance()
                done.append(before)
        except NotYet:
            pass
        login, account = logins[minute % 3], accounts[minute % 2]
        tokens.append((deployment.now, issue(login, deployment.now)))
        alive = [token for issued_at, token in tokens if deployment.now < issued_at + 3600]
        for token in {alive[0], alive[-1]}:
            account.read(token, issuer=ISSUER, now=deployment.now)
            assert all(authorizer.accepts(token) for authorizer in authorizers), (minute, done)
    assert done[:5] == [*STEPS, "publish"]


def test_each_step_refuses_to_run_early_and_says_when(deployment: Deployment) -> None:
    deployment.advance()
    for step in STEPS[1:]:
        assert step_of(deployment.roles.roles) == step
        before = deployment.roles.roles
        deployment.now += WAIT[step] - 1
        with pytest.raises(NotYet, match=f"the next step is: {step}. Not before 20"):
            deployment.advance()
        assert deployment.roles.roles == before
        deployment.now += 1
        deployment.advance()
    assert step_of(deployment.roles.roles) == "publish"


def test_a_key_is_not_used_before_jwks_shows_it(deployment: Deployment) -> None:
    deployment.advance()
    next_key = deployment.roles.roles.next
    deployment.kms.states[next_key] = "unknown to IAM"
    for options in ({}, {"without_waiting": True}):
        deployment.now += WAIT["use"]
        with pytest.raises(NotYet, match="JWKS does not show"):
            deployment.advance(**options)
    del deployment.kms.states[next_key]
    deployment.advance()
    assert deployment.roles.roles.current == next_key


def test_after_a_misuse_nothing_waits_and_the_old_key_verifies_nothing_minutes_later(deployment: Deployment) -> None:
    account = AccessTokens(deployment.process(), audience="utenza")
    stolen = issue(AccessTokens(deployment.process(), audience="utenza", lifetime=10**6), NOW)
    account.read(stolen, issuer=ISSUER, now=NOW)
    deployment.advance()
    deployment.now += 300  # discovery shows it
    for _ in ("use", "retire", "delete"):
        deployment.advance(without_waiting=True)
    with pytest.raises(AccessTokenInvalid):
        account.read(stolen, issuer=ISSUER, now=deployment.now + 300)
    assert deployment.kms.states == {FIRST: "Disabled"}


def test_nothing_begins_unasked_and_nothing_begins_twice(deployment: Deployment) -> None:
    assert "no rotation is under way" in deployment.advance(begin=False)
    assert deployment.roles.roles == KeyRoles(FIRST)
    deployment.advance(begin=True)
    with pytest.raises(NotYet, match="its next step is: use"):
        deployment.advance(begin=True)
    assert len(deployment.kms.created) == 1


def test_a_dry_run_changes_nothing_and_says_what_is_due(deployment: Deployment) -> None:
    for step in STEPS:
        before = deployment.roles.roles, dict(deployment.kms.created), dict(deployment.kms.states)
        deployment.now += WAIT[step]
        assert deployment.advance(dry_run=True) == f"the next step is due: {step}"
        assert before == (deployment.roles.roles, deployment.kms.created, deployment.kms.states)
        deployment.advance()


def test_the_stacks_own_key_is_disabled_and_later_ones_are_deleted(deployment: Deployment) -> None:
    for _ in range(2):
        for step in STEPS:
            deployment.now += WAIT[step]
            deployment.advance()
    second, third = deployment.kms.created
    assert deployment.roles.roles.current == third
    assert deployment.kms.states == {FIRST: "Disabled", second: "PendingDeletion"}


def test_an_interrupted_deletion_can_be_done_again(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in (*STEPS, *STEPS[:3]):
        deployment.now += WAIT[step]
        deployment.advance()
    deployment.now += WAIT["delete"]
    with monkeypatch.context() as patch:
        patch.setattr(deployment.roles, "replace", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            deployment.advance()
    deployment.advance()
    assert not deployment.roles.roles.retired


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_key_that_nobody_will_use_is_not_left_behind(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment.roles, "replace", _changed)
    with pytest.raises(ChangedMeanwhile):
        deployment.advance()
    [created] = deployment.kms.created
    assert deployment.kms.states == {created: "PendingDeletion"}


def _changed(*_: object) -> None:
    raise ChangedMeanwhile


def test_the_next_key_is_of_the_same_kind_unless_another_is_asked_for(deployment: Deployment) -> None:
    deployment.advance(kind=Kind("RSA_3072"))
    for step in STEPS[1:]:
        deployment.now += WAIT[step]
        deployment.advance()
    deployment.advance()
    assert [key.key_size for key in deployment.kms.created.values()] == [3072, 3072]


# The command


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return moto's KMS, with the part of a stack that the command needs."""
    for name, value in (
        ("AWS_DEFAULT_REGION", "eu-south-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ):
        monkeypatch.setenv(name, value)
    with mock_aws():
        kms = boto3.client("kms")
        first = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
        table = {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            },
        }
        values = {"SigningKeyArn": first, "SigningKeysTable": {"Ref": "Keys"}, "JwksUrl": "https://api.example.it/jwks"}
        template = {
            "Resources": {"Keys": table},
            "Outputs": {name: {"Value": value} for name, value in values.items()},
        }
        boto3.client("cloudformation").create_stack(StackName="utenza", TemplateBody=json.dumps(template))
        monkeypatch.setattr(rotate_signing_key, "_key_ids", lambda _: _published())
        yield kms


def _roles() -> KeyRoles:
    outputs = boto3.client("cloudformation").describe_stacks(StackName="utenza")["Stacks"][0]["Outputs"]
    found = {output["OutputKey"]: output["OutputValue"] for output in outputs}
    table = DynamoDb(boto3.client("dynamodb"))
    return SigningKeyRoles(table, found["SigningKeysTable"], found["SigningKeyArn"]).read()


def _published() -> set[str]:
    return {key["kid"] for key in SigningKeys(_roles, boto3.client("kms")).public_jwks(now=NOW)}


def test_the_command_goes_from_step_to_step(aws: Any, capsys: pytest.CaptureFixture[str]) -> None:
    first = _roles().current
    assert main(["--aws"]) == 0
    assert "no rotation is under way" in capsys.readouterr().out
    assert main(["--aws", "--begin", "--dry-run"]) == 0
    assert "dry run, nothing changed: the next step is due: publish" in capsys.readouterr().out
    assert main(["--aws", "--begin"]) == 0
    created = _roles().next
    assert aws.list_resource_tags(KeyId=created)["Tags"] == [{"TagKey": TAG, "TagValue": "utenza"}]
    assert main(["--aws"]) == 1
    assert "the next step is: use. Not before" in capsys.readouterr().err
    for _ in STEPS[1:]:
        assert main(["--aws", "--without-waiting"]) == 0
    assert "The rotation is complete" in capsys.readouterr().out
    assert _roles()._replace(changed_at=0) == KeyRoles(created)
    assert aws.describe_key(KeyId=first)["KeyMetadata"]["KeyState"] == "Disabled"


def test_a_key_that_spans_regions_is_followed_by_another(aws: Any) -> None:
    assert main(["--aws", "--begin", "--multi-region"]) == 0
    created = _roles().next
    assert aws.describe_key(KeyId=created)["KeyMetadata"]["MultiRegion"]
    for _ in STEPS[1:]:
        assert main(["--aws", "--without-waiting"]) == 0
    assert main(["--aws", "--begin"]) == 0
    assert aws.describe_key(KeyId=_roles().next)["KeyMetadata"]["MultiRegion"]


@pytest.mark.usefixtures("aws")
def test_what_does_not_go_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    boto3.client("cloudformation").create_stack(
        StackName="older",
        TemplateBody=json.dumps(
            {
                "Resources": {"T": {"Type": "AWS::SNS::Topic"}},
                "Outputs": {"SigningKeyArn": {"Value": FIRST}},
            }
        ),
    )
    for stack, said in (("nowhere", "there is no stack nowhere"), ("older", "of an earlier version")):
        assert main(["--aws", "--stack", stack, "--begin"]) == 1
        [line] = capsys.readouterr().err.splitlines()
        assert said in line


@pytest.mark.usefixtures("aws")
def test_who_rotates_at_the_same_time_is_told_to_look(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(SigningKeyRoles, "replace", _changed)
    assert main(["--aws", "--begin"]) == 1
    assert "somebody else is rotating" in capsys.readouterr().err


def test_the_help_names_every_step(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    assert all(f"\n{step}:" in said for step in STEPS)
    assert "two hours" in said
