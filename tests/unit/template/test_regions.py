"""What several regions need is there for those who ask for it, and for nobody else."""

from tests.unit.template.deployment import Deployment
from tests.unit.template.translated import DEPLOYED, WRITTEN


def test_the_first_signing_key_stays_in_its_region_unless_it_was_asked_for() -> None:
    key = DEPLOYED["SigningKey"]["Properties"]
    assert "MultiRegion" not in Deployment(WRITTEN).value(key)
    assert Deployment(WRITTEN, {"SigningKeyMultiRegion": "true"}).value(key)["MultiRegion"] is True
