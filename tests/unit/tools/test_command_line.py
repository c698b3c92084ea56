"""What the command lines for a deployment share."""

import argparse

import pytest
from moto import mock_aws

from tools.command_line import Refused, add_deployment, chosen_aws, existing_stack


def test_the_options_name_the_place_and_a_stack_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    parser = argparse.ArgumentParser()
    add_deployment(parser)
    options = parser.parse_args(["--aws", "--region", "eu-west-1", "--stack", "other"])
    with mock_aws(), pytest.raises(Refused, match=r"^AWS, eu-west-1: there is no stack other\. Give --stack"):
        existing_stack(chosen_aws(options), options.stack)
    assert chosen_aws(parser.parse_args(["--endpoint", "http://127.0.0.1:9"])).is_local
