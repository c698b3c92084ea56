"""The routes that are measured, and what is known of each before measuring."""

from typing import Any, NamedTuple


class Prepared(NamedTuple):
    """One call that can be repeated: its event, its answer's status, and how often it hashes.

    `verifies` and `hashes` count argon2's runs that the route needs, which are the floor of its time.
    """

    name: str
    function: str
    event: dict[str, Any]
    status: int = 200
    verifies: int = 0
    hashes: int = 0

    @property
    def handler(self) -> str:
        return f"{self.function}.app.handler"
