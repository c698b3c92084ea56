"""The page's section about round trips and request units."""

from bench.counts import Count, counts
from bench.page import Section, Table, met
from bench.progress import Say

_TEXT = """\
Counted by the stand-in for AWS, in a process that has read its keys already; how many follow one another is found by
making each answer 50 ms late. Units by DynamoDB's published rules, for the items as they are stored."""
_MOST = {
    ("POST /verify", False): 2,
    ("POST /credentials", False): 2,
    ("POST /credentials", True): 2,
    ("POST /login", False): 2,
    ("POST /login/refresh", False): 2,
    ("GET /account", False): 1,
}
_COLUMNS = [
    "route",
    "DynamoDB, one after the other",
    "at most",
    "reached",
    "requests",
    "read units",
    "write units",
    "KMS",
]


def section(_rounds: int, say: Say) -> Section:
    found = counts()
    say(f"counted {len(found)} routes")
    return Section(
        "Round trips and request units",
        [
            _TEXT,
            Table(_COLUMNS, [_row(each) for each in found]),
        ],
    )


def _row(count: Count) -> list[str]:
    most = _MOST.get((count.route, count.mail))
    goal = [str(most), met(reached=count.depth <= most)] if most else ["", ""]
    figures = [str(count.requests), f"{count.reads:g}", f"{count.writes:g}", str(count.signatures or "")]
    return [f"{count.route}{' (mail)' if count.mail else ''}", str(count.depth), *goal, *figures]
