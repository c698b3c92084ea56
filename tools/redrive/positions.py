"""Works off parts of a stream that a function has not: the dead letter names the place, the stream has the records.

A stream keeps them for 24 hours. The function delivers each notification once, however often it gets a record.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import batched
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

_BATCH = 25  # records that the function gets at once, as from its event sources (template.yaml)
_GONE = ("TrimmedDataAccessException", "ResourceNotFoundException")


class Positions:
    """`streams` and `functions` are boto3's clients of DynamoDB Streams and Lambda; `function` is a name or ARN."""

    def __init__(self, streams: Any, functions: Any, function: str) -> None:  # noqa: ANN401 - boto3's clients
        self._streams = streams
        self._functions = functions
        self._function = function

    def work_off(self, place: Mapping[str, Any]) -> bool:
        """Have the function process what a `DDBStreamBatchInfo` names; return whether all of it is done.

        False if the function fails again or takes too long, or the stream has dropped the records. Raises ClientError.
        """
        try:
            records = list(self._records(place))
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return False
            raise
        processed = [self._process(some) for some in batched(records, _BATCH, strict=False)]  # a failure stops nothing
        return all(processed)

    def _process(self, records: Iterable[dict[str, Any]]) -> bool:
        event = json.dumps({"Records": list(records)}, default=_as_in_events).encode()
        try:
            answer = self._functions.invoke(FunctionName=self._function, Payload=event)
        except ReadTimeoutError:  # it may be at work still: the message stays, and the other parts go on
            return False
        said = json.loads(answer["Payload"].read())
        return "FunctionError" not in answer and not said["batchItemFailures"]

    def _records(self, place: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the records as Lambda hands them to a function, those at both ends included."""
        iterator = self._streams.get_shard_iterator(
            StreamArn=place["streamArn"],
            ShardId=place["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=place["startSequenceNumber"],
        )["ShardIterator"]
        last = int(place["endSequenceNumber"])
        while iterator:
            page = self._streams.get_records(ShardIterator=iterator)
            for record in page["Records"]:
                number = int(record["dynamodb"]["SequenceNumber"])
                if number <= last:
                    yield {**record, "eventSourceARN": place["streamArn"]}
                if number >= last:
                    return
            iterator = page.get("NextShardIterator")


def _as_in_events(value: object) -> float | str:
    """Write what boto3 has made of JSON as it was: a moment in seconds since 1970, bytes in Base64."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"not in a record: {type(value)}")
