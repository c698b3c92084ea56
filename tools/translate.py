"""Translates the template as `sam deploy` does: what is deployed, with every role and policy that SAM adds."""

import copy
import logging
import os
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cfnlint.decode import decode  # type: ignore[import-untyped]
from samtranslator.translator.transform import transform  # type: ignore[import-untyped]

from tools.aws import LOCAL_REGION
from tools.paths import ROOT

TEMPLATE = ROOT / "template.yaml"
_PACKAGED = {"CodeUri": "s3://bucket/key", "ContentUri": "s3://bucket/key", "DefinitionUri": "s3://bucket/key"}


class _NoPolicies:
    """The names of AWS's managed policies: the template uses ARNs alone."""

    def load(self) -> dict[str, str]:
        return {}


@cache
def written(template: Path = TEMPLATE) -> dict[str, Any]:
    """Return a template as it is written, its functions in their long form (`{"Ref": ...}`)."""
    read: dict[str, Any] = decode(str(template))[0]
    return read


@cache
def translated(template: Path = TEMPLATE) -> dict[str, Any]:
    """Return a template as it is deployed; the code of its functions is at a made-up place."""
    return translated_with(template)


def translated_with(template: Path = TEMPLATE, **parameters: str) -> dict[str, Any]:
    """Return the same with values of parameters: SAM reads some while it translates."""
    if "AWS::Serverless-2016-10-31" not in written(template).get("Transform", ""):
        return written(template)
    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it warns of switches that AWS alone has
    packaged = copy.deepcopy(written(template))
    _package(packaged.get("Globals", {}).get("Function", {}))
    for resource in packaged["Resources"].values():
        if resource["Type"].startswith("AWS::Serverless::"):
            _package(resource["Properties"])
    with patch.dict(os.environ, AWS_DEFAULT_REGION=LOCAL_REGION):  # whose partition it takes
        deployed: dict[str, Any] = transform(packaged, parameters, _NoPolicies())
    return deployed


def _package(properties: dict[str, Any]) -> None:
    """Put places of a bucket for local paths, as `sam package` does."""
    properties.update({name: place for name, place in _PACKAGED.items() if name in properties})
