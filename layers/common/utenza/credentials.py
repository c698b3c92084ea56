"""Where the signing keys come from: Lambda's environment, or under SnapStart an endpoint beside it."""

import json
import time
from collections.abc import Mapping
from threading import Lock
from typing import NamedTuple

from utenza import http11

_REFRESH_BEFORE = 300  # seconds: botocore also replaces keys well before they expire
_TIMEOUT = 2.0


class Credentials(NamedTuple):
    access_key: str
    secret_key: str
    token: str = ""

    def __repr__(self) -> str:
        """Hide the secrets, which would otherwise stand in every trace that shows local names."""
        return f"Credentials({self.access_key})"


class CredentialSource:
    """Gives the credentials of this moment; safe to share between threads."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._lock = Lock()
        self._kept: Credentials | None = None
        self._expires_at = 0.0

    def current(self) -> Credentials:
        """Return what the environment says now, for Lambda owns it; KeyError when it names no credentials."""
        environ = self._environ
        if "AWS_ACCESS_KEY_ID" not in environ and "AWS_CONTAINER_CREDENTIALS_FULL_URI" in environ:
            return self._from_container()
        return Credentials(
            environ["AWS_ACCESS_KEY_ID"], environ["AWS_SECRET_ACCESS_KEY"], environ.get("AWS_SESSION_TOKEN", "")
        )

    def _from_container(self) -> Credentials:
        with self._lock:
            if self._kept is None or self._expires_at - time.time() < _REFRESH_BEFORE:
                answer = self._fetch()
                self._kept = Credentials(answer["AccessKeyId"], answer["SecretAccessKey"], answer["Token"])
                self._expires_at = _seconds(answer["Expiration"])
            return self._kept

    def _fetch(self) -> dict[str, str]:
        """Ask the endpoint on the loopback address; OSError when it does not answer with credentials."""
        url = http11.url(self._environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"])
        connection = http11.Connection(url, connect_timeout=_TIMEOUT, read_timeout=_TIMEOUT, tls=None)
        try:
            headers = {"host": url.host, "authorization": self._authorization()}
            status, content, _ = connection.exchange("GET", url.path, headers)
        finally:
            connection.close()
        if status != 200:
            raise OSError(f"the credentials endpoint answered {status}")
        answer: dict[str, str] = json.loads(content)
        return answer

    def _authorization(self) -> str:
        if file := self._environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"):
            with open(file) as token:  # noqa: PTH123 - pathlib would cost every cold start 3 ms
                return token.read().strip()
        return self._environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")


def _seconds(moment: str) -> float:
    from datetime import datetime  # noqa: PLC0415 - only under SnapStart

    return datetime.fromisoformat(moment).timestamp()
