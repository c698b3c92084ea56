"""A small signed client for AWS's JSON protocol, because botocore would double every cold start.

DynamoDB, KMS and Secrets Manager all speak it: a POST to `/`, the action in `X-Amz-Target`, JSON both ways.
"""

import functools
import json
import os
import ssl
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from utenza import http11
from utenza.concurrency import Wait, run
from utenza.credentials import CredentialSource
from utenza.errors import AwsError, Unavailable
from utenza.sigv4 import sign
from utenza.threads import in_threads

_CONNECT_TIMEOUT = 1.0
_READ_TIMEOUT = 2.0  # three tries stay within a function's ten seconds
_IDLE_SECONDS = 60  # wall clock: a monotonic one stands still while Lambda freezes the process
_TRIES = 3
_BACKOFF = 0.05  # seconds before the second try at most, doubled for each further one
_AMAZON_ROOTS = os.path.join(os.path.dirname(__file__), "data", "amazon_roots.pem")  # noqa: PTH118, PTH120 - pathlib is slow to import
_PASSING = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)

type Payload = dict[str, Any]


class AwsJson:
    """One service; connections are kept and shared between threads."""

    def __init__(
        self, service: str, target_prefix: str, *, version: str = "1.1", environ: Mapping[str, str] = os.environ
    ) -> None:
        self._service = service
        self._target_prefix = target_prefix
        self._content_type = f"application/x-amz-json-{version}"
        self._region = environ.get("AWS_REGION") or environ["AWS_DEFAULT_REGION"]
        self._credentials = CredentialSource(environ)
        self.endpoint = environ.get("AWS_ENDPOINT_URL") or f"https://{service}.{self._region}.amazonaws.com"
        self._pool = _Pool(self.endpoint)

    def call(self, action: str, payload: Payload) -> Payload:
        """Do `ask`, and wait for it."""
        return run(self.ask(action, payload))

    async def ask(self, action: str, payload: Payload) -> Payload:
        """Return the service's answer; AwsError when it refuses, Unavailable when three tries did not reach it."""
        body = json.dumps(payload, separators=(",", ":")).encode()
        failure: Exception | None = None
        for attempt in range(_TRIES):
            if attempt:
                pause(attempt)
            try:
                status, answer = await self._send(action, body)
            except OSError as error:
                failure = error
                continue
            if status == 200:
                return answer
            failure = AwsError(_code(answer, status), answer, action)
            if status < 500 and failure.code not in _PASSING:
                raise failure
        raise Unavailable from failure

    def connect(self, count: int) -> None:
        """Open connections for the first calls; OSError when one of them cannot be."""
        self._pool.open(count)

    def close(self) -> None:
        """Close the idle connections; the next call opens a new one."""
        self._pool.close()

    async def _send(self, action: str, body: bytes) -> tuple[int, Payload]:
        headers = sign(
            {
                "host": self._pool.host,
                "content-type": self._content_type,
                "x-amz-target": f"{self._target_prefix}.{action}",
            },
            body,
            credentials=self._credentials.current(),
            region=self._region,
            service=self._service,
            now=time.time(),
        )
        status, content = await self._pool.post(body, headers)
        try:
            answer = json.loads(content)
        except ValueError:
            if status == 200:
                raise http11.BrokenAnswer from None
            answer = {}  # a load balancer's page: the status says enough
        return status, answer if isinstance(answer, dict) else {}


def pause(attempt: int) -> None:
    """Wait before try number `attempt` + 1: full jitter, so that those who failed together do not return together.

    The system's randomness, because `random` goes the same way in every process restored from one snapshot.
    """
    time.sleep(_BACKOFF * 2 ** (attempt - 1) * os.urandom(1)[0] / 255)


def _code(answer: Payload, status: int) -> str:
    kind = str(answer.get("__type") or answer.get("code") or status)
    return kind.rpartition("#")[2]


class _Pool:
    """Idle connections to one endpoint, the last used first; a deque's ends are safe between threads."""

    def __init__(self, endpoint: str) -> None:
        self._url = http11.url(endpoint)
        self.host = self._url.host
        self._idle: deque[tuple[http11.Connection, float]] = deque()
        if self._url.secure:
            _tls()  # read once, and not by several threads at a time

    async def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Send on a kept connection, and at once on a new one when the server had dropped that."""
        kept = self._take()
        if kept is not None:
            try:
                return await self._exchange(kept, body, headers)
            except OSError as error:
                self.close()  # the others are as old or older
                if isinstance(error, TimeoutError):
                    raise
        return await self._exchange(self._connect(), body, headers)

    async def _exchange(self, connection: http11.Connection, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        try:
            connection.send("POST", "/", headers, body)
            answer: http11.Answer = await Wait(connection.receive)
        except OSError:
            connection.close()
            raise
        if answer.keeps:
            self._idle.append((connection, time.time()))
        else:
            connection.close()
        return answer.status, answer.content

    def open(self, count: int) -> None:
        """Open so many connections side by side; OSError when one of them cannot be."""
        in_threads(*[lambda: self._idle.append((self._connect(), time.time()))] * count)

    def close(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop()[0].close()

    def _take(self) -> http11.Connection | None:
        """Return an idle connection, None when there is none.

        Once the youngest is too old, all are replaced: to wait for one new connection after the other takes longer.
        """
        with suppress(IndexError):
            connection, since = self._idle.pop()
            if abs(time.time() - since) < _IDLE_SECONDS:
                return connection
            connection.close()
            count = 1 + len(self._idle)
            self.close()
            self.open(count)
            return self._idle.pop()[0]
        return None

    def _connect(self) -> http11.Connection:
        tls = _tls() if self._url.secure else None
        try:
            return http11.Connection(self._url, connect_timeout=_CONNECT_TIMEOUT, read_timeout=_READ_TIMEOUT, tls=tls)
        except ssl.SSLCertVerificationError:
            _tls().load_default_certs()  # an endpoint behind a proxy, or a root newer than ours: for the next try
            raise


@functools.cache
def _tls() -> ssl.SSLContext:
    """Trust the roots that AWS's endpoints have: to read all of a system's costs more than a whole cold start.

    Whoever sets SSL_CERT_FILE means that file.
    """
    return ssl.create_default_context(cafile=None if "SSL_CERT_FILE" in os.environ else _AMAZON_ROOTS)
