"""Whether customers find what they were told, from the outside: by logging in and reading their account."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import product

from bench.load.browser import Answer, Browser
from bench.load.calls import Calls
from bench.load.people import Person
from tools.chaos.ledger import Ledger

_AT_ONCE = 3


def broken(api: str, everybody: Sequence[Person], ledger: Ledger) -> list[str]:
    """Return the promises that are not kept, by customer code. Where no clear answer came, either state is right."""
    promised = [person for person in everybody if ledger.acts[person.code].told["registered"]]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [fault for faults in pool.map(partial(_faults, api, ledger), promised) for fault in faults]


def _faults(api: str, ledger: Ledger, person: Person) -> Sequence[str]:
    browser = Browser(api, Calls())
    try:
        return list(_look(browser, ledger, person))
    finally:
        browser.close()


def _look(browser: Browser, ledger: Ledger, person: Person) -> Iterator[str]:
    told, perhaps = ledger.acts[person.code]
    statuses, login = [], None
    for user_id, password in product(ledger.possible(person, "user id"), (person.password, *person.perhaps)):
        answer = browser.send("POST /login", _login(person, user_id, password))
        statuses.append(answer.status)
        if answer.ok:
            login = answer
            break
    if told["closed"]:
        if set(statuses) != {401}:
            yield f"{person.code}: told that the account is closed, and a login answers {statuses}"
    elif login is None:
        if not perhaps["closed"]:
            yield f"{person.code}: told that they are registered, and a login answers {statuses}"
    else:
        yield from _read(browser, ledger, person, login)


def _read(browser: Browser, ledger: Ledger, person: Person, login: Answer) -> Iterator[str]:
    account: Mapping[str, object] = browser.send("GET /account", None, login.body["access_token"]).body
    codes = [customer["customer_code"] for customer in account.get("customers", ())]  # type: ignore[attr-defined]
    if codes != [person.code]:
        yield f"{person.code}: the account has {codes}"
    for what, key in (("phone", "phone"), ("user id", "user_id")):
        possible = ledger.possible(person, what)
        if possible and account.get(key) not in possible:
            yield f"{person.code}: the account has another {what} than they were told"


def _login(person: Person, user_id: str, password: str) -> dict[str, str]:
    known = {"device_token": person.device_token} if person.device_token else {}
    return {"supplier": person.supplier, "user_id": user_id, "password": password, **known}
