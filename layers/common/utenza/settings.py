"""The function's environment, read when asked: a function needs only the variables that it uses."""

import os
from collections.abc import Mapping

from utenza.limits.limit import Limit


class Settings:
    """Every knob of `template.yaml`, by name; the defaults there are the only defaults."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._environ = environ

    def text(self, name: str) -> str:
        return self._environ[name]

    def number(self, name: str) -> int:
        return int(self._environ[name])

    def numbers(self, *names: str) -> tuple[int, ...]:
        return tuple(self.number(name) for name in names)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a comma-separated list."""
        return tuple(part.strip() for part in self._environ[name].split(",") if part.strip())

    def limit(self, free: str) -> Limit:
        """Return the limit whose number of free attempts is in the variable `free`; the waits are the same for all."""
        return Limit(
            free=self.number(free),
            first_wait=self.number("ATTEMPTS_FIRST_WAIT"),
            max_wait=self.number("ATTEMPTS_MAX_WAIT"),
            memory=self.number("ATTEMPTS_MEMORY"),
        )
