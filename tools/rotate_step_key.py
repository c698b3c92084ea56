"""Rotates the key of the step token without breaking open registrations; docs/rotation.md explains the procedure.

The new key signs within a minute. Older keys verify until the registrations that they have signed are over, or with
--leaked until every function has learned of the new key. Where Secrets Manager rotates the secret by itself, it is
asked to do so now; after a leak the command does it.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError
from mypy_boto3_secretsmanager import SecretsManagerClient

from key_rotation.ring import LEARNED, rotated
from tools.aws import connect, explain, time_of
from tools.command_line import add_place
from utenza.tokens.key_ring import MalformedSecret, RingSecrets, parse


def read(client: SecretsManagerClient, name: str) -> tuple[RingSecrets, int]:
    """Return the ring, and the time by AWS's clock in seconds since 1970: that of this machine may be wrong.

    Raises MalformedSecret if the functions could not read the ring.
    """
    response = client.get_secret_value(SecretId=name)
    return parse(response.get("SecretString", "")), time_of(response)


def rotate(client: SecretsManagerClient, name: str, *, leaked: bool, dry_run: bool) -> str:
    """Add a new current key, or have it added; return a line that says so. Raises MalformedSecret and ClientError."""
    ring, now = read(client, name)
    new = rotated(ring, leaked=leaked, now=now)
    if not leaked and client.describe_secret(SecretId=name).get("RotationEnabled", False):
        if not dry_run:
            client.rotate_secret(SecretId=name)
        return "Secrets Manager rotates the secret, within a minute or two: log group STACK-key-rotation"
    if not dry_run:
        client.put_secret_value(SecretId=name, SecretString=new.model_dump_json())
    last = datetime.fromtimestamp(max(new.until.values()), UTC)
    return f"a new key signs; {len(new.previous)} older verify, all until {last:%Y-%m-%d %H:%M:%S} UTC at the latest"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0 done, 1 nothing changed."""
    options = _options(arguments)
    try:
        client = connect(options.endpoint, options.region).client("secretsmanager")
        done = rotate(client, options.secret, leaked=options.leaked, dry_run=options.dry_run)
    except (MalformedSecret, ClientError, BotoCoreError) as error:
        print(explain(error), file=sys.stderr)
        return 1
    print(f"dry run, nothing changed: {done}" if options.dry_run else done)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.rotate_step_key", description=__doc__)
    parser.add_argument(
        "--secret",
        default="utenza/step-token",
        help="name or ARN of the secret (utenza/step-token)",
    )
    add_place(parser)
    parser.add_argument(
        "--leaked",
        action="store_true",
        help=f"refuse all older keys after {LEARNED} seconds: registrations that are open by then start again",
    )
    parser.add_argument("--dry-run", action="store_true", help="show what would be done, change nothing")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
