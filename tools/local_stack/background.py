"""Serves HTTP on 127.0.0.1, each port by a werkzeug server in its own thread."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response


class QuietHandler(WSGIRequestHandler):
    """Logs nothing, as addresses and paths can be personal data; errors are plain text."""

    error_message_format = "%(message)s\n"
    error_content_type = "text/plain; charset=utf-8"

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002, ANN401 - the base class's signature
        """Log nothing."""


@contextlib.contextmanager
def serving(
    port: int, respond: Callable[[Request], Response], name: str, handler: type[WSGIRequestHandler] = QuietHandler
) -> Iterator[None]:
    """Serve what `respond` returns on 127.0.0.1:`port` while the block runs; `name` names the thread."""
    server = make_server("127.0.0.1", port, Request.application(respond), threaded=True, request_handler=handler)
    thread = threading.Thread(target=server.serve_forever, name=name, kwargs={"poll_interval": 0.1})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
