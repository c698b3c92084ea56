"""What each parameter says, and between which values."""

import pytest

from tests.unit.template.translated import WRITTEN
from utenza.tables.closures import STUB_LIFETIME


@pytest.mark.parametrize("name", WRITTEN["Parameters"])
def test_every_parameter_is_described_bounded_and_asked_for_in_a_group(name: str) -> None:
    parameter = WRITTEN["Parameters"][name]
    assert parameter["Description"]
    bounded = {"MinValue", "MaxValue"} <= set(parameter) or {"AllowedValues", "AllowedPattern"} & set(parameter)
    assert bounded, name
    groups = WRITTEN["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sum(name in group["Parameters"] for group in groups) == 1


def test_changes_are_kept_for_less_than_the_stub_of_a_closed_account() -> None:
    kept = WRITTEN["Parameters"]["ChangesKeptDays"]
    assert (kept["Default"], kept["MaxValue"] * 86_400 < STUB_LIFETIME) == (400, True)
