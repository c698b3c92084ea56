"""Every scenario by its name, in the order in which they are recorded, for each way to deploy."""

from types import ModuleType

from tests.replay.play import Scenario
from tests.replay.scenes import (
    bodies,
    chosen,
    fields,
    journeys,
    languages,
    limits,
    mail,
    origins,
    recovery,
    tokens,
    values,
)

_BOTH: tuple[Scenario, ...] = (languages.suppliers, languages.discovery, languages.published_keys)


def _of(*modules: ModuleType) -> dict[str, Scenario]:
    """Return the public functions that the modules define, in their order."""
    return {
        f"{module.__name__.rpartition('.')[2]}, {name.replace('_', ' ')}": value
        for module in modules
        for name, value in vars(module).items()
        if callable(value) and value.__module__ == module.__name__ and not name.startswith("_")
    }


_PLAIN = _of(bodies, fields, values, chosen, languages, origins, journeys, recovery, limits, tokens)
_MAIL = {name: play for name, play in _PLAIN.items() if play in _BOTH} | _of(mail)

MODES = {"plain": _PLAIN, "mail": _MAIL}
