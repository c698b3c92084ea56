"""A stack of its own for the load, with customers and some accounts; on 127.0.0.1 alone."""

import contextlib
import random
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import exports
from bench.load.browser import Browser
from bench.load.calls import Calls
from bench.load.people import People, Person, read
from bench.load.post import Post
from bench.load.visits import Visit
from tools.local_stack import mailbox, samples
from tools.local_stack.places import Places
from tools.local_stack.stack import LocalStack, local_stack
from tools.paths import ROOT
from tools.ports import free_ports
from tools.template_yaml import defaults

_AT_ONCE = 3
_MEMORY, _ROOM = Path("/dev/shm"), 6 * 10**9  # noqa: S108 - bytes: the emulator unpacks the layer for each process
REGISTRATION = ("prove", "choose", "confirm", "log in")


def parameters() -> dict[str, str]:
    """Return the parameters: mail, and the gateway's throttling as the template has it, which local stacks raise."""
    template = defaults(ROOT / "template.yaml")
    throttling = {name: value for name, value in template.items() if name.startswith("Throttling")}
    return {"SenderEmail": mailbox.SENDER, **throttling}


@contextlib.contextmanager
def running(customers: int) -> Iterator[tuple[LocalStack, People]]:
    """Run a new stack with so many customers, none with an account, while the block runs; raises StackError."""
    with tempfile.TemporaryDirectory(prefix="utenza-load-", dir=_place()) as folder:
        export = Path(folder) / "export.csv"
        exports.write(export, customers)
        with local_stack(Places(Path(folder), *free_ports(2)), parameters()) as stack:
            samples.load(stack, export)
            yield stack, People(read(export))


def _place() -> Path | None:
    """Return the file system in memory if it has room: copies of the layer are written and deleted without a disk."""
    has_room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    return _MEMORY if has_room else None


def register(stack: LocalStack, people: People, post: Post, count: int) -> int:
    """Have `count` people register and log in once, and return how many did; raises BrokenOff."""
    strangers = [person for person in (people.stranger() for _ in range(count)) if person]

    def visit(person: Person) -> None:
        browser = Browser(stack.api, Calls())
        try:
            made = Visit(person, browser, post, random.Random(person.code))  # noqa: S311 - no secret
            for step in REGISTRATION:
                made.do(step)
        finally:
            browser.close()
            people.give_back(person)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(visit, strangers))
    return len(strangers)
