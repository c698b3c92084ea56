"""Servers that run beside what the terminal shows, each in a thread of its own."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer


@contextlib.contextmanager
def running(server: ThreadingHTTPServer, name: str) -> Iterator[None]:
    """Serve while the block runs, and give the port back after it."""
    thread = threading.Thread(target=server.serve_forever, name=name, kwargs={"poll_interval": 0.1})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
