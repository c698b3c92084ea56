"""Rotate the key of the step token without breaking open registrations; docs/rotation.md is the drill.

The new key signs at once, the older ones go on verifying until --drop-previous.
"""

import argparse
import json
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from mypy_boto3_secretsmanager import SecretsManagerClient

from utenza.tokens.keys import MalformedSecret, secrets_of

_PREVIOUS_KEPT = 2


class TooEarly(Exception):
    """Tokens of the older keys may be open."""


class Ring(NamedTuple):
    current: str
    previous: tuple[str, ...]
    lasting: str


def rotated(ring: Ring) -> Ring:
    """Return the ring with a new key of 256 random bits first, and the two before it; the lasting one stays.

    At the first rotation the key that has signed until now becomes the lasting one, or every invented question of the
    recovery would change, and so betray itself.
    """
    return Ring(secrets.token_urlsafe(32), (ring.current, *ring.previous)[:_PREVIOUS_KEPT], ring.lasting)


def read(client: SecretsManagerClient, name: str) -> tuple[Ring, datetime]:
    """Return the ring and when it was last changed; MalformedSecret when the functions could not read it either."""
    answer = client.get_secret_value(SecretId=name)
    (current, *previous), lasting = secrets_of(answer.get("SecretString"))
    return Ring(current, tuple(previous), lasting), answer["CreatedDate"]


def rotate(client: SecretsManagerClient, name: str, *, dry_run: bool) -> str:
    """Put a new key first; return what was done."""
    ring, _ = read(client, name)
    new = rotated(ring)
    if not dry_run:
        _write(client, name, new)
    return f"a new key signs, {len(new.previous)} older still verify; drop them in 20 minutes with --drop-previous"


def drop_previous(
    client: SecretsManagerClient, name: str, *, minimum_age: timedelta, now: datetime, dry_run: bool
) -> str:
    """Leave the current key alone to verify; TooEarly while tokens of the older ones may be open."""
    ring, changed_at = read(client, name)
    if not ring.previous:
        return "there is no older key to drop"
    if now - changed_at < minimum_age:
        ready = changed_at.astimezone(UTC) + minimum_age
        raise TooEarly(f"registrations begun before the rotation may be open until {ready:%H:%M} UTC")
    if not dry_run:
        _write(client, name, Ring(ring.current, (), ring.lasting))
    return f"{len(ring.previous)} older dropped, the current key is alone"


def _write(client: SecretsManagerClient, name: str, ring: Ring) -> None:
    client.put_secret_value(SecretId=name, SecretString=json.dumps(ring._asdict()))


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when done, 1 when nothing was changed."""
    options = _options(arguments)
    try:
        client = boto3.client("secretsmanager", endpoint_url=options.endpoint)
        if options.drop_previous:
            age = timedelta(minutes=options.minutes)
            done = drop_previous(
                client, options.secret, minimum_age=age, now=datetime.now(UTC), dry_run=options.dry_run
            )
        else:
            done = rotate(client, options.secret, dry_run=options.dry_run)
    except (TooEarly, MalformedSecret, ClientError, BotoCoreError) as refused:
        print(refused, file=sys.stderr)
        return 1
    print(f"dry run, nothing changed: {done}" if options.dry_run else done)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.rotate_step_key", description=__doc__)
    parser.add_argument("--secret", required=True, help="name or ARN of the secret: <stack>/step-token")
    parser.add_argument("--endpoint", help="address of another Secrets Manager, as of the local stack")
    parser.add_argument("--drop-previous", action="store_true", help="forget the older keys instead of adding one")
    parser.add_argument(
        "--minutes",
        type=int,
        default=20,
        help="refuse to drop keys so soon after a rotation (20: life of a step token and of the functions' cache; "
        "0 after a leak)",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
