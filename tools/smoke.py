"""Look at a deployment from outside, as its callers do. It changes nothing and needs no account.

The first checks are the canary's own. The others are those that only a browser would miss: preflights, errors in the
words of the contract and in the caller's language, and the site's page if its address is given.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import urllib3

from canary.api import Api
from canary.flow import Check, walk

_SECONDS = 20.0
_NOBODY = "https://nobody.invalid"  # no deployment allows calls from there
_MEMBERS = {"type", "title", "status", "code", "detail", "instance"}


class Wrong(Exception):
    """What an answer is and should not be, in a few words."""


class Answer(NamedTuple):
    """An answer with the names of its headers in small letters."""

    status: int
    headers: Mapping[str, str]
    text: str


type Ask = Callable[..., Answer]


def checks(url: str, *, site: str = "", code: str = "CANARINO", ask: Ask | None = None) -> Iterator[Check]:
    """Yield the checks of an API and, with its address, of a site; `code` begins customer codes that nobody has."""
    url, site, asking = url.rstrip("/"), site.rstrip("/"), ask or _ask
    yield from _walked(url, code)
    yield _timed("preflight of a stranger", lambda: _refuses_strangers(asking, url))
    yield _timed("errors", lambda: _says_what_is_wrong(asking, url))
    yield _timed("access", lambda: _asks_for_a_token(asking, url))
    if site:
        yield _timed("calls of the site", lambda: _allows(asking, url, site))
        yield _timed("site", lambda: _shows(asking, url, site))


def _walked(url: str, code: str) -> list[Check]:
    """Return the canary's checks. After a deployment all functions are cold: what was slow is asked once more."""
    for _ in range(2):
        found = list(walk(Api(url, _SECONDS), code, now=int(time.time()), clock=time.perf_counter))
        if all(check.failure != "slow" for check in found):
            break
    return found


def _timed(name: Any, check: Callable[[], None]) -> Check:  # noqa: ANN401 - the canary's names are a type of its own
    began, failure = time.perf_counter(), ""
    try:
        check()
    except Wrong as wrong:
        failure = str(wrong)
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        failure = type(error).__name__
    except (AttributeError, TypeError):  # JSON, and no object
        failure = "another body"
    return Check(name, time.perf_counter() - began, failure)


def _ask(method: str, url: str, body: Any = None, **headers: str) -> Answer:  # noqa: ANN401 - JSON
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    content = {} if body is None else {"json": body}
    answer = urllib3.request(method, url, headers=sent, timeout=_SECONDS, retries=False, redirect=False, **content)
    return Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.data.decode())


def _preflight(ask: Ask, url: str, origin: str) -> Answer:
    named = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "content-type"}
    return ask("OPTIONS", f"{url}/login", Origin=origin, **named)


def _refuses_strangers(ask: Ask, url: str) -> None:
    answer = _preflight(ask, url, _NOBODY)
    _expect(answer.headers.get("access-control-allow-origin") in {None, "null"}, "any origin may call")


def _allows(ask: Ask, url: str, site: str) -> None:
    origin = "/".join(site.split("/")[:3])
    answer = _preflight(ask, url, origin)
    _expect(answer.headers.get("access-control-allow-origin") == origin, f"{origin} is not in AllowedOrigins")
    _expect(answer.status in {200, 204}, f"status {answer.status}")
    _expect("content-type" in answer.headers.get("access-control-allow-headers", "").lower(), "Content-Type refused")
    # The gateway answers preflights by itself; what pages read are the functions' own answers.
    read = ask("GET", f"{url}/suppliers", Origin=origin)
    _expect(read.headers.get("access-control-allow-origin") == origin, f"{origin} may not read answers")


def _says_what_is_wrong(ask: Ask, url: str) -> None:
    titles = set()
    for language in ("it", "en", "de"):
        answer = ask("POST", f"{url}/login", {}, Accept_Language=language)
        problem = _problem(answer, 422, "invalid_request")
        _expect(bool(problem.get("errors")), "no field is named")
        titles.add(problem["title"])
    _expect(len(titles) == 3, "languages have one text")


def _asks_for_a_token(ask: Ask, url: str) -> None:
    _problem(ask("GET", f"{url}/account"), 401, "access_token_invalid")


def _problem(answer: Answer, status: int, code: str) -> dict[str, Any]:
    _expect(answer.status == status, f"status {answer.status}")
    kind = answer.headers.get("content-type", "")
    _expect(kind.startswith("application/problem+json"), f"content type {kind}")
    problem: dict[str, Any] = json.loads(answer.text)
    _expect(problem.get("code") == code, f"code {problem.get('code')}")
    missing = _MEMBERS - problem.keys()
    _expect(not missing, f"without {', '.join(sorted(missing))}")
    return problem


def _shows(ask: Ask, url: str, site: str) -> None:
    page = ask("GET", f"{site}/")
    _expect(page.status == 200, f"status {page.status}")
    _expect(page.headers.get("content-type", "").startswith("text/html"), "no page")
    _expect("content-security-policy" in page.headers, "without a content security policy")
    config = json.loads(ask("GET", f"{site}/config.json").text)
    _expect(str(config.get("api", "")).rstrip("/") == url, "config.json names another API")


def _expect(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - it reads as a sentence
    if not holds:
        raise Wrong(otherwise)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tools.smoke", description=__doc__)
    parser.add_argument("url", help="public address of the API (PublicUrl)")
    parser.add_argument("--site", default="", help="address of the site")
    parser.add_argument("--code", default="CANARINO", help="how customer codes begin that nobody has")
    asked = parser.parse_args(arguments)
    failed = 0
    for check in checks(asked.url, site=asked.site, code=asked.code):
        print(
            f"{'ok  ' if not check.failure else 'FAIL'} {check.name} ({check.seconds:.2f} s) {check.failure}".rstrip()
        )
        failed += bool(check.failure)
    print(f"{failed} failed" if failed else "all well")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
