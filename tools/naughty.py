"""Naughty strings over HTTP: each in each field of the calls that strangers make.

First all fields of a call have one, so that every string meets every check within three minutes; then one field
alone, so that it gets further. They are made here, from the categories of Unicode and from what other programs trip
over. Each answer must be JSON of the contract or one of its problems, without what was sent.
"""

import json
import random
import re
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import urllib3

from tools.local_stack.samples import Journey

_WELL_KNOWN = Path(__file__).with_suffix(".jsonl")  # a kind a line
_PROBLEM = {"type", "title", "status", "detail", "instance", "code"}
_MORE = {"errors", "hint"}
_OF_EACH_CATEGORY = 6
_LONG_ENOUGH = 12  # characters, that no text of ours has by chance
_WORKERS = 4
_MARKS = "".join(chr(point) for point in range(0x300, 0x340))


class Outcome(NamedTuple):
    """How many of all calls were sent before the time was over, and what was wrong with the answers."""

    sent: int
    of: int
    faults: list[str]


def strings() -> list[str]:
    """Return a few hundred texts, the same in each run, no two equal."""
    alone = list(chain(_of_each_category(), map(chr, range(0x20)), map(chr, range(0x7F, 0xA1))))
    inside = (f"Ma{character}rio" for character in alone)
    return list(dict.fromkeys(chain(_well_known(), _long(), alone, inside)))


def _well_known() -> Iterator[str]:
    """Yield what programs trip over: numbers, SQL, markup, paths, shells, templates, addresses, scripts and emoji."""
    for kind in _WELL_KNOWN.read_text(encoding="ascii").splitlines():
        yield from json.loads(kind)


def _of_each_category() -> Iterator[str]:
    """Yield some characters of each category, spread over its range; Cs are lone surrogates."""
    found: dict[str, list[str]] = {}
    for point in range(sys.maxunicode + 1):
        found.setdefault(unicodedata.category(chr(point)), []).append(chr(point))
    for characters in found.values():
        yield from characters[:: max(1, len(characters) // _OF_EACH_CATEGORY)][:_OF_EACH_CATEGORY]
        yield characters[-1]


def _long() -> Iterator[str]:
    for unit in ("a", "\u00e8", "\U0001f98a", "0", " ", "\u200b", "\u0301", "'", "\ud83d", "[", "\u0130"):
        for length in (41, 101, 201, 255, 257, 1025, 3000):
            yield unit * length
    yield "a" + _MARKS * 40
    yield f"a@{'b.' * 120}it"
    yield "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 60


def send(api: str, people: Sequence[Journey], seconds: float, *, seed: int) -> Outcome:
    """Send each string in each field, in a random order until the time is over; `people` are not registered."""
    calls = _calls(_bodies(people[0]), seed)
    deadline = time.monotonic() + seconds
    http = urllib3.PoolManager(maxsize=_WORKERS, timeout=60, retries=False)

    def fault(number: int) -> str | None:
        """Return what is wrong with the answer to a call, "" if nothing is, None if the time is over."""
        if time.monotonic() > deadline:
            return None
        route, naughty = calls[number]
        person = people[number % len(people)]
        body = {name: value for name, value in _bodies(person)[route].items() if value}
        try:
            if route == "/credentials" and "step_token" not in naughty:
                body["step_token"] = _post(http, f"{api}/verify", person.verify).json()["step_token"]
            wrong = fault_of(_post(http, api + route, body | naughty), *naughty.values())
        except (urllib3.exceptions.HTTPError, ValueError, KeyError) as error:
            wrong = type(error).__name__
        return wrong and f"{route} { ({field: text[:40] for field, text in naughty.items()})!a}: {wrong}"

    with ThreadPoolExecutor(_WORKERS) as pool:
        found = [wrong for wrong in pool.map(fault, range(len(calls))) if wrong is not None]
    return Outcome(len(found), len(calls), list(filter(None, found)))


def _calls(bodies: dict[str, dict[str, str]], seed: int) -> list[tuple[str, dict[str, str]]]:
    """Return routes with their naughty fields: those that have them all, then those that have one."""
    texts, shuffle = strings(), random.Random(seed).shuffle  # noqa: S311 - an order, and no secret
    shuffle(texts)
    full = [
        (route, {field: texts[(start + place) % len(texts)] for place, field in enumerate(body)})
        for route, body in bodies.items()
        for start in range(len(texts))
    ]
    single = [(route, {field: text}) for route, body in bodies.items() for field in body for text in texts]
    shuffle(full)
    shuffle(single)
    return full + single


def _post(http: urllib3.PoolManager, url: str, body: dict[str, str]) -> urllib3.BaseHTTPResponse:
    """Send JSON as browsers do, with escapes for lone surrogates alone."""
    content = re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):x}", json.dumps(body, ensure_ascii=False))
    return http.request("POST", url, body=content.encode(), headers={"Content-Type": "application/json"})


def _bodies(person: Journey) -> dict[str, dict[str, str]]:
    """Return the fields of each route with good values, empty for those that a call does without."""
    supplier, code, tax_code = (person.verify[name] for name in ("supplier", "customer_code", "tax_code"))
    return {
        "/verify": {**person.verify, "company_name": "", "phone": ""},
        "/credentials": {**person.credentials, "step_token": ""},
        "/login": {**person.login, "device_token": ""},
        "/recovery": {"supplier": supplier, "user_id": person.login["user_id"]},
        "/recovery/user-id": {"supplier": supplier, "customer_code": code, "tax_code": tax_code},
    }


def fault_of(response: urllib3.BaseHTTPResponse, *texts: str) -> str:
    """Return what is wrong with the answer to naughty texts, "" if nothing is."""
    status, content = response.status, response.data.decode("utf-8", errors="replace")
    if status >= 500:
        return f"status {status}"
    try:
        answer: Any = json.loads(content) if content else {}
    except ValueError:
        return f"status {status} without JSON"
    if status < 400:
        return ""
    if any(len(text) >= _LONG_ENOUGH and text in content for text in map(str.strip, texts)):
        return f"status {status} with what was sent"
    media_type = response.headers.get("Content-Type", "").partition(";")[0]
    is_problem = isinstance(answer, dict) and answer.keys() - _MORE == _PROBLEM and answer["status"] == status
    return "" if is_problem and media_type == "application/problem+json" else f"status {status} without a problem"
