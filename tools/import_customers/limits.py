"""What the guard of an import lets pass: by options, else by the parameters of the stack, else by default."""

import argparse

from crm_import.guard import Limits
from tools.import_customers.target import Target

_PARAMETERS = {
    "ceasing": "ImportMostCeasing",
    "ceasing_percent": "ImportMostCeasingPercent",
    "changing_hands": "ImportMostChangingHands",
    "changing_hands_percent": "ImportMostChangingHandsPercent",
    "least_rows_percent": "ImportLeastRowsPercent",
    "rejected_percent": "ImportMostRejectedPercent",
}
"""The parameters of template.yaml, by the fields of Limits."""

_HELP = {
    "ceasing": "active customers that may cease",
    "ceasing_percent": "the same in percent of the active ones; the greater of the two counts",
    "changing_hands": "registered customers that may change holder",
    "changing_hands_percent": "the same in percent of the registered ones",
    "least_rows_percent": "rows that a full file must have, in percent of the last one",
    "rejected_percent": "rows that may be rejected, in percent",
}


def add_limits(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("the guard (default: the parameters of the stack)")
    for name, kind in Limits.__annotations__.items():
        option = f"--{'least' if name.startswith('least') else 'most'}-{name.removeprefix('least_').replace('_', '-')}"
        default = Limits._field_defaults[name]
        group.add_argument(
            option, dest=name, type=kind, metavar="N", help=f"{_HELP[name]} ({default:g})".replace("%", "%%")
        )


def limits(options: argparse.Namespace, target: Target) -> Limits:
    given = {name: getattr(options, name) for name in Limits._fields}
    return limits_of(target)._replace(**{name: value for name, value in given.items() if value is not None})


def limits_of(target: Target) -> Limits:
    """Return the limits that the parameters of the stack say."""
    said = {name: target.parameters.get(parameter, "") for name, parameter in _PARAMETERS.items()}
    kinds = Limits.__annotations__
    return Limits(**{name: kinds[name](value) for name, value in said.items() if value})
