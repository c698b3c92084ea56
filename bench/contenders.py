"""What starts cold: our functions as built, a hello, and the same work the usual way, with and without bytecode."""

import compileall
import py_compile
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.events import authorization
from bench.places import RUNTIME, USUAL, WORK, import_path, site_packages
from bench.stand_in import StandIn
from tools.paths import ROOT

HELLO = "hello"
_FIRST_ROUTES = ("POST /verify", "POST /credentials", "POST /login", "POST /recovery", "GET /account")
_OTHERS = ("GET /suppliers", "GET /.well-known/jwks.json")
_LIKE = {"POST /credentials": "POST /login", "POST /recovery": "POST /login"}


class Contender(NamedTuple):
    """A handler, what its path holds beside the runtime client, and the event that it answers."""

    name: str
    handler: str
    path: Sequence[Path]
    event: dict[str, object]


def ours(aws: StandIn) -> list[Contender]:
    """Return one route of every public function, and the authorizer before GET /account."""
    routes = [aws.route(name) for name in (*_FIRST_ROUTES, *_OTHERS)]
    asked = authorization(aws.route("GET /account").event)
    return [
        *(Contender(route.name, route.handler, import_path(route.function), route.event) for route in routes),
        Contender("authorizer", "authorizer.app.handler", import_path("authorizer"), asked),
    ]


def others(aws: StandIn) -> list[Contender]:
    """Return hello, and /verify and /login written the usual way, as they are deployed and as they could be."""
    lean, compiled = _folder(bytecode=False), _folder(bytecode=True)
    return [
        Contender(HELLO, "bench.usual.hello.handler", [compiled / "own"], {}),
        *(
            Contender(
                usual(route, bytecode=done), f"bench.usual.{name}.handler", [folder / "own", folder / "site"], event
            )
            for done, folder in ((True, compiled), (False, lean))
            for name in ("verify", "login")
            for route, event in [(f"POST /{name}", aws.route(f"POST /{name}").event)]
        ),
    ]


def usual(route: str, *, bytecode: bool) -> str:
    """Return the name of the usual way that a route of ours is compared with."""
    like = _LIKE.get(route, route if route == "POST /login" else "POST /verify")
    return f"usual {like}, {'with' if bytecode else 'without'} bytecode"


def runtime() -> Path:
    """Return Lambda's runtime client, with its bytecode as in Lambda."""
    return _copy(site_packages(RUNTIME), WORK / "runtime", bytecode=True)


def _folder(*, bytecode: bool) -> Path:
    folder = WORK / ("usual-compiled" if bytecode else "usual")
    _copy(site_packages(USUAL), folder / "site", bytecode=bytecode)
    shutil.rmtree(folder / "own", ignore_errors=True)
    _copy(ROOT / "bench" / "usual", folder / "own" / "bench" / "usual", bytecode=bytecode)
    return folder


def _copy(source: Path, target: Path, *, bytecode: bool) -> Path:
    """Copy a folder once, without bytecode or with that which a deployment would ship."""
    if not target.exists():
        half = target.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(source, half, ignore=shutil.ignore_patterns("__pycache__"))
        if bytecode:
            compileall.compile_dir(half, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
        half.rename(target)
    return target
