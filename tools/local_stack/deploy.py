"""Deploys the built template to the emulator by `sam deploy`, and only when build or parameters changed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from tools.aws import LOCAL_REGION
from tools.local_stack.build import architecture, sam
from tools.local_stack.places import Places, StackError
from tools.paths import BUILD

STACK = "utenza"
_ORIGINS = ("http://127.0.0.1:8080", "http://localhost:8080")  # where a site under development is served
_BUCKET = "utenza-artifacts"
_FINGERPRINT = "fingerprint"  # a tag of the stack, so that it is kept and lost with the stack itself
_READY = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


def deploy(places: Places, build: str, overrides: Mapping[str, str]) -> dict[str, str]:
    """Bring the emulator's stack up to date and return its outputs; raises StackError."""
    values = {**parameters(places.api, places.endpoint, places.site), **overrides}
    fingerprint = hashlib.sha256(json.dumps([build, values], sort_keys=True).encode()).hexdigest()
    formation = client(places.endpoint, "cloudformation")
    if _deployed(formation) != fingerprint:
        _make_bucket(places)
        _sam_deploy(places, values, fingerprint)
        if _deployed(formation) != fingerprint:
            raise StackError(f"the deployment failed: see {places.logs / 'deploy.log'}")
    return outputs(places.endpoint)


def outputs(endpoint: str) -> dict[str, str]:
    """Return the outputs of the deployed stack."""
    stack = client(endpoint, "cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def sender(endpoint: str) -> str:
    """Return the address that the deployed stack sends mail from, "" when it sends none."""
    stack = client(endpoint, "cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    values = {entry["ParameterKey"]: entry.get("ParameterValue", "") for entry in stack["Parameters"]}
    return str(values["SenderEmail"])


def verify_sender(places: Places, address: str) -> None:
    """Make an address one that the emulator's SES sends from; on AWS its owner confirms it."""
    client(places.endpoint, "ses").verify_email_identity(EmailAddress=address)


def client(endpoint: str, service: str) -> Any:  # noqa: ANN401 - each service has methods of its own
    """Return a boto3 client of the emulator that may do everything."""
    secret = "test"  # noqa: S105 - the emulator's root, on this machine alone
    nobody = botocore.session.Session({"profile": (None, None, None, None)})  # whatever AWS_PROFILE says
    session = boto3.Session("test", secret, region_name=LOCAL_REGION, botocore_session=nobody)
    make: Any = session.client  # its stubs know services by their literal names alone
    settings = Config(retries={"total_max_attempts": 2}, s3={"addressing_style": "path"}, proxies={})
    return make(service, endpoint_url=endpoint, config=settings)


def parameters(api: str, endpoint: str, site: str) -> dict[str, str]:
    """Return the template's parameters for an API at `api`, the emulator at `endpoint` and the site at `site`."""
    origins = dict.fromkeys((*_ORIGINS, site, site.replace("127.0.0.1", "localhost")))
    return {
        "PublicUrl": api,
        "SenderEmail": "",  # said, for a deployment keeps what it is not told
        "AwsEndpointUrl": endpoint,
        "Architecture": architecture(),
        "AllowedOrigins": ",".join(origins),
        "DeletionProtection": "false",
        "PointInTimeRecovery": "false",
        "AccessLogs": "false",
        "ThrottlingRate": "1000",
        "ThrottlingBurst": "1000",
    }


def _deployed(formation: Any) -> str | None:  # noqa: ANN401 - as above
    """Return the fingerprint of the stack that is up; None when there is none, or a broken one."""
    try:
        stack = formation.describe_stacks(StackName=STACK)["Stacks"][0]
    except ClientError:  # there is none
        return None
    tags = {tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])}
    return tags.get(_FINGERPRINT) if stack["StackStatus"] in _READY else None


def _make_bucket(places: Places) -> None:
    storage = client(places.endpoint, "s3")
    if _BUCKET not in {bucket["Name"] for bucket in storage.list_buckets()["Buckets"]}:
        storage.create_bucket(Bucket=_BUCKET, CreateBucketConfiguration={"LocationConstraint": LOCAL_REGION})


def _sam_deploy(places: Places, values: Mapping[str, str], fingerprint: str) -> None:
    arguments = ["deploy", "--template-file", str(BUILD / "template.yaml"), "--stack-name", STACK]
    arguments += ["--s3-bucket", _BUCKET, "--region", LOCAL_REGION, "--capabilities", "CAPABILITY_IAM"]
    arguments += ["--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"]
    arguments += ["--tags", f"{_FINGERPRINT}={fingerprint}"]
    arguments += ["--parameter-overrides", *(f'{name}="{value}"' for name, value in values.items())]
    sam(arguments, places.logs / "deploy.log", "the deployment failed", AWS_ENDPOINT_URL=places.endpoint)
