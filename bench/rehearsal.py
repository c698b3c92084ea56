"""Plays every journey once on moto, with the functions as built, and writes down what the measurements repeat.

So whatever the functions come to store or to ask, the stand-in answers it: nothing here knows an item's attributes but
those of the customers. `python -m bench.rehearsal FILE` runs in an environment of `bench.variables`.
"""

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from bench.journeys import journeys
from bench.one_key import OneKey
from bench.routes import Prepared
from bench.stage import Stage


def main(file: Path) -> None:
    with moto():
        stage = Stage()
        prepared: list[Prepared] = journeys(stage)
        state = {"items": stage.items(), "answers": stage.answers(), "routes": prepared}
    file.write_text(json.dumps(state), encoding="utf-8")


@contextmanager
def moto() -> Iterator[None]:
    """Serve moto while the block runs, at the address that the functions are told."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = OneKey(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True)  # with threads it speaks HTTP/1.1
    os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{server.port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
