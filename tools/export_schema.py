"""Writes `docs/export.schema.json`, the JSON schema of what POST /account/export answers; a test compares them."""

import json
from typing import Any

from account.export_schemas import ExportResponse
from tools.paths import ROOT

PUBLISHED = ROOT / "docs" / "export.schema.json"


def schema() -> dict[str, Any]:
    """Return the schema of the model; nothing that it does not name is exported."""
    found = ExportResponse.model_json_schema(mode="serialization")
    for part in (found, *found["$defs"].values()):
        part["additionalProperties"] = False
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


if __name__ == "__main__":
    PUBLISHED.write_text(json.dumps(schema(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
