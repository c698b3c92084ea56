"""The keys of our signed state: a secret that holds `{"current": …, "previous": […], "until": {…}, "lasting": …}`."""

import hmac
from contextlib import suppress
from hashlib import sha256
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from utenza.tokens.cached import Cached

RING_AGE = 60  # seconds after which every process has read the ring again: a leaked key cannot be refused sooner
_GRACE = 300  # the same while Secrets Manager cannot be read
_SHORTEST = 32  # characters: as many bytes as the hash has, RFC 7518, section 3.2


class MalformedSecret(Exception):
    """The secret does not hold a ring of keys; its content is never part of the message."""


def _ascii(secret: str) -> str:
    if not secret.isascii():
        raise ValueError("not ASCII")
    return secret


Secret = Annotated[str, Field(min_length=_SHORTEST), AfterValidator(_ascii)]


class RingSecrets(BaseModel):
    """The secrets of a ring: `current` signs, `previous` still verify, `lasting` is for what no rotation may change.

    `until` says by key id from when on, in seconds since 1970, a previous key verifies no more. Before the first
    rotation `lasting` is empty.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    current: Secret
    previous: tuple[Secret, ...] = ()
    until: dict[str, int] = {}
    lasting: Secret = ""

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Hide the secrets from whatever prints this."""
        return []


def parse(content: str) -> RingSecrets:
    """Return the ring in a secret's text; MalformedSecret when there is none."""
    with suppress(ValidationError):
        return RingSecrets.model_validate_json(content)
    # Raised here and not while pydantic's error is handled: that one holds the content.
    raise MalformedSecret(
        'the step secret must be {"current": …, "previous": […], "until": {…}, "lasting": …} '
        f"with keys of {_SHORTEST} ASCII characters or more"
    )


class RingKey:
    """One key. Not a NamedTuple: those show what they hold when they are printed."""

    def __init__(self, secret: str) -> None:
        self.secret = secret.encode()
        self.key_id = sha256(self.secret).hexdigest()[:8]

    def sign(self, message: bytes) -> bytes:
        """Return the HMAC-SHA-256 of a message."""
        return hmac.digest(self.secret, message, "sha256")


class _Ring(NamedTuple):
    current: RingKey
    previous: tuple[RingKey, ...]
    until: dict[str, int]
    lasting: RingKey

    def find(self, key_id: str, now: int) -> RingKey | None:
        previous = (key for key in self.previous if now < self.until.get(key.key_id, now + 1))
        return next((key for key in (self.current, *previous) if key.key_id == key_id), None)


class KeyRing:
    """The ring in a secret: the current key signs, it and the previous ones verify."""

    def __init__(self, secret_id: str, secretsmanager: Any) -> None:  # noqa: ANN401 - the stubs of boto3 are not in the layer
        def read() -> _Ring:
            ring = parse(secretsmanager.get_secret_value(SecretId=secret_id).get("SecretString", ""))
            current = RingKey(ring.current)
            lasting = RingKey(ring.lasting) if ring.lasting else current
            return _Ring(current, tuple(map(RingKey, ring.previous)), ring.until, lasting)

        self._ring = Cached(read, age=RING_AGE, grace=_GRACE)

    def current(self, *, now: int) -> RingKey:
        return self._ring.get(now=now).current

    def lasting(self, *, now: int) -> RingKey:
        """Return the key that no rotation changes; before the first rotation it is the current one."""
        return self._ring.get(now=now).lasting

    def find(self, key_id: str, *, now: int) -> RingKey | None:
        """Return the key of this id, also when it joined the ring after we last read it; None when there is none."""
        return self._ring.search(lambda ring: ring.find(key_id, now), now=now)
