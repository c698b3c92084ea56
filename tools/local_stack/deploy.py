"""Deploys the built template to the emulator with `sam deploy`, only if the build or the parameters have changed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from tools.aws import LOCAL_REGION, connect, find_stack, outputs
from tools.local_stack.build import architecture, sam
from tools.local_stack.places import Places, StackError
from tools.paths import BUILD

STACK = "utenza"
_ORIGINS = ("http://127.0.0.1:8080", "http://localhost:8080")  # of a site under development
_BUCKET = "utenza-artifacts"
_FINGERPRINT = "fingerprint"  # a tag of the stack: it lives as long as the stack
NOT_DEPLOYED = "DEPLOYMENT: unset"
_READY = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


def deploy(places: Places, build: str, overrides: Mapping[str, str]) -> dict[str, str]:
    """Deploy if needed and return the outputs; `build` is the build's fingerprint. Raises StackError."""
    values = {**parameters(places.api, places.endpoint, places.site), **overrides}
    fingerprint = hashlib.sha256(json.dumps([build, values], sort_keys=True).encode()).hexdigest()
    cloudformation = client(places.endpoint, "cloudformation")
    if _deployed(cloudformation) != fingerprint:
        _make_bucket(places)
        _sam_deploy(places, values, fingerprint)
        if _deployed(cloudformation) != fingerprint:
            raise StackError(f"the deployment failed: see {places.logs / 'deploy.log'}")
        _wait_for_snapshots(client(places.endpoint, "lambda"))
    return stack_outputs(places.endpoint)


def stack_outputs(endpoint: str) -> dict[str, str]:
    """Return the outputs of the deployed stack."""
    return outputs(find_stack(client(endpoint, "cloudformation"), STACK) or {})


def sender(endpoint: str) -> str:
    """Return the address that the deployed stack sends e-mails from, empty if it sends none."""
    stack = find_stack(client(endpoint, "cloudformation"), STACK) or {}
    values = {entry["ParameterKey"]: entry.get("ParameterValue", "") for entry in stack.get("Parameters", [])}
    return str(values.get("SenderEmail", ""))


def verify_sender(places: Places, address: str) -> None:
    """Verify a sender address in the emulator's SES; on AWS its owner does."""
    client(places.endpoint, "ses").verify_email_identity(EmailAddress=address)


def client(endpoint: str, service: str) -> Any:  # noqa: ANN401 - each service has its own methods
    """Return a boto3 client of the emulator with its root user, who may do everything."""
    return connect(endpoint).client(service)


def parameters(api: str, endpoint: str, site: str) -> dict[str, str]:
    """Return the template's parameters for an API at `api`, the emulator at `endpoint` and the site at `site`."""
    origins = dict.fromkeys((*_ORIGINS, site, site.replace("127.0.0.1", "localhost")))
    return {
        "PublicUrl": api,
        "SenderEmail": "",  # explicit, as a deployment keeps parameters that are not given
        "AwsEndpointUrl": endpoint,
        "Architecture": architecture(),
        "AllowedOrigins": ",".join(origins),
        "DeletionProtection": "false",
        "PointInTimeRecovery": "false",
        "AccessLogs": "false",
        "Canary": "false",  # `make run` alone has it: tests and measurements count calls
        **{f"Throttling{of}{what}": "1000" for of in ("", "Hashing", "Public") for what in ("Rate", "Burst")},
        "Rollout": "off",
    }


def _deployed(cloudformation: Any) -> str | None:  # noqa: ANN401 - a boto3 client
    """Return the fingerprint of the deployed stack, None if there is none or it is broken."""
    stack = find_stack(cloudformation, STACK)
    if stack is None:
        return None
    tags = {tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])}
    return tags.get(_FINGERPRINT) if stack["StackStatus"] in _READY else None


def _wait_for_snapshots(functions: Any) -> None:  # noqa: ANN401 - a boto3 client
    """Wait until each function that starts from a snapshot has one. On AWS CloudFormation waits for it."""
    for page in functions.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            if function.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions":
                active = functions.get_waiter("published_version_active")
                active.wait(
                    FunctionName=function["FunctionName"],
                    Qualifier="live",
                    WaiterConfig={"Delay": 1, "MaxAttempts": 180},
                )


def _make_bucket(places: Places) -> None:
    s3 = client(places.endpoint, "s3")
    if _BUCKET not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=_BUCKET, CreateBucketConfiguration={"LocationConstraint": LOCAL_REGION})


def _sam_deploy(places: Places, values: Mapping[str, str], fingerprint: str) -> None:
    template = BUILD / f"template-{fingerprint[:16]}.yaml"  # beside the folders that it names
    # As `make build` does: the functions of a stack whose parameters alone have changed are published too.
    template.write_text((BUILD / "template.yaml").read_text().replace(NOT_DEPLOYED, f"DEPLOYMENT: '{fingerprint}'"))
    arguments = ["deploy", "--template-file", str(template), "--stack-name", STACK]
    arguments += ["--s3-bucket", _BUCKET, "--region", LOCAL_REGION]
    arguments += ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]  # as `make deploy` says
    arguments += ["--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"]
    arguments += ["--tags", f"{_FINGERPRINT}={fingerprint}"]
    arguments += ["--parameter-overrides", *(f'{name}="{value}"' for name, value in values.items())]
    try:
        sam(arguments, places.logs / "deploy.log", "the deployment failed", AWS_ENDPOINT_URL=places.endpoint)
    finally:
        template.unlink()
