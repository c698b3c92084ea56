"""What `make bench ONLY=calls` measured, read back from its table in bench/results.md."""

import re
from typing import NamedTuple

from bench.cost import DYNAMODB_SECONDS, KMS_SECONDS, Requests
from bench.load.routes import FUNCTIONS
from tools.paths import ROOT

RESULTS = ROOT / "bench" / "results.md"
_NUMBER = re.compile(r"[\d.]+")
_WITH_MAIL = " (with mail)"


class Measured(NamedTuple):
    """One call as `calls` measured it: what it asks of AWS, the processor's `seconds`, and its round trips."""

    requests: Requests
    seconds: float
    round_trips: int

    @property
    def waiting(self) -> float:
        """The seconds that it waits for AWS: a signature is made beside a round trip, and takes longer."""
        longer = max(0.0, KMS_SECONDS - DYNAMODB_SECONDS) * self.requests.signatures
        return self.round_trips * DYNAMODB_SECONDS + longer


def read(page: str | None = None) -> dict[str, Measured]:
    """Return the calls by route, of a deployment that sends mail where it differs."""
    text = page if page is not None else RESULTS.read_text(encoding="utf-8")
    found: dict[str, Measured] = {}
    for line in text.partition("## Every call")[2].partition("\n## ")[0].splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        route = cells[0].removesuffix(_WITH_MAIL) if len(cells) == 8 else ""
        if route in FUNCTIONS:
            requests, trips, read_units, written, signatures, processor, _ = (
                float(_NUMBER.findall(cell)[0]) for cell in cells[1:]
            )
            counted = Requests(requests, read_units, written, signatures)
            found[route] = Measured(counted, processor / 1000, int(trips))
    return found
