"""The keys of the access tokens: one signs; the next one and the one before are published and verify too.

`tools.rotate_signing_key` leads from one to the other (docs/adr/0018-keys-that-rotate.md).
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from utenza.tokens.cached import Cached
from utenza.tokens.signing_key import SigningKey

ROLES_AGE = 300  # seconds that a process signs and verifies by the roles that it has read
_GRACE = 3600  # the same while the table cannot be read


class KeyRoles(NamedTuple):
    """ARNs of keys in KMS, empty where there is no such key. `changed_at` is in seconds since 1970.

    A key is `next` until every cache has it, `current`, `old` until its tokens have expired, and then `retired`: it is
    published no more.
    """

    current: str
    next: str = ""
    old: str = ""
    retired: str = ""
    changed_at: int = 0

    @property
    def verifying(self) -> tuple[str, ...]:
        return tuple(arn for arn in (self.current, self.next, self.old) if arn)


class SigningKeys:
    def __init__(self, read: Callable[[], KeyRoles], kms: Any) -> None:  # noqa: ANN401 - the stubs of boto3 are not in the layer
        """`read` returns the roles as they are now."""
        self._roles = Cached(read, age=ROLES_AGE, grace=_GRACE)
        self._kms = kms
        self._keys: dict[str, SigningKey] = {}  # they keep their public halves

    def current(self, *, now: int) -> SigningKey:
        """Return the key that signs."""
        return self._key(self._roles.get(now=now).current)

    def find(self, key_id: str, *, now: int) -> SigningKey | None:
        """Return the published key of this id, also when it was published after we last read the roles."""

        def find(roles: KeyRoles) -> SigningKey | None:
            return next((key for key in map(self._key, roles.verifying) if key.key_id == key_id), None)

        return self._roles.search(find, now=now)

    def public_jwks(self, *, now: int) -> list[dict[str, str]]:
        """Return the public halves of all keys that verify, the current one first.

        The next one may be missing: IAM knows a new key's tags minutes later, and nothing is signed with it before it
        is here.
        """
        roles, published = self._roles.get(now=now), []
        for arn in roles.verifying:
            try:
                published.append(self._key(arn).public_jwk())
            except ClientError:
                if arn != roles.next:
                    raise
        return published

    def _key(self, arn: str) -> SigningKey:
        return self._keys.setdefault(arn, SigningKey(arn, self._kms))
