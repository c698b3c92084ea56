"""Leads the signing key of the access tokens through a rotation, one step each time; docs/rotation.md explains it.

publish: create the next key. JWKS shows it, nothing is signed with it yet.
use:     sign with it. The key before stays published.
retire:  publish the key before no more.
delete:  disable it if it is the stack's own, schedule its deletion otherwise.

Each step has to wait for the caches of those who verify access tokens: AWS's authorizers keep a key set for two hours.
Run too early, the command says until when to wait and changes nothing. --begin begins a rotation; without it a
rotation that is under way goes on.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

import urllib3
from botocore.exceptions import BotoCoreError, ClientError

from tools.aws import Aws, explain, outputs, time_of
from tools.command_line import Refused, add_deployment, chosen_aws, existing_stack
from utenza.dynamodb import DynamoDb
from utenza.tables.signing_keys import ChangedMeanwhile, SigningKeyRoles
from utenza.tokens.signing_key import SigningKey
from utenza.tokens.signing_keys import ROLES_AGE, KeyRoles

type Step = Literal["publish", "use", "retire", "delete"]

TAG = "utenza-signing-key"  # with the stack's name: the functions may sign and verify with keys that have it
_CACHED = 2 * 3600  # seconds that an authorizer of API Gateway keeps a key set
_PUBLISHED = 300  # the max-age of ours
_ALLOWED = 300  # seconds until IAM knows the tags of a new key
WAIT: dict[Step, int] = {
    "publish": 0,
    "use": _CACHED + _PUBLISHED + ROLES_AGE + _ALLOWED,
    "retire": _CACHED + _PUBLISHED + ROLES_AGE + _ALLOWED,  # access tokens live an hour at most
    "delete": _PUBLISHED + ROLES_AGE,
}
_DAYS = 7  # in which a deletion can still be cancelled


class NotYet(Exception):
    """The next step has to wait, or something is not as it has to be."""


class Kind(NamedTuple):
    """What the next key is to be. A spec that is empty is that of the current key; what spans regions goes on to."""

    spec: str = ""
    multi_region: bool = False


_AS_BEFORE = Kind()


class Keys(NamedTuple):
    """What a rotation works with. `published` returns the ids of the keys that JWKS shows."""

    roles: SigningKeyRoles
    kms: Any
    stack: str
    first: str
    published: Callable[[], set[str]]


def step_of(roles: KeyRoles) -> Step:
    """Return the next step, "publish" when no rotation is under way."""
    if roles.next:
        return "use"
    if roles.old:
        return "retire"
    return "delete" if roles.retired else "publish"


def advance(
    keys: Keys, *, begin: bool, kind: Kind = _AS_BEFORE, without_waiting: bool = False, dry_run: bool = False
) -> str:
    """Do the next step and return lines that say what was done, and what comes next.

    Raises NotYet, ChangedMeanwhile, ClientError or BotoCoreError.
    """
    roles = keys.roles.read()
    step = step_of(roles)
    current = keys.kms.describe_key(KeyId=roles.current)
    now = time_of(current)
    if begin and step != "publish":
        raise NotYet(f"a rotation is under way, its next step is: {step}")
    if step == "publish" and not begin:
        return f"no rotation is under way; {_name(roles.current)} signs. --begin begins one"
    if not without_waiting:
        _refuse_too_early(step, roles, now)
    if step == "use":
        _refuse_unpublished(roles.next, keys)
    if dry_run:
        return f"the next step is due: {step}"
    about = current["KeyMetadata"]
    kind = Kind(kind.spec or about["KeySpec"], kind.multi_region or about.get("MultiRegion", False))
    return _STEPS[step](keys, roles, now, kind)


def _publish(keys: Keys, roles: KeyRoles, now: int, kind: Kind) -> str:
    created = keys.kms.create_key(
        KeySpec=kind.spec,
        MultiRegion=kind.multi_region,
        KeyUsage="SIGN_VERIFY",
        Description=f"Signs the access tokens of {keys.stack}",
        Tags=[{"TagKey": TAG, "TagValue": keys.stack}],
    )
    arn = created["KeyMetadata"]["Arn"]
    try:
        keys.roles.replace(roles, roles._replace(next=arn, changed_at=now))
    except (ChangedMeanwhile, ClientError, BotoCoreError):
        keys.kms.schedule_key_deletion(KeyId=_id(arn), PendingWindowInDays=_DAYS)
        raise
    return f"created {_name(arn)}, which JWKS shows within minutes. {_next('use', now)}"


def _use(keys: Keys, roles: KeyRoles, now: int, _kind: Kind) -> str:
    after = roles._replace(current=roles.next, next="", old=roles.current, changed_at=now)
    keys.roles.replace(roles, after)
    return f"{_name(after.current)} signs within {ROLES_AGE // 60} minutes. {_next('retire', now)}"


def _retire(keys: Keys, roles: KeyRoles, now: int, _kind: Kind) -> str:
    keys.roles.replace(roles, roles._replace(old="", retired=roles.old, changed_at=now))
    return f"{_name(roles.old)} verifies nothing within {ROLES_AGE // 60} minutes. {_next('delete', now)}"


def _delete(keys: Keys, roles: KeyRoles, now: int, _kind: Kind) -> str:
    state = keys.kms.describe_key(KeyId=roles.retired)["KeyMetadata"]["KeyState"]
    if roles.retired == keys.first:  # CloudFormation's: it goes with the stack
        keys.kms.disable_key(KeyId=_id(roles.retired))
        done = "is disabled"
    else:
        if state != "PendingDeletion":  # as after a run that was interrupted here
            keys.kms.schedule_key_deletion(KeyId=_id(roles.retired), PendingWindowInDays=_DAYS)
        done = f"will be deleted in {_DAYS} days"
    keys.roles.replace(roles, roles._replace(retired="", changed_at=now))
    return f"{_name(roles.retired)} {done}. The rotation is complete"


_STEPS: dict[Step, Callable[[Keys, KeyRoles, int, Kind], str]] = {
    "publish": _publish,
    "use": _use,
    "retire": _retire,
    "delete": _delete,
}


def _refuse_too_early(step: Step, roles: KeyRoles, now: int) -> None:
    due = roles.changed_at + WAIT[step]
    if now < due:
        raise NotYet(f"the next step is: {step}. Not before {_time(due)}: key sets of before may be in use until then")


def _refuse_unpublished(arn: str, keys: Keys) -> None:
    if SigningKey(arn, keys.kms).key_id not in keys.published():
        raise NotYet(f"JWKS does not show {_name(arn)} yet: run this again in five minutes, or look at discovery's log")


def _next(step: Step, now: int) -> str:
    return f"Next: {step}, not before {_time(now + WAIT[step])}"


def _time(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def _id(arn: str) -> str:
    return arn.rpartition("/")[2]


def _name(arn: str) -> str:
    return f"key {_id(arn)}"


def _key_ids(url: str) -> set[str]:
    response = urllib3.request("GET", url, timeout=10, retries=2)
    if response.status != 200:
        raise NotYet(f"{url} answers {response.status}")
    return {key["kid"] for key in response.json()["keys"]}


def _keys(aws: Aws, stack: str) -> Keys:
    of_stack = outputs(existing_stack(aws, stack))
    if "SigningKeysTable" not in of_stack:
        raise Refused(f"the stack {stack} is of an earlier version: deploy this one first")
    first = of_stack["SigningKeyArn"]
    roles = SigningKeyRoles(DynamoDb(aws.client("dynamodb")), of_stack["SigningKeysTable"], first)
    return Keys(roles, aws.client("kms"), stack, first, lambda: _key_ids(of_stack["JwksUrl"]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0 done or nothing to do, 1 nothing changed."""
    options = _options(arguments)
    try:
        done = advance(
            _keys(chosen_aws(options), options.stack),
            begin=options.begin,
            kind=Kind(options.spec, options.multi_region),
            without_waiting=options.without_waiting,
            dry_run=options.dry_run,
        )
    except ChangedMeanwhile:
        print("somebody else is rotating the key: look what they have done before you go on", file=sys.stderr)
        return 1
    except (NotYet, Refused, BotoCoreError, ClientError, urllib3.exceptions.HTTPError) as error:
        print(explain(error), file=sys.stderr)
        return 1
    print(f"dry run, nothing changed: {done}" if options.dry_run else done)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.rotate_signing_key",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--begin", action="store_true", help="create the next key")
    parser.add_argument(
        "--spec", default="", help="the kind of the next key, as RSA_3072 (default: that of the current)"
    )
    parser.add_argument(
        "--multi-region", action="store_true", help="a next key that other regions can have too (ADR 34)"
    )
    parser.add_argument(
        "--without-waiting",
        action="store_true",
        help="after a misuse: those who have cached key sets refuse good tokens until they read them again",
    )
    add_deployment(parser)
    parser.add_argument("--dry-run", action="store_true", help="show the step and whether it is due, change nothing")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
