"""The keys behind our tokens: a ring of secrets in Secrets Manager, and an RSA key that never leaves KMS."""

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final, Protocol

from utenza import rs256
from utenza.aws import AwsJson
from utenza.concurrency import run

_RING_AGE = 300  # seconds that a ring is used before it is read again
_SEARCH_AGE = 10  # the same when a key is missing: what strangers send cannot make us read more often
_MIN_SECRET = 32  # characters: as many bytes as the hash has, RFC 7518, section 3.2


class Service(Protocol):
    """What we need of `AwsJson` to read keys."""

    def call(self, action: str, payload: dict[str, Any], /) -> dict[str, Any]: ...


class SigningService(Service, Protocol):
    """What we need of `AwsJson` to sign while other calls go side by side."""

    async def ask(self, action: str, payload: dict[str, Any], /) -> dict[str, Any]: ...


class NotedIds(Protocol):
    """What we need of `tables.key_ids`."""

    async def find(self, key: str, /) -> str | None: ...

    async def note(self, key: str, key_id: str, /) -> None: ...


class MalformedSecret(Exception):
    """The secret does not hold a ring of keys; its content is never part of the message."""


class RingKey:
    """One HMAC key. Not a NamedTuple: those show what they hold when they are printed."""

    algorithm: Final = "HS256"

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self.key_id = sha256(self._secret).hexdigest()[:8]

    def sign(self, message: bytes) -> bytes:
        return hmac.digest(self._secret, message, "sha256")

    def verify(self, message: bytes, signature: bytes) -> bool:
        return hmac.compare_digest(self.sign(message), signature)


class KeyRing:
    """The ring `{"current": …, "previous": […], "lasting": …}`: the current key signs, it and the previous ones verify.

    The lasting key is for what must not change with a rotation; before the first rotation it is the current one.
    """

    def __init__(self, secret_id: str, service: Service | None = None) -> None:
        self._secret_id = secret_id
        self._service = service or AwsJson("secretsmanager", "secretsmanager")
        self._ring: tuple[RingKey, ...] = ()
        self._lasting: RingKey | None = None
        self._read_at = 0
        self._searched_at = 0

    def current(self, *, now: int) -> RingKey:
        return self._recent(now)[0]

    def lasting(self, *, now: int) -> RingKey:
        """Return the key that no rotation changes; it signs no tokens once it is not the current one."""
        current = self.current(now=now)
        return self._lasting or current

    def find(self, wanted: Callable[[RingKey], bool], *, now: int) -> RingKey | None:
        """Return the key that is wanted, also when it joined the ring after we last read it."""
        key = next(filter(wanted, self._recent(now)), None)
        if key is None and abs(now - self._searched_at) >= _SEARCH_AGE:
            self._searched_at = now
            key = next(filter(wanted, self._read(now)), None)
        return key

    def _recent(self, now: int) -> tuple[RingKey, ...]:
        return self._ring if self._ring and abs(now - self._read_at) < _RING_AGE else self._read(now)

    def _read(self, now: int) -> tuple[RingKey, ...]:
        answer = self._service.call("GetSecretValue", {"SecretId": self._secret_id})
        keys, lasting = secrets_of(answer.get("SecretString"))
        self._ring, self._lasting = tuple(map(RingKey, keys)), RingKey(lasting)
        self._read_at = now
        return self._ring


def secrets_of(content: object) -> tuple[tuple[str, ...], str]:
    """Return the keys of a ring, the current one first, and the lasting key.

    MalformedSecret unless `content` is the JSON of one.
    """
    match _parsed(content):
        case {"current": current, **others}:
            previous, lasting = others.get("previous", []), others.get("lasting", current)
            keys = (current, *previous) if isinstance(previous, list) else ()
            if keys and all(map(_is_secret, (*keys, lasting))) and isinstance(lasting, str):
                return keys, lasting
    raise MalformedSecret(
        'the step secret must be {"current": …, "previous": […], "lasting": …} '
        f"with keys of {_MIN_SECRET} ASCII characters or more"
    )


def _is_secret(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and len(value) >= _MIN_SECRET


def _parsed(content: object) -> object:
    """Return None for what is not JSON: the parser's own error carries the whole text."""
    try:
        return json.loads(content) if isinstance(content, str) else None
    except ValueError:
        return None


class SigningKey:
    """An RSA key in KMS. KMS is shown the digest of what it signs, never the text.

    Who only signs needs the key's id and not the key: with `ids` it is read where another process has noted it.
    """

    algorithm: Final = "RS256"

    def __init__(self, key: str, service: SigningService | None = None, ids: NotedIds | None = None) -> None:
        self._key = key
        self._service = service or AwsJson("kms", "TrentService")
        self._ids = ids
        self._key_id: str | None = None
        self._public_key: rs256.PublicKey | None = None

    @property
    def key_id(self) -> str:
        if self._key_id is None:
            noted = run(self._ids.find(self._key)) if self._ids is not None else None
            self._key_id = noted or self._asked_id()
        return self._key_id

    async def sign(self, message: bytes) -> bytes:
        answer = await self._service.ask(
            "Sign",
            {
                "KeyId": self._key,
                "Message": b64encode(sha256(message).digest()).decode(),
                "MessageType": "DIGEST",
                "SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256",
            },
        )
        return b64decode(answer["Signature"])

    def public_key(self) -> rs256.PublicKey:
        """Return the public half, asked for once per process: the key of an ARN never changes."""
        if self._public_key is None:
            answer = self._service.call("GetPublicKey", {"KeyId": self._key})
            self._public_key = rs256.public_key(b64decode(answer["PublicKey"]))
        return self._public_key

    def _asked_id(self) -> str:
        key_id = self.public_key().key_id
        if self._ids is not None:
            run(self._ids.note(self._key, key_id))
        return key_id

    def public_jwk(self) -> rs256.Jwk:
        return self.public_key().jwk()
