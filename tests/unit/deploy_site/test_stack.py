"""The site's stack: changes, kept parameters, and the messages at the terminal."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.unit.deploy_site.cloud import Cloud
from tools.deploy_site import stack
from tools.deploy_site.stack import DeploymentError, SiteStack

_TEMPLATE = "Parameters: {ApiOrigin: {Type: String}, DomainName: {Type: String}, New: {Type: String}}\nResources: {}\n"
_VALUES = {"ApiOrigin": "https://api.example"}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "_POLL_SECONDS", 0)


def _site_stack(cloud: Cloud, folder: Path) -> SiteStack:
    (folder / "site.yaml").write_text(_TEMPLATE)
    return SiteStack(cloud, "site", folder / "site.yaml", _VALUES)


def _existing(status: str, *course: str, reason: str = "") -> Cloud:
    cloud = Cloud(status, *course, reason=reason, template=_TEMPLATE)
    cloud.parameters = {**_VALUES, "DomainName": "area.example.it"}
    return cloud


def test_a_missing_stack_is_created_with_its_progress(tmp_path: Path) -> None:
    cloud = Cloud("", "CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE")
    cloud.outputs = {"SiteUrl": "https://site.example"}
    lines: list[str] = []
    wanted = _site_stack(cloud, tmp_path)
    assert wanted.change() == "create"
    assert wanted.apply("create", lines.append) == cloud.outputs
    assert cloud.calls == [("create", [{"ParameterKey": "ApiOrigin", "ParameterValue": "https://api.example"}])]
    assert lines == ["  Distribution: CREATE_IN_PROGRESS", "  Distribution: CREATE_COMPLETE"]


def test_a_stack_that_is_up_to_date_is_not_changed(tmp_path: Path) -> None:
    cloud = _existing("UPDATE_COMPLETE")
    wanted = _site_stack(cloud, tmp_path)
    assert wanted.change() == ""
    wanted.apply("", pytest.fail)
    assert cloud.calls == []


def test_an_update_keeps_other_parameters_and_reports_new_events_only(tmp_path: Path) -> None:
    cloud = _existing("CREATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")
    cloud.parameters["ApiOrigin"] = "https://old.example"
    lines: list[str] = []
    wanted = _site_stack(cloud, tmp_path)
    assert wanted.change() == "update"
    wanted.apply("update", lines.append)
    given = {"ParameterKey": "ApiOrigin", "ParameterValue": "https://api.example"}
    assert cloud.calls == [("update", [given, {"ParameterKey": "DomainName", "UsePreviousValue": True}])]
    assert lines == ["  Distribution: UPDATE_COMPLETE"]


def test_a_changed_template_is_an_update(tmp_path: Path) -> None:
    cloud = _existing("CREATE_COMPLETE")
    cloud.template = "# another\n"
    assert _site_stack(cloud, tmp_path).change() == "update"


def test_an_update_without_changes_succeeds(tmp_path: Path) -> None:
    cloud = _existing("CREATE_COMPLETE")
    cloud.refusal = "No updates are to be performed."
    assert _site_stack(cloud, tmp_path).apply("update", pytest.fail) == {}


def test_an_error_of_cloudformation_is_raised(tmp_path: Path) -> None:
    cloud = Cloud()
    cloud.refusal = "rule DomainAndCertificate failed"
    with pytest.raises(ClientError, match="DomainAndCertificate"):
        _site_stack(cloud, tmp_path).apply("create", pytest.fail)


@pytest.mark.parametrize("end", ["ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "CREATE_FAILED"])
def test_a_failure_names_the_first_reason_in_one_line(tmp_path: Path, end: str) -> None:
    cloud = Cloud("", "CREATE_IN_PROGRESS", "!CREATE_FAILED", "ROLLBACK_IN_PROGRESS", end, reason="quota\nexceeded")
    with pytest.raises(DeploymentError, match=rf"site is {end}: Distribution: quota exceeded$"):
        _site_stack(cloud, tmp_path).apply("create", lambda _: None)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("UPDATE_IN_PROGRESS", "try again when that has ended"),
        ("ROLLBACK_COMPLETE", "delete-stack --stack-name site"),
        ("DELETE_FAILED", "delete-stack --stack-name site"),
    ],
)
def test_the_message_for_an_unusable_stack_says_what_to_do(tmp_path: Path, status: str, message: str) -> None:
    with pytest.raises(DeploymentError, match=message):
        _site_stack(_existing(status), tmp_path).change()
