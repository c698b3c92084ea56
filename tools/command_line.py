"""What the command lines for a deployment share: which one is meant, who means it, and how nothing is done."""

import argparse
from typing import Any

from tools.aws import Aws, choose_endpoint, connect, find_stack


class Refused(Exception):
    """What was asked for is not done; the message is one line for people."""


def add_deployment(parser: argparse.ArgumentParser) -> None:
    """Add the options that name a stack, and the AWS or the local stack that it is in."""
    parser.add_argument("--stack", default="utenza", metavar="NAME", help="the CloudFormation stack (default: utenza)")
    parser.add_argument("--aws", action="store_true", help="work on AWS even if a local stack runs")
    add_place(parser)


def add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--endpoint", default="", metavar="URL", help="the endpoint of a local stack")
    parser.add_argument("--region", default="", metavar="NAME", help="the AWS region (default: as configured)")


def add_consent(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, change nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask for confirmation")


def chosen_aws(options: argparse.Namespace) -> Aws:
    """Return the AWS that the options of `add_deployment` mean. Raises BotoCoreError."""
    return connect(choose_endpoint(options.endpoint, aws=options.aws), options.region)


def existing_stack(aws: Aws, name: str) -> dict[str, Any]:
    """Return a stack as `describe_stacks` does; Refused if there is none. Raises ClientError."""
    found = find_stack(aws.client("cloudformation"), name)
    if found is None:
        raise Refused(f"{aws.place}: there is no stack {name}. Give --stack, or run `make run` for a local one")
    return found


def operator(aws: Aws) -> str:
    """Return the ARN of the caller, as IAM knows it."""
    return str(aws.client("sts").get_caller_identity()["Arn"])


def confirm(options: argparse.Namespace) -> None:
    """Ask at the terminal unless --yes was given; Refused without a yes."""
    if options.yes:
        return
    try:
        answer = input("Type yes to go on: ")
    except EOFError:  # nobody is there
        answer = ""
    if answer.strip().lower() != "yes":
        raise Refused("Not confirmed: nothing was done")
