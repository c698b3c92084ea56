"""A TCP relay on Docker's bridge, so that containers reach the emulator, which listens on 127.0.0.1 only."""

import contextlib
import fcntl
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator

_SIOCGIFADDR = 0x8915  # Linux: the address of an interface


@contextlib.contextmanager
def relaying(address: str, port: int) -> Iterator[None]:
    """Forward connections from `address`:`port` to 127.0.0.1:`port` while the block runs."""
    with _Relay(address, port) as relay:
        threading.Thread(target=relay.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            relay.shutdown()


def bridge_address(interface: str) -> str:
    """Return the IPv4 address of a network interface, empty if there is none (Docker in a virtual machine)."""
    request = struct.pack("256s", interface.encode())
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        return socket.inet_ntoa(fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, request)[20:24])
    return ""


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
            responses = threading.Thread(target=_copy, args=(emulator, self.request), daemon=True)
            responses.start()
            _copy(self.request, emulator)
            responses.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Copy bytes until either side closes."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
