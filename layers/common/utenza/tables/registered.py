"""How many customers have an account, for the guard of an import; never which account, nor anything of it."""

from collections.abc import Sequence
from itertools import batched
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from utenza.errors import Stopped
from utenza.tables import keys

_BATCH = 100  # items, by DynamoDB


class RegisteredCustomers:
    """`table` is that of the accounts, `client` boto3's. Raises Stopped."""

    def __init__(self, client: Any, table: str) -> None:  # noqa: ANN401 - the stubs of boto3 are not in the layer
        self._client = client
        self._table = table

    def among(self, supplier: str, codes: Sequence[str]) -> int:
        """Return how many of these customers have an account."""
        found = 0
        for some in batched(codes, _BATCH, strict=False):
            wanted: Any = {
                "Keys": [{"pk": {"S": keys.customer(supplier, code)}} for code in some],
                "ProjectionExpression": "pk",
            }
            while wanted:
                response = self._call("batch_get_item", RequestItems={self._table: wanted})
                found += len(response["Responses"].get(self._table, []))
                wanted = response.get("UnprocessedKeys", {}).get(self._table)
        return found

    def count(self, supplier: str) -> int:
        """Return how many customers of a supplier have an account: one scan, which returns no item."""
        parameters: dict[str, Any] = {
            "TableName": self._table,
            "Select": "COUNT",
            "FilterExpression": "begins_with(pk, :prefix)",
            "ExpressionAttributeValues": {":prefix": {"S": keys.customer(supplier, "")}},
        }
        found = 0
        while True:
            page = self._call("scan", **parameters)
            found += page["Count"]
            if not page.get("LastEvaluatedKey"):
                return int(found)
            parameters["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _call(self, operation: str, **parameters: Any) -> Any:  # noqa: ANN401 - boto3's
        try:
            return getattr(self._client, operation)(**parameters)
        except ClientError as error:
            raise Stopped(f"{error.operation_name}: {error.response['Error']['Code']}") from None
        except BotoCoreError as error:
            raise Stopped(" ".join(str(error).split())) from None
