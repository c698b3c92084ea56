"""The functions: variables, versions, snapshots, and the layer that they share."""

import importlib

import pytest

from tests.unit.template.translated import FUNCTIONS, RESOURCES, WRITTEN, function
from tools.local_stack.deploy import NOT_DEPLOYED
from tools.paths import ROOT
from utenza.settings import HttpSettings

_OF_ALL = set(WRITTEN["Globals"]["Function"]["Environment"]["Variables"])
_OF_LIBC = {"MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"}


_OF_HTTP = {field.upper() for field in HttpSettings.model_fields}


def test_every_folder_of_a_function_is_deployed() -> None:
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}
    deployed = {
        resource["Properties"]["Handler"].removesuffix(".app.handler")
        for resource in RESOURCES.values()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    assert deployed == folders == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_given_the_variables_that_it_reads_and_no_others(name: str) -> None:
    read = {field.upper() for field in importlib.import_module(f"{name}.app").Settings.model_fields}
    given = set(function(name).get("Environment", {}).get("Variables", {}))
    assert given - _OF_ALL - _OF_LIBC == read - _OF_ALL
    assert _OF_HTTP <= _OF_ALL


def test_what_hashes_keeps_its_memory_between_hashes() -> None:
    for name in FUNCTIONS:
        hashes = any(
            field.startswith("argon2") for field in importlib.import_module(f"{name}.app").Settings.model_fields
        )
        assert (set(function(name)["Environment"]["Variables"]) >= _OF_LIBC) == hashes


def test_every_deployment_changes_a_variable_of_all_functions_so_that_versions_are_published() -> None:
    """SAM publishes none when a parameter alone has another value (aws/serverless-application-model#3820)."""
    assert WRITTEN["Globals"]["Function"]["Environment"]["Variables"]["DEPLOYMENT"] == "unset"
    assert "s/DEPLOYMENT: unset/DEPLOYMENT: " in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert NOT_DEPLOYED == "DEPLOYMENT: unset"
    for name in FUNCTIONS:
        assert function(name)["AutoPublishAliasAllProperties"]


def test_those_that_people_wait_for_start_from_snapshots_where_that_is_on() -> None:
    snapped = {name for name in FUNCTIONS if "SnapStart" in function(name)}
    assert snapped == {"verify", "credentials", "login", "recovery", "reclaim"}
    assert WRITTEN["Globals"]["Function"]["AutoPublishAlias"] == "live"


def test_the_parameter_alone_decides_for_which_processor_the_layer_is_built_and_labelled() -> None:
    layer, parameter = RESOURCES["CommonLayer"], {"Ref": "Architecture"}
    assert layer["Properties"]["ContentUri"] == {"Fn::Sub": "layers/${Architecture}"}
    assert layer["Properties"]["CompatibleArchitectures"] == [parameter]
    assert WRITTEN["Globals"]["Function"]["Architectures"] == [parameter]
    for architecture in WRITTEN["Parameters"]["Architecture"]["AllowedValues"]:
        makefile = (ROOT / "layers" / architecture / "Makefile").read_text(encoding="utf-8")
        assert f"\nARCHITECTURE := {architecture}\n" in makefile


def test_the_layer_is_of_its_stack_alone() -> None:
    """Two stacks of an account would publish versions of one layer, each with code of its own."""
    assert RESOURCES["CommonLayer"]["Properties"]["LayerName"] == {"Fn::Sub": "${AWS::StackName}-common"}
