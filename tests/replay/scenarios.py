"""Every scenario by its name, in the order in which they are recorded, for each way to deploy."""

from tests.replay.play import Scenario
from tests.replay.scenes import bodies, fields, languages, origins

_BOTH: tuple[Scenario, ...] = (languages.suppliers, languages.discovery, languages.published_keys)
_PLAIN: tuple[Scenario, ...] = (
    *_BOTH,
    bodies.bad_bodies_everywhere,
    bodies.what_json_is,
    bodies.what_json_is_at_step_one,
    bodies.content_types,
    fields.every_field_of_another_kind,
    fields.one_field_of_another_kind,
    fields.long_and_strange_texts,
    fields.strange_letters_at_step_one,
    fields.unknown_fields,
    fields.many_faults_at_once,
    languages.accepted_languages,
    languages.plain_errors,
    languages.unavailable,
    origins.preflights,
    origins.origins,
    origins.paths_and_methods,
)
_MAIL: tuple[Scenario, ...] = (*_BOTH,)


def _named(scenarios: tuple[Scenario, ...]) -> dict[str, Scenario]:
    return {scenario.__name__.replace("_", " "): scenario for scenario in scenarios}


MODES = {"plain": _named(_PLAIN), "mail": _named(_MAIL)}
