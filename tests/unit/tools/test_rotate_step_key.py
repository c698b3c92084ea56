"""The procedure of docs/rotation.md, on moto's Secrets Manager."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws
from mypy_boto3_secretsmanager import SecretsManagerClient

from key_rotation.ring import LEARNED, OUTLIVED, rotated
from tools import rotate_step_key
from tools.rotate_step_key import main
from utenza.errors import StepTokenInvalid
from utenza.passwords.decoy_questions import question_for
from utenza.tables.pending import LIFETIME
from utenza.tokens.claims import ConfirmationClaims
from utenza.tokens.confirmation import ConfirmationTokens
from utenza.tokens.key_ring import KeyRing, RingKey, RingSecrets
from utenza.tokens.registration import StepTokens

SECRET = "utenza/step-token"
FIRST = "MARKED" + "f" * 58
ROTATE = ["--secret", SECRET]
LEAKED = [*ROTATE, "--leaked"]
NOW = 1_800_000_000


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretsManagerClient]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-south-1")
    monkeypatch.setattr(rotate_step_key, "time_of", lambda _: NOW)
    with mock_aws():
        client = boto3.client("secretsmanager")
        client.create_secret(Name=SECRET, SecretString=json.dumps({"current": FIRST}))
        yield client


def new_process(client: SecretsManagerClient) -> StepTokens:
    return StepTokens(KeyRing(SECRET, client), 900)


def issued(process: StepTokens, now: int = NOW) -> str:
    return process.issue("luce", "0012345", "", ("h1",), now=now)[0]


def is_good(process: StepTokens, token: str, now: int) -> bool:
    try:
        process.read(token, now=now)
    except StepTokenInvalid:
        return False
    return True


def ring(client: SecretsManagerClient) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(client.get_secret_value(SecretId=SECRET)["SecretString"])
    return content


def test_registrations_stay_open_through_a_rotation(client: SecretsManagerClient) -> None:
    cached = new_process(client)
    before = issued(cached)
    assert main(ROTATE) == 0
    later = new_process(client)
    assert is_good(cached, before, NOW + 20)
    assert is_good(later, before, NOW + 20)
    after = issued(later, NOW + 20)
    assert is_good(cached, after, NOW + 21)
    assert is_good(later, issued(cached, NOW + 22), NOW + 23)


def test_registrations_that_wait_for_a_day_outlive_a_rotation(client: SecretsManagerClient) -> None:
    old = ConfirmationTokens(KeyRing(SECRET, client), LIFETIME)
    waiting = ConfirmationClaims("luce", "0012345", "1" * 32)
    old.issue(waiting, now=NOW)
    main(ROTATE)
    last, _ = old.issue(waiting, now=NOW + 59)
    assert ConfirmationTokens(KeyRing(SECRET, client), LIFETIME).read(last, now=NOW + 58 + LIFETIME) == waiting


def test_a_leaked_key_verifies_nothing_once_all_have_learned_of_the_new_one(client: SecretsManagerClient) -> None:
    cached = new_process(client)
    forged = issued(cached)
    assert main(LEAKED) == 0
    for process in (cached, new_process(client)):
        assert is_good(process, forged, NOW + LEARNED - 1)
        assert not is_good(process, forged, NOW + LEARNED)


def test_all_processes_sign_with_the_new_key_before_the_leaked_one_ends(client: SecretsManagerClient) -> None:
    cached = new_process(client)
    issued(cached)  # in the very second of the command
    main(LEAKED)
    first = issued(cached, NOW + 60)
    assert is_good(new_process(client), first, NOW + 959)


def _secrets(number: int, *others: int, until: dict[int, int]) -> RingSecrets:
    def secret(number: int) -> str:
        return str(number) * 64

    ends = {RingKey(secret(each)).key_id: end for each, end in until.items()}
    return RingSecrets(current=secret(number), previous=tuple(map(secret, others)), until=ends, lasting=secret(9))


def _left(ring: RingSecrets) -> dict[str, int | None]:
    return {secret[0]: ring.until.get(RingKey(secret).key_id) for secret in ring.previous}


def test_keys_are_left_out_when_they_have_ended_and_none_gets_longer() -> None:
    ring = _secrets(3, 2, 1, 0, until={2: 1500, 1: 1000})
    assert _left(rotated(ring, leaked=False, now=1000)) == {"3": 1000 + OUTLIVED, "2": 1500, "0": 1000 + OUTLIVED}
    soon = 999 + LEARNED
    assert _left(rotated(ring, leaked=True, now=999)) == {"3": soon, "2": soon, "1": 1000, "0": soon}


def test_a_leaked_key_is_not_revived_by_another_rotation(client: SecretsManagerClient) -> None:
    forged = issued(new_process(client))
    main(LEAKED)
    main(ROTATE)
    assert not is_good(new_process(client), forged, NOW + LEARNED)


def test_every_rotation_has_a_new_key_of_256_bits(client: SecretsManagerClient) -> None:
    currents = [ring(client)["current"]]
    for _ in range(3):
        assert main(ROTATE) == 0
        currents.append(ring(client)["current"])
        assert ring(client)["previous"] == currents[-2::-1]
    assert len(set(currents)) == 4
    assert all(len(current) >= 43 for current in currents)


def test_the_first_key_stays_so_that_decoy_questions_never_change(client: SecretsManagerClient) -> None:
    def request() -> list[str]:
        key = KeyRing(SECRET, client).lasting(now=NOW)
        return [question_for("luce", f"nobody{number}@example.it", key.sign) for number in range(50)]

    before = request()
    for arguments in (ROTATE, LEAKED, ROTATE, ROTATE):
        assert main(arguments) == 0
        assert request() == before
    assert ring(client)["lasting"] == FIRST


def test_no_key_is_printed(client: SecretsManagerClient, capsys: pytest.CaptureFixture[str]) -> None:
    keys = {FIRST}
    for arguments in ([*ROTATE, "--dry-run"], ROTATE, [*LEAKED, "--dry-run"], LEAKED):
        assert main(arguments) == 0
        keys |= {ring(client)["current"], *ring(client).get("previous", [])}
    printed = "".join(capsys.readouterr())
    assert "a new key signs" in printed
    assert not [key for key in keys if key[:8] in printed]


def test_a_dry_run_changes_nothing(client: SecretsManagerClient, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ROTATE, "--dry-run"]) == 0
    assert ring(client) == {"current": FIRST}
    main(ROTATE)
    before = ring(client)
    assert main([*LEAKED, "--dry-run"]) == 0
    assert ring(client) == before
    assert capsys.readouterr().out.count("dry run, nothing changed") == 2


@pytest.mark.parametrize("content", ["MARKED", '{"current": "MARKED"', '{"previous": ["MARKED"]}', "[]"])
def test_a_malformed_secret_is_not_changed(
    client: SecretsManagerClient, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    client.put_secret_value(SecretId=SECRET, SecretString=content)
    for arguments in (ROTATE, LEAKED):
        assert main(arguments) == 1
    printed = capsys.readouterr()
    assert "the step secret must be" in printed.err
    assert "MARKED" not in printed.out + printed.err
    assert client.get_secret_value(SecretId=SECRET)["SecretString"] == content


def test_a_missing_secret_is_one_line(client: SecretsManagerClient, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--secret", "no-such-secret"]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "ResourceNotFoundException" in line


def test_a_missing_region_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with mock_aws():
        assert main(ROTATE) == 1
    assert capsys.readouterr().err == "You must specify a region.\n"


def test_where_secrets_manager_rotates_it_is_asked_to_and_after_a_leak_it_is_not(
    client: SecretsManagerClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    enabled = SimpleNamespace(
        get_secret_value=client.get_secret_value,
        put_secret_value=client.put_secret_value,
        describe_secret=lambda **_: {"RotationEnabled": True},
        rotate_secret=lambda **given: asked.append(given["SecretId"]),
    )
    monkeypatch.setattr(rotate_step_key, "connect", lambda *_: SimpleNamespace(client=lambda _: enabled))
    assert main([*ROTATE, "--dry-run"]) == 0
    assert asked == []
    assert main(ROTATE) == 0
    assert (asked, ring(client)["current"]) == ([SECRET], FIRST)
    assert "Secrets Manager rotates the secret" in capsys.readouterr().out
    assert main(LEAKED) == 0
    assert (asked, ring(client)["previous"]) == ([SECRET], [FIRST])
