"""Lets containers reach the emulator, which listens on 127.0.0.1 alone: a relay on Docker's own bridge, no other."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def relaying(address: str, port: int) -> Iterator[None]:
    """Pass connections to `address`:`port` on to 127.0.0.1:`port` while the block runs."""
    with _Relay(address, port) as relay:
        threading.Thread(target=relay.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            relay.shutdown()


class _Relay(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: str, port: int) -> None:
        super().__init__((address, port), _Connection)
        self.port = port


class _Connection(socketserver.BaseRequestHandler):
    server: _Relay

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.port)) as emulator:
            answers = threading.Thread(target=_pump, args=(emulator, self.request), daemon=True)
            answers.start()
            _pump(self.request, emulator)
            answers.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Copy until either side closes."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
