"""KMS with one key, in front of moto: moto hashes a digest once more, and such signatures verify nowhere."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils

type Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class OneKey:
    """A WSGI application that answers KMS's GetPublicKey and Sign, and passes on everything else."""

    def __init__(self, others: Application) -> None:
        self._others = others
        self._lock = Lock()  # moto does not promise what DynamoDB does: each request whole or not at all
        self._key = rsa.generate_private_key(65537, 2048)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        service, _, action = environ.get("HTTP_X_AMZ_TARGET", "").partition(".")
        if service != "TrentService":
            with self._lock:
                return self._others(environ, start_response)
        asked = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        answer = json.dumps(self._sign(asked) if action == "Sign" else self._public()).encode()
        start_response("200 OK", [("Content-Type", "application/x-amz-json-1.1"), ("Content-Length", str(len(answer)))])
        return [answer]

    def _sign(self, asked: dict[str, str]) -> dict[str, str]:
        digest, algorithm = b64decode(asked["Message"]), utils.Prehashed(hashes.SHA256())
        return {"Signature": b64encode(self._key.sign(digest, padding.PKCS1v15(), algorithm)).decode()}

    def _public(self) -> dict[str, str]:
        kinds = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        return {"PublicKey": b64encode(self._key.public_key().public_bytes(*kinds)).decode()}
