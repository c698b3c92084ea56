"""Rotates the key of the step token without breaking open registrations; docs/rotation.md explains the procedure.

The new key signs within a minute. Older keys verify until the registrations that they have signed are over, or with
--leaked until every function has learned of the new key.
"""

import argparse
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError
from mypy_boto3_secretsmanager import SecretsManagerClient

from tools.aws import connect, explain, time_of
from utenza.tables.pending import LIFETIME
from utenza.tokens.key_ring import RING_AGE, MalformedSecret, RingKey, RingSecrets, parse

LEARNED = RING_AGE + 30  # seconds until every process has read the new ring, with some for clocks and slow calls
OUTLIVED = LEARNED + LIFETIME  # the token of a pending registration is what lives longest


def rotated(ring: RingSecrets, *, leaked: bool, now: int) -> RingSecrets:
    """Return the ring with a new current key of 256 random bits, an end for all older ones, and the same lasting key.

    Keys that have ended are left out. The lasting key is the first one of all: the decoy questions of the recovery
    depend on it, and a question that changes would reveal that it is a decoy.
    """
    end = now + (LEARNED if leaked else OUTLIVED)
    until = {RingKey(ring.current).key_id: end}
    for secret in ring.previous:
        key_id = RingKey(secret).key_id
        until[key_id] = min(end, ring.until.get(key_id, end))
    kept = [secret for secret in (ring.current, *ring.previous) if until[RingKey(secret).key_id] > now]
    return RingSecrets(
        current=secrets.token_urlsafe(32),
        previous=tuple(kept),
        until={key_id: until[key_id] for key_id in (RingKey(secret).key_id for secret in kept)},
        lasting=ring.lasting or ring.current,
    )


def read(client: SecretsManagerClient, name: str) -> tuple[RingSecrets, int]:
    """Return the ring, and the time by AWS's clock in seconds since 1970: that of this machine may be wrong.

    Raises MalformedSecret if the functions could not read the ring.
    """
    response = client.get_secret_value(SecretId=name)
    return parse(response.get("SecretString", "")), time_of(response)


def rotate(client: SecretsManagerClient, name: str, *, leaked: bool, dry_run: bool) -> str:
    """Add a new current key and return a line that says so; raises MalformedSecret and ClientError."""
    ring, now = read(client, name)
    new = rotated(ring, leaked=leaked, now=now)
    if not dry_run:
        client.put_secret_value(SecretId=name, SecretString=new.model_dump_json())
    last = datetime.fromtimestamp(max(new.until.values()), UTC)
    return f"a new key signs; {len(new.previous)} older verify, all until {last:%Y-%m-%d %H:%M:%S} UTC at the latest"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0 done, 1 nothing changed."""
    options = _options(arguments)
    try:
        client = connect(options.endpoint).client("secretsmanager")
        done = rotate(client, options.secret, leaked=options.leaked, dry_run=options.dry_run)
    except (MalformedSecret, ClientError, BotoCoreError) as error:
        print(explain(error), file=sys.stderr)
        return 1
    print(f"dry run, nothing changed: {done}" if options.dry_run else done)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.rotate_step_key", description=__doc__)
    parser.add_argument("--secret", required=True, help="name or ARN of the secret: <stack>/step-token")
    parser.add_argument("--endpoint", default="", help="the endpoint of a local stack")
    parser.add_argument(
        "--leaked",
        action="store_true",
        help=f"refuse all older keys after {LEARNED} seconds: registrations that are open by then start again",
    )
    parser.add_argument("--dry-run", action="store_true", help="show what would be done, change nothing")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
