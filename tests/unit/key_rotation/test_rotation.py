"""The ring rotates by itself: step by step, each of them repeated or killed, and with a leak in between."""

import itertools
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, get_args

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError
from moto import mock_aws

from key_rotation import app, flow
from key_rotation.flow import PATIENCE, NotPending, Stale, Step
from key_rotation.ring import LEARNED, OUTLIVED, follows, rotated
from utenza.tables import recoveries
from utenza.tokens.key_ring import RingKey, RingSecrets, parse
from utenza.tokens.step_secret import StepSecret

FIRST, NOW, TOKEN = "MARKED" + "f" * 58, 1_800_000_000, "11111111-1111-1111-1111-111111111111"
STEPS: tuple[Step, ...] = get_args(Step)


class Killed(BaseException):
    """The function has ended in the middle."""


class SecretsManager:
    """One secret, as AWS says that it behaves: versions never change, labels are at one version each."""

    def __init__(self) -> None:
        self.contents: dict[str, str] = {"first": json.dumps({"current": FIRST})}
        self.labels: dict[str, str] = {"AWSCURRENT": "first"}
        self.mortal = 0  # how many calls are answered before the end, 0 for all

    def begin(self, token: str = TOKEN) -> None:
        """Begin a rotation, with a version that is empty."""
        assert self.labels.get("AWSPENDING") in (None, self.labels["AWSCURRENT"])  # else AWS refuses it
        self.labels["AWSPENDING"] = token

    def describe_secret(self, **_: Any) -> dict[str, Any]:
        self._call()
        versions: dict[str, list[str]] = {}
        for label, version in self.labels.items():
            versions.setdefault(version, []).append(label)
        return {"VersionIdsToStages": versions, "RotationEnabled": True}

    def get_secret_value(self, **asked: str) -> dict[str, Any]:
        self._call()
        version = self.labels.get(asked["VersionStage"], "")
        if version not in self.contents or asked.get("VersionId", version) != version:
            raise _error("ResourceNotFoundException")
        return {"VersionId": version, "SecretString": self.contents[version]}

    def put_secret_value(self, **asked: Any) -> None:
        self._call()
        version, content = asked["ClientRequestToken"], asked["SecretString"]
        if self.contents.setdefault(version, content) != content:
            raise _error("ResourceExistsException")
        self.labels |= dict.fromkeys(asked["VersionStages"], version)

    def update_secret_version_stage(self, **asked: str) -> None:
        self._call()
        label = asked["VersionStage"]
        if self.labels.get(label) != asked["RemoveFromVersionId"]:
            raise _error("InvalidParameterException")
        del self.labels[label]
        if "MoveToVersionId" in asked:
            self.labels[label] = asked["MoveToVersionId"]

    def ring(self) -> RingSecrets:
        return parse(self.contents[self.labels["AWSCURRENT"]])

    def leak(self, now: int) -> None:
        """Do what `tools.rotate_step_key --leaked` does."""
        self.contents["leaked"] = rotated(self.ring(), leaked=True, now=now).model_dump_json()
        self.labels["AWSCURRENT"] = "leaked"

    def _call(self) -> None:
        if self.mortal == 1:
            raise Killed
        self.mortal = max(0, self.mortal - 1)


def _error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "Anything")


def _rotate(aws: SecretsManager, *steps: Step, now: int = NOW) -> None:
    for step in steps or STEPS:
        flow.rotate(step, TOKEN, StepSecret(aws, "step-token"), now=now)


def _verifies(ring: RingSecrets, secret: str, now: int) -> bool:
    key_id = RingKey(secret).key_id
    return secret == ring.current or (secret in ring.previous and now < ring.until[key_id])


def test_a_rotation_has_a_new_key_and_the_one_before_outlives_what_it_has_signed() -> None:
    aws = SecretsManager()
    aws.begin()
    _rotate(aws, "createSecret", "setSecret", "testSecret")
    assert aws.ring().current == FIRST  # nobody has noticed
    _rotate(aws, "finishSecret", now=NOW + 60)
    ring = aws.ring()
    assert (ring.previous, ring.lasting, len(ring.current) >= 43) == ((FIRST,), FIRST, True)
    assert _verifies(ring, FIRST, NOW + 60 + OUTLIVED - 1)
    assert not _verifies(ring, FIRST, NOW + PATIENCE + OUTLIVED)
    assert aws.labels == {"AWSCURRENT": TOKEN}  # and the next rotation may begin


def test_a_rotation_killed_at_any_call_and_tried_again_is_one_rotation() -> None:
    for at in itertools.count(1):
        aws = SecretsManager()
        aws.begin()
        aws.mortal = at
        try:
            _rotate(aws)
        except Killed:
            aws.mortal = 0
            _rotate(aws, now=NOW + 600)  # Secrets Manager begins with the first step
        else:
            break
        assert (aws.ring().previous, aws.labels) == ((FIRST,), {"AWSCURRENT": TOKEN}), at
    assert at > 10


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_is_done_twice_is_done_once(step: Step) -> None:
    aws = SecretsManager()
    aws.begin()
    for each in STEPS:
        _rotate(aws, each, *([each] if each == step else []))
    assert (aws.ring().previous, aws.labels) == ((FIRST,), {"AWSCURRENT": TOKEN})


@pytest.mark.parametrize("done", [1, 2, 3])
def test_a_leaked_key_is_not_revived_by_a_rotation_that_had_begun(done: int) -> None:
    aws = SecretsManager()
    aws.begin()
    _rotate(aws, *STEPS[:done])
    aws.leak(NOW)
    leaked = aws.ring()
    with pytest.raises(Stale):
        _rotate(aws, *STEPS[done:], now=NOW + 5)  # the first that looks drops it
    assert (aws.ring(), aws.labels) == (leaked, {"AWSCURRENT": "leaked"})
    with pytest.raises(NotPending):  # Secrets Manager tries again
        _rotate(aws, now=NOW + 60)
    aws.begin()
    aws.contents.pop(TOKEN)  # it has a token of its own
    _rotate(aws, now=NOW + 70)
    assert _verifies(aws.ring(), FIRST, NOW + LEARNED - 1)
    assert not _verifies(aws.ring(), FIRST, NOW + LEARNED)


def test_a_rotation_that_took_too_long_begins_anew_before_it_refuses_anybody() -> None:
    aws = SecretsManager()
    aws.begin()
    _rotate(aws, "createSecret")
    with pytest.raises(Stale):
        _rotate(aws, now=NOW + PATIENCE + 1)
    assert (aws.ring().current, aws.labels) == (FIRST, {"AWSCURRENT": "first"})


def test_a_recovery_outlives_the_key_of_the_code_that_it_takes_over() -> None:
    """A mailbox's budget is spent, so its last code serves a recovery that begins a day later."""
    last_mail = NOW + PATIENCE + LEARNED  # the last process that still signs with the key before
    new = rotated(RingSecrets(current=FIRST), leaked=False, now=NOW, patience=PATIENCE)
    assert _verifies(new, FIRST, last_mail + recoveries.CODE_LIFETIME + recoveries.LIFETIME - 1)


def test_a_new_schedule_is_tried_out_with_a_copy_or_nothing() -> None:
    aws = SecretsManager()
    aws.begin()
    _rotate(aws, "testSecret")
    aws.contents[TOKEN] = aws.contents["first"]
    _rotate(aws, "testSecret")
    aws.contents[TOKEN] = json.dumps({"current": "x" * 40})
    with pytest.raises(Stale):
        _rotate(aws, "testSecret")


@pytest.mark.parametrize("token", ["first", "another"])
def test_another_version_is_not_touched(token: str) -> None:
    aws = SecretsManager()
    aws.begin()
    before = dict(aws.labels)
    if token == "another":
        with pytest.raises(NotPending):
            flow.rotate("createSecret", token, StepSecret(aws, "x"), now=NOW)
    else:
        flow.rotate("finishSecret", token, StepSecret(aws, "x"), now=NOW)
    assert (aws.labels, list(aws.contents)) == (before, ["first"])


def test_what_follows_a_ring_is_that_of_a_planned_rotation_alone() -> None:
    ring = rotated(RingSecrets(current=FIRST), leaked=False, now=NOW)
    new = rotated(ring, leaked=False, now=NOW, patience=60)
    assert follows(new, ring, now=NOW + 60)
    assert not follows(new, ring, now=NOW + 61)
    changes: list[dict[str, Any]] = [{"lasting": new.current}, {"previous": (*new.previous, "x" * 40)}, {"until": {}}]
    for change in changes:
        assert not follows(new.model_copy(update=change), ring, now=NOW)
    assert not follows(ring, ring, now=NOW)


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-south-1")
    with mock_aws():
        client = boto3.client("secretsmanager")
        arn = client.create_secret(Name="utenza/step-token", SecretString=json.dumps({"current": FIRST}))["ARN"]
        monkeypatch.setattr(app, "client", lambda _: client)
        monkeypatch.setattr(app.Settings, "load", lambda: SimpleNamespace(step_secret=arn))
        yield client


def test_the_handler_does_the_steps_with_the_labels_of_secrets_manager(
    moto: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("time.time", lambda: NOW)
    moto.put_secret_value(  # moto begins no rotation with an empty version
        SecretId="utenza/step-token",
        ClientRequestToken=TOKEN,
        SecretString=rotated(RingSecrets(current=FIRST), leaked=False, now=NOW, patience=PATIENCE).model_dump_json(),
        VersionStages=["AWSPENDING"],
    )
    for step in STEPS:
        app.handler({"Step": step, "SecretId": "anything", "ClientRequestToken": TOKEN}, LambdaContext())
    found = moto.get_secret_value(SecretId="utenza/step-token", VersionStage="AWSCURRENT")
    assert (found["VersionId"], parse(found["SecretString"]).previous) == (TOKEN, (FIRST,))
    assert FIRST not in str([vars(record) for record in caplog.records])


def test_what_fails_is_raised_by_its_name_alone(moto: Any, caplog: pytest.LogCaptureFixture) -> None:
    moto.put_secret_value(SecretId="utenza/step-token", SecretString=f'{{"current": "{FIRST}", "until": 7}}')
    moto.put_secret_value(
        SecretId="utenza/step-token", ClientRequestToken=TOKEN, SecretString=FIRST, VersionStages=["AWSPENDING"]
    )
    with pytest.raises(app.Failed, match=r"^MalformedSecret$"):
        app.handler({"Step": "finishSecret", "SecretId": "x", "ClientRequestToken": TOKEN}, LambdaContext())
    assert FIRST not in str([vars(record) for record in caplog.records])
