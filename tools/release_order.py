"""Which release a stage has, so that an older one whose job waited for longer does not follow a newer one."""

from typing import Any

from botocore.exceptions import ClientError


class OlderReleaseError(Exception):
    """A newer release began to go to the stack; the message is one line."""


def begin(storage: Any, bucket: str, stack: str, release: int, *, goes_back: bool = False) -> None:  # noqa: ANN401 - S3
    """Note in the bucket that `release`, a pipeline's number, goes to a stack. Raises OlderReleaseError, ClientError.

    Of one stage no two jobs run at once (`concurrency`, `resource_group`). A newer release that failed counts too:
    CloudFormation took it back to what was there before.
    """
    key = f"releases/{stack}"
    last = _last(storage, bucket, key)
    if release < last and not goes_back:
        raise OlderReleaseError(
            f"{stack} has release {last}, and {release} is older: to go back, set UTENZA_GOES_BACK={release}"
        )
    storage.put_object(Bucket=bucket, Key=key, Body=str(release).encode())


def _last(storage: Any, bucket: str, key: str) -> int:  # noqa: ANN401 - S3
    try:
        return int(storage.get_object(Bucket=bucket, Key=key)["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        return 0
