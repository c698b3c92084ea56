"""What checkov finds is mended or excepted with a reason, and no exception outlives what it is for."""

from pathlib import Path

import pytest

from tools.paths import ROOT
from tools.template_checks.findings import Excepted, Finding, complaints, read

_FOUND = Finding("CKV_AWS_18", "Ensure that it is logged", "site.yaml", "AWS::S3::Bucket.Bucket")
_FITS = Excepted("CKV_AWS_18", "site.yaml", "AWS::S3::*", "its files are public")


def test_what_is_found_is_told_unless_it_is_excepted() -> None:
    [line] = complaints([_FOUND], [])
    assert line == "site.yaml: AWS::S3::Bucket.Bucket: Ensure that it is logged (CKV_AWS_18)"
    assert not list(complaints([_FOUND], [_FITS]))


@pytest.mark.parametrize(
    "other", [{"check": "CKV_AWS_19"}, {"file": "template.yaml"}, {"resource": "AWS::S3::Bucket.Other"}]
)
def test_an_exception_is_for_one_check_of_one_template_and_is_told_when_nothing_is_like_it(
    other: dict[str, str],
) -> None:
    told = list(complaints([_FOUND], [_FITS._replace(**other)]))
    assert len(told) == 2
    assert told[1].startswith("exceptions.toml: nothing is like ")


def test_every_exception_says_why_and_of_which_template() -> None:
    exceptions = read()
    assert exceptions
    for exception in exceptions:
        assert len(exception.reason.split()) >= 8, exception
        assert exception.resource.startswith("AWS::")
        assert (ROOT / exception.file).exists() or (ROOT / "stacks" / exception.file).exists()


def test_an_exception_without_a_reason_is_none(tmp_path: Path) -> None:
    file = tmp_path / "exceptions.toml"
    file.write_text('[[exception]]\ncheck = "CKV_AWS_18"\nfile = "site.yaml"\nresources = ["AWS::S3::*"]\n')
    with pytest.raises(KeyError, match="reason"):
        read(file)
