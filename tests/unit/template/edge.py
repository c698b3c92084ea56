"""What the tests of the edge share: its template, the firewall's rules, and which routes hash."""

from typing import Any

from tests.unit.template.hashing_routes import hashing_routes
from tests.unit.template.translated import FUNCTIONS, function
from tools.paths import ROOT
from tools.translate import written

EDGE = written(ROOT / "stacks" / "edge.yaml")
ACL = EDGE["Resources"]["WebAcl"]["Properties"]
RULES: dict[str, dict[str, Any]] = {rule["Name"]: rule for rule in ACL["Rules"]}
WINDOW = 300  # seconds that the rate rules count
ROUTES = {
    (event["Properties"]["Method"].upper(), event["Properties"]["Path"])
    for name in FUNCTIONS
    for event in function(name).get("Events", {}).values()
    if event["Type"] == "Api"
}
HASHES = hashing_routes()
