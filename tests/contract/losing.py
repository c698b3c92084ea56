"""A DynamoDB whose answers are lost, and what its changes call for, write by write."""

from collections.abc import Callable
from threading import Lock
from typing import Any

from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from notifications.changes import Change, notifications_of
from utenza.dynamodb import unmarshal

NOW = 1_800_000_000
_WRITES = {"put_item", "update_item", "delete_item", "transact_write_items"}


class Losing:
    """A boto3 client of DynamoDB. Its faults begin with one write and hold for it alone, or until `heal`.

    lost: the write is done and every answer to it is lost. down: it is not done. again: the first answer is lost, and
    boto3 sends the write a second time; of transactions DynamoDB then knows the token.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._lock = Lock()
        self._images: dict[str, Any] = {}
        self._fault, self._at, self._lasts = "", 0, False
        self.accounts = ""  # the table whose changes are watched, once there is one
        self.writes = 0
        self.told: list[str] = []
        self.exceptions = client.exceptions

    def break_at(self, number: int, fault: str, *, lasts: bool) -> None:
        self.writes, self._at, self._fault, self._lasts = 0, number, fault, lasts

    def heal(self) -> None:
        self.writes, self._fault = 0, ""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._client, name)
        return method if name not in _WRITES else lambda **parameters: self._write(method, parameters)

    def _write(self, method: Callable[..., Any], parameters: dict[str, Any]) -> Any:
        with self._lock:
            self.writes += 1
            broken = self._fault and (self.writes == self._at or (self._lasts and self.writes > self._at))
            if broken and self._fault == "down":
                raise EndpointConnectionError(endpoint_url="https://aws.example")
            answer = self._watched(method, parameters)
            if broken and self._fault == "lost":
                raise ReadTimeoutError(endpoint_url="https://aws.example")
            if broken and self._fault == "again" and "TransactItems" not in parameters:
                answer = self._watched(method, parameters)
            return answer

    def _watched(self, method: Callable[..., Any], parameters: dict[str, Any]) -> Any:
        answer = method(**parameters)
        if not self.accounts:
            return answer
        items = map(unmarshal, self._client.scan(TableName=self.accounts)["Items"])
        before, self._images = self._images, {item["pk"]: item for item in items}
        for key in sorted(before | self._images):
            old, new = before.get(key), self._images.get(key)
            if old != new:
                self.told += [each.kind for each in notifications_of(Change("1", NOW, old, new))]
        return answer
