"""First responses: from a snapshot, and from nothing."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from bench.environments import packages
from bench.functions import Function, Snapshot, ours
from bench.page import Row, Section, at_most, millis
from bench.servers import Aws, aws
from bench.turns import Run, in_turns, ratio
from tools.paths import ROOT

_RESTORED, _COLD = 1.0, 0.85
_ROUTES = ("POST /verify", "POST /credentials", "POST /login")
_HELLO = "hello"
_USUAL = {"POST /verify": "POST /verify", "POST /credentials": "POST /login", "POST /login": "POST /login"}
_TEXT = """\
Times end with the first response, whose route does all that it does on AWS, argon2 included; the stand-in for AWS
answers at once. *From a snapshot*: a process that has initialised the function is forked, and the child runs the
after-restore hooks, opens new connections and answers. What AWS itself adds to restore a snapshot cannot be measured
here. *From nothing* (SnapStart off): a new process imports Lambda's runtime client (awslambdaric) and the function,
which warms up, and answers. *hello* does the same with a handler that says hello. *The usual way*
(`bench/usual`) is `POST /verify` and `POST /login` with Powertools' validating resolver and Logger, pydantic, boto3's
resources, PyJWT, stdnum and argon2-cffi; it has bytecode too, and all of botocore's data, where our layer has that of
the services that it calls. `/credentials`, which hashes twice, is compared with the usual login."""


def measure(run: Run) -> Section:
    with aws() as stand_in, contextlib.ExitStack() as stack:
        contenders = {name: function.cold for name, function in _functions(stand_in)}
        for name in _ROUTES:
            snapshot = stack.enter_context(Snapshot(ours(stand_in, stand_in.route(name))))
            contenders[f"{name}, restored"] = snapshot.restored
        for first in contenders.values():
            first()  # files come from the disk only once
        taken = in_turns(run, contenders, millis)
    return Section("First response", _TEXT, list(_rows(taken)))


def _functions(stand_in: Aws) -> Iterator[tuple[str, Function]]:
    runtime = packages("runtime")
    yield _HELLO, Function("bench.usual.hello.handler", {}, stand_in.variables([ROOT, runtime]))
    usual = stand_in.variables([ROOT, packages("usual"), runtime])
    for name in sorted(set(_USUAL.values())):
        yield f"usual {name}", Function("bench.usual.app.handler", stand_in.route(name).event, usual)
    for name in _ROUTES:
        yield name, ours(stand_in, stand_in.route(name))


def _rows(taken: Mapping[str, Sequence[float]]) -> Iterator[Row]:
    for name in _ROUTES:
        times = taken[f"{name}, restored"]
        what = f"{name} from a snapshot, to hello from nothing"
        yield at_most(what, ratio(times, taken[_HELLO]), _RESTORED, millis(median(times)))
    for name in _ROUTES:
        usual = taken[f"usual {_USUAL[name]}"]
        what = f"{name} from nothing, to the usual way"
        yield at_most(what, ratio(taken[name], usual), _COLD, f"{millis(median(taken[name]))}, {millis(median(usual))}")
    for name in _ROUTES:
        yield at_most(f"{name} from nothing, to hello", ratio(taken[name], taken[_HELLO]), None)
    yield at_most("hello from nothing", 1.0, None, millis(median(taken[_HELLO])))
