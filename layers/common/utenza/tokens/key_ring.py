"""The keys of our signed state: a secret that holds `{"current": …, "previous": […], "lasting": …}`."""

import hmac
from contextlib import suppress
from hashlib import sha256
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from utenza import snapstart

_RING_AGE = 300  # seconds that a ring is used before it is read again
_SEARCH_AGE = 10  # the same when a key is missing: what strangers send cannot make us read more often
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

    Before the first rotation `lasting` is empty.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    current: Secret
    previous: tuple[Secret, ...] = ()
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
        'the step secret must be {"current": …, "previous": […], "lasting": …} '
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


class KeyRing:
    """The ring in a secret: the current key signs, it and the previous ones verify."""

    def __init__(self, secret_id: str, secretsmanager: Any) -> None:  # noqa: ANN401 - the stubs of boto3 are not in the layer
        self._secret_id = secret_id
        self._client = secretsmanager
        self._keys: tuple[RingKey, ...] = ()
        self._lasting: RingKey | None = None
        self._read_at = 0
        self._searched_at = 0
        snapstart.after_restore(self._forget)

    def current(self, *, now: int) -> RingKey:
        return self._recent(now)[0]

    def lasting(self, *, now: int) -> RingKey:
        """Return the key that no rotation changes; before the first rotation it is the current one."""
        current = self.current(now=now)
        return self._lasting or current

    def find(self, key_id: str, *, now: int) -> RingKey | None:
        """Return the key of this id, also when it joined the ring after we last read it; None when there is none."""
        found = _by_id(self._recent(now), key_id)
        if found is None and abs(now - self._searched_at) >= _SEARCH_AGE:
            self._searched_at = now
            found = _by_id(self._read(now), key_id)
        return found

    def _recent(self, now: int) -> tuple[RingKey, ...]:
        return self._keys if self._keys and abs(now - self._read_at) < _RING_AGE else self._read(now)

    def _read(self, now: int) -> tuple[RingKey, ...]:
        ring = parse(self._client.get_secret_value(SecretId=self._secret_id).get("SecretString", ""))
        self._keys = tuple(map(RingKey, (ring.current, *ring.previous)))
        self._lasting = RingKey(ring.lasting) if ring.lasting else None
        self._read_at = now
        return self._keys

    def _forget(self) -> None:
        """Read the ring anew at the next call: a snapshot may be older than a rotation."""
        self._keys = ()


def _by_id(keys: tuple[RingKey, ...], key_id: str) -> RingKey | None:
    return next((key for key in keys if key.key_id == key_id), None)
