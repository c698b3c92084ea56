"""The procedure of docs/rotation.md, on moto's Secrets Manager."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from mypy_boto3_secretsmanager import SecretsManagerClient

from tools.rotate_step_key import TooEarly, drop_previous, main
from utenza.errors import StepTokenInvalid
from utenza.passwords.decoy_questions import question_for
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.registration import StepTokens

NOW = 1_800_000_000
SECRET = "utenza/step-token"
FIRST = "MARKED" + "f" * 58
ROTATE = ["--secret", SECRET]
DROP = [*ROTATE, "--drop-previous", "--minutes", "0"]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretsManagerClient]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-south-1")
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


def test_a_removed_key_verifies_nothing_once_the_caches_have_expired(client: SecretsManagerClient) -> None:
    cached = new_process(client)
    before = issued(cached)
    main(ROTATE)
    after = issued(new_process(client), NOW + 20)
    assert main(DROP) == 0
    assert not is_good(new_process(client), before, NOW + 20)
    assert not is_good(cached, before, NOW + 300)
    assert is_good(cached, after, NOW + 300)


def test_a_rotation_keeps_two_older_keys(client: SecretsManagerClient) -> None:
    rings = [ring(client)]
    for _ in range(3):
        assert main(ROTATE) == 0
        rings.append(ring(client))
    currents = [each["current"] for each in rings]
    assert len(set(currents)) == 4
    assert all(len(current) >= 43 for current in currents)
    assert [each.get("previous") for each in rings] == [None, currents[:1], currents[1::-1], currents[2:0:-1]]


def test_the_first_key_stays_so_that_decoy_questions_never_change(client: SecretsManagerClient) -> None:
    def request() -> list[str]:
        key = KeyRing(SECRET, client).lasting(now=NOW)
        return [question_for("luce", f"nobody{number}@example.it", key.sign) for number in range(50)]

    before = request()
    for arguments in (ROTATE, DROP, ROTATE, ROTATE, ROTATE, DROP):
        assert main(arguments) == 0
        assert request() == before
    assert ring(client)["lasting"] == FIRST
    assert FIRST not in [ring(client)["current"], *ring(client)["previous"]]


def test_no_key_is_printed(client: SecretsManagerClient, capsys: pytest.CaptureFixture[str]) -> None:
    keys = {FIRST}
    for arguments in ([*ROTATE, "--dry-run"], ROTATE, [*DROP, "--dry-run"], DROP, DROP):
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
    assert main([*DROP, "--dry-run"]) == 0
    assert ring(client) == before
    assert capsys.readouterr().out.count("dry run, nothing changed") == 2


def test_keys_are_kept_while_their_tokens_may_be_open(
    client: SecretsManagerClient, capsys: pytest.CaptureFixture[str]
) -> None:
    main(ROTATE)
    before = ring(client)
    assert main([*ROTATE, "--drop-previous"]) == 1
    assert "may be open until" in capsys.readouterr().err
    assert ring(client) == before


def test_keys_are_removed_after_twenty_minutes(client: SecretsManagerClient) -> None:
    main(ROTATE)
    rotated_at = datetime.now(UTC)
    age = timedelta(minutes=20)
    with pytest.raises(TooEarly):
        drop_previous(client, SECRET, minimum_age=age, now=rotated_at + timedelta(minutes=19), dry_run=False)
    drop_previous(client, SECRET, minimum_age=age, now=rotated_at + timedelta(minutes=21), dry_run=False)
    assert ring(client)["previous"] == []


@pytest.mark.parametrize("content", ["MARKED", '{"current": "MARKED"', '{"previous": ["MARKED"]}', "[]"])
def test_a_malformed_secret_is_not_changed(
    client: SecretsManagerClient, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    client.put_secret_value(SecretId=SECRET, SecretString=content)
    for arguments in (ROTATE, DROP):
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
