"""The deployment that is read: its tables, and the function that makes the nightly files."""

import json
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from tools.aws import Aws, connect, explain, outputs
from tools.command_line import Refused, existing_stack
from utenza.dynamodb import DynamoDb
from utenza.tables.changes import Changes
from utenza.tables.registrations import Registrations

_OUTPUTS = ("AccountsTable", "ChangesTable", "CrmExportFunctionName", "ExchangeBucketName")


class Target(NamedTuple):
    """A deployment; what boto3 raises is passed on."""

    aws: Aws
    registrations: Registrations
    changes: Changes
    function: str
    bucket: str

    def make_todays_files(self) -> list[str]:
        """Have the function put today's files, as they are so far, into the bucket; return their addresses."""
        answer = self.aws.client("lambda", read_timeout=900, retries={"total_max_attempts": 1}).invoke(
            FunctionName=f"{self.function}:live", Payload=json.dumps({"today": True}).encode()
        )
        said = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise Refused(f"{self.function} failed: {said.get('errorMessage', '')} (its log says why)")
        return [f"s3://{self.bucket}/{name}" for name in said["files"]]


def find_target(*, stack: str, endpoint: str, region: str) -> Target:
    """Return the deployment of a stack; Refused if there is none. Empty `endpoint` and `region` as for `connect`."""
    try:
        aws = connect(endpoint, region)
        named = outputs(existing_stack(aws, stack))
    except EndpointConnectionError as error:
        raise Refused(f"{explain(error)}. Is `make run` running? For AWS add --aws") from None
    except (BotoCoreError, ClientError) as error:
        raise Refused(f"{endpoint or 'AWS'}: {explain(error)}") from None
    missing = [name for name in _OUTPUTS if name not in named]
    if missing:
        raise Refused(f"the stack {stack} has no output {missing[0]}: deploy the current version first")
    db = DynamoDb(aws.client("dynamodb"))
    accounts, changes, function, bucket = (named[name] for name in _OUTPUTS)
    return Target(aws, Registrations(db, accounts), Changes(db, changes), function, bucket)
