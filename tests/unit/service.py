"""A service on the loopback address that answers what a test lays out, and remembers what it was asked."""

import json
import socketserver
import ssl
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, NamedTuple, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Request(NamedTuple):
    headers: Message
    body: bytes

    @property
    def payload(self) -> Any:
        return json.loads(self.body)


class Reply(NamedTuple):
    """Status 0: hang up without an answer. `drop` and `close`: hang up after it, silently or as announced."""

    status: int
    content: object
    drop: bool = False
    close: bool = False
    after: float = 0


class Service:
    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.replies: Sequence[Reply | Callable[[Request], Reply]] = []
        self.unordered: Callable[[Request], Reply] | None = None  # for requests that come side by side
        self.requests: list[Request] = []
        self.connections = 0
        self._lock = Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        scheme = "https" if tls else "http"
        self.address = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def reply_to(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
            reply = self.unordered or self.replies[len(self.requests) - 1]
        return reply(request) if callable(reply) else reply


class _Server(socketserver.ThreadingMixIn, HTTPServer):
    daemon_threads = True  # a kept connection's thread waits for the client

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay quiet: clients that hang up are what some tests are about."""


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            service.connections += 1

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self) -> None:
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            reply = service.reply_to(Request(self.headers, body))
            Event().wait(reply.after)  # not `sleep`, which tests replace
            self.close_connection = reply.drop or reply.close or not reply.status
            if reply.status:
                content = reply.content if isinstance(reply.content, bytes) else json.dumps(reply.content).encode()
                self.send_response(reply.status)
                self.send_header("Content-Length", str(len(content)))
                if reply.close:
                    self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def certificate(folder: Path) -> Path:
    """Return a file with a key and a certificate of 127.0.0.1 that vouches for itself."""
    file = folder / "service.pem"
    if file.exists():
        return file
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "service")])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(pem + signed.public_bytes(serialization.Encoding.PEM))
    return file
