"""The site's stack: what is done to it, what it keeps, and what the person at the terminal reads."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.unit.deploy_site.cloud import Cloud
from tools.deploy_site import formation
from tools.deploy_site.formation import Formation, Stuck

_TEMPLATE = "Parameters: {ApiOrigin: {Type: String}, DomainName: {Type: String}, New: {Type: String}}\nResources: {}\n"
_SAID = {"ApiOrigin": "https://api.example"}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formation, "_PAUSE", 0)


def _formation(cloud: Cloud, folder: Path) -> Formation:
    (folder / "site.yaml").write_text(_TEMPLATE)
    return Formation(cloud, "site", folder / "site.yaml", _SAID)


def _there(status: str, *course: str, reason: str = "") -> Cloud:
    cloud = Cloud(status, *course, reason=reason, template=_TEMPLATE)
    cloud.parameters = {**_SAID, "DomainName": "area.example.it"}
    return cloud


def test_a_stack_that_is_not_there_is_created_and_its_progress_told(tmp_path: Path) -> None:
    cloud = Cloud("", "CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE")
    cloud.outputs = {"SiteUrl": "https://site.example"}
    lines: list[str] = []
    wanted = _formation(cloud, tmp_path)
    assert wanted.change() == "create"
    assert wanted.apply("create", lines.append) == cloud.outputs
    assert cloud.calls == [("create", [{"ParameterKey": "ApiOrigin", "ParameterValue": "https://api.example"}])]
    assert lines == ["  Distribution: CREATE_IN_PROGRESS", "  Distribution: CREATE_COMPLETE"]


def test_a_stack_as_it_should_be_is_left_alone(tmp_path: Path) -> None:
    cloud = _there("UPDATE_COMPLETE")
    wanted = _formation(cloud, tmp_path)
    assert wanted.change() == ""
    wanted.apply("", pytest.fail)
    assert cloud.calls == []


def test_an_update_keeps_what_is_not_said_and_tells_nothing_of_earlier_times(tmp_path: Path) -> None:
    cloud = _there("CREATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")
    cloud.parameters["ApiOrigin"] = "https://old.example"
    lines: list[str] = []
    wanted = _formation(cloud, tmp_path)
    assert wanted.change() == "update"
    wanted.apply("update", lines.append)
    said = {"ParameterKey": "ApiOrigin", "ParameterValue": "https://api.example"}
    assert cloud.calls == [("update", [said, {"ParameterKey": "DomainName", "UsePreviousValue": True}])]
    assert lines == ["  Distribution: UPDATE_COMPLETE"]


def test_another_template_is_an_update(tmp_path: Path) -> None:
    cloud = _there("CREATE_COMPLETE")
    cloud.template = "# another\n"
    assert _formation(cloud, tmp_path).change() == "update"


def test_an_update_that_changes_nothing_is_no_failure(tmp_path: Path) -> None:
    cloud = _there("CREATE_COMPLETE")
    cloud.refusal = "No updates are to be performed."
    assert _formation(cloud, tmp_path).apply("update", pytest.fail) == {}


def test_a_refusal_of_cloudformation_is_passed_on(tmp_path: Path) -> None:
    cloud = Cloud()
    cloud.refusal = "rule DomainAndCertificate failed"
    with pytest.raises(ClientError, match="DomainAndCertificate"):
        _formation(cloud, tmp_path).apply("create", pytest.fail)


@pytest.mark.parametrize("end", ["ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "CREATE_FAILED"])
def test_a_failure_is_one_line_with_the_first_reason(tmp_path: Path, end: str) -> None:
    cloud = Cloud("", "CREATE_IN_PROGRESS", "!CREATE_FAILED", "ROLLBACK_IN_PROGRESS", end, reason="quota\nexceeded")
    with pytest.raises(Stuck, match=rf"site is {end}: Distribution: quota exceeded$"):
        _formation(cloud, tmp_path).apply("create", lambda _: None)


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("UPDATE_IN_PROGRESS", "try again when that is over"),
        ("ROLLBACK_COMPLETE", "delete-stack --stack-name site"),
        ("DELETE_FAILED", "delete-stack --stack-name site"),
    ],
)
def test_a_stack_that_cannot_be_changed_says_what_to_do(tmp_path: Path, status: str, says: str) -> None:
    with pytest.raises(Stuck, match=says):
        _formation(_there(status), tmp_path).change()
