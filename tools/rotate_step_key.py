"""Rotates the key of the step token without breaking open registrations; docs/rotation.md explains the procedure.

The new key signs at once. Older keys verify until --drop-previous.
"""

import argparse
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError
from mypy_boto3_secretsmanager import SecretsManagerClient

from tools.aws import connect, explain
from utenza.tokens.key_ring import MalformedSecret, RingSecrets, parse

_PREVIOUS_KEPT = 2


class TooEarly(Exception):
    """Tokens that older keys have signed may still be in use."""


def rotated(ring: RingSecrets) -> RingSecrets:
    """Return the ring with a new current key of 256 random bits, the last two as previous, and the same lasting key.

    The lasting key is the first one of all: the decoy questions of the recovery depend on it, and a question that
    changes would reveal that it is a decoy.
    """
    return RingSecrets(
        current=secrets.token_urlsafe(32),
        previous=(ring.current, *ring.previous)[:_PREVIOUS_KEPT],
        lasting=ring.lasting or ring.current,
    )


def read(client: SecretsManagerClient, name: str) -> tuple[RingSecrets, datetime]:
    """Return the ring and the time of its last change; raises MalformedSecret if the functions could not read it."""
    response = client.get_secret_value(SecretId=name)
    return parse(response.get("SecretString", "")), response["CreatedDate"]


def rotate(client: SecretsManagerClient, name: str, *, dry_run: bool) -> str:
    """Add a new current key and return a line that says so; raises MalformedSecret and ClientError."""
    ring, _ = read(client, name)
    new = rotated(ring)
    if not dry_run:
        _write(client, name, new)
    return f"a new key signs, {len(new.previous)} older still verify; remove them in 20 minutes with --drop-previous"


def drop_previous(
    client: SecretsManagerClient, name: str, *, minimum_age: timedelta, now: datetime, dry_run: bool
) -> str:
    """Remove all keys but the current one and return a line that says so; raises TooEarly before `minimum_age`."""
    ring, changed_at = read(client, name)
    if not ring.previous:
        return "there is no older key to remove"
    if now - changed_at < minimum_age:
        ready = changed_at.astimezone(UTC) + minimum_age
        raise TooEarly(f"registrations that began before the rotation may be open until {ready:%H:%M} UTC")
    if not dry_run:
        _write(client, name, RingSecrets(current=ring.current, lasting=ring.lasting or ring.current))
    return f"{len(ring.previous)} older removed, only the current key is left"


def _write(client: SecretsManagerClient, name: str, ring: RingSecrets) -> None:
    client.put_secret_value(SecretId=name, SecretString=ring.model_dump_json())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0 done, 1 nothing changed."""
    options = _options(arguments)
    try:
        client = connect(options.endpoint).client("secretsmanager")
        if options.drop_previous:
            age = timedelta(minutes=options.minutes)
            done = drop_previous(
                client, options.secret, minimum_age=age, now=datetime.now(UTC), dry_run=options.dry_run
            )
        else:
            done = rotate(client, options.secret, dry_run=options.dry_run)
    except (TooEarly, MalformedSecret, ClientError, BotoCoreError) as error:
        print(explain(error), file=sys.stderr)
        return 1
    print(f"dry run, nothing changed: {done}" if options.dry_run else done)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.rotate_step_key", description=__doc__)
    parser.add_argument("--secret", required=True, help="name or ARN of the secret: <stack>/step-token")
    parser.add_argument("--endpoint", default="", help="the endpoint of a local stack")
    parser.add_argument("--drop-previous", action="store_true", help="remove the older keys, add no new one")
    parser.add_argument(
        "--minutes",
        type=int,
        default=20,
        help="minimum age of the last rotation for --drop-previous (default: 20, the lifetime of a step token plus "
        "that of the functions' cache; use 0 after a leak)",
    )
    parser.add_argument("--dry-run", action="store_true", help="show what would be done, change nothing")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
