"""Our functions under Lambda's runtime client, events handed to it directly; as many processes of each as cores."""

import contextlib
import json
import queue
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.calls import environment
from bench.contenders import runtime
from bench.direct import Function, function
from bench.peers.load import Operation
from bench.places import import_path
from bench.stand_in import StandIn

type Idle = queue.LifoQueue[Function]

_ROUTES = ("POST /verify", "POST /credentials", "POST /login")


class Ours:
    """A call waits for a process that is idle: one execution environment takes one call at a time."""

    def __init__(self, pools: dict[str, Idle], events: dict[str, bytes]) -> None:
        self._pools, self._events = pools, events

    def logging_in(self) -> Operation:
        return lambda: self._call("POST /login")

    def registering(self) -> Operation:
        """Return a client that does both steps, which hash twice: the password and the answer."""

        def register() -> None:
            self._call("POST /verify")
            self._call("POST /credentials")

        return register

    def _call(self, route: str) -> None:
        idle = self._pools[route].get()
        try:
            idle.call(self._events[route])
        finally:
            self._pools[route].put(idle)


@contextlib.contextmanager
def running(aws: StandIn, processes: int, *, before: Sequence[Path] = ()) -> Iterator[Ours]:
    """Run the functions while the block runs, each called once already; packages in `before` go before the layer's."""
    with contextlib.ExitStack() as stack:
        pools: dict[str, Idle] = {}
        events: dict[str, bytes] = {}
        for name in _ROUTES:
            route = aws.route(name)
            path = import_path(route.function)
            pools[name], events[name] = queue.LifoQueue(), json.dumps(route.event).encode()
            for _ in range(processes):
                each = function(route.handler, path, environment(aws, [*before, *path, runtime()]))
                started = stack.enter_context(each)
                started.call(events[name])
                pools[name].put(started)
        yield Ours(pools, events)
