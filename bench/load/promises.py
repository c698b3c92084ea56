"""Whether what customers were told holds: who was told "registered" can log in, who was told "closed" cannot."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from bench.load.browser import Browser
from bench.load.calls import Calls
from bench.load.people import Person

_AT_ONCE = 4


def broken(api: str, everybody: Iterable[Person]) -> list[str]:
    """Return the promises that are not kept, by customer code; what was never answered clearly promises nothing."""
    promised = [person for person in everybody if person.registered == "yes"]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [fault for faults in pool.map(partial(_faults, api), promised) for fault in faults]


def _faults(api: str, person: Person) -> Sequence[str]:
    browser = Browser(api, Calls())
    try:
        return list(_look(browser, person))
    finally:
        browser.close()


def _look(browser: Browser, person: Person) -> Iterator[str]:
    if person.closed == "perhaps":
        return
    statuses = []
    for password in (person.password, *person.perhaps):
        body = {"supplier": person.supplier, "user_id": person.user_id, "password": password}
        statuses.append(browser.send("POST /login", body).status)
        if statuses[-1] == 200:
            break
    if person.closed == "yes" and statuses[-1] != 401:
        yield f"{person.code}: closed, and a login answered {statuses}"
    if person.closed == "no" and statuses[-1] != 200:
        yield f"{person.code}: registered, and a login answered {statuses}"
