"""Counting attempts with boto3's resources: one update for each subject, refused by its condition."""

import hashlib
import os
import time
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

_FREE = 10
_MEMORY = 86_400

table: "Table" = boto3.resource("dynamodb").Table(os.environ["ATTEMPTS_TABLE"])


def count(supplier: str, kind: str, subject: str) -> None:
    now = int(time.time())
    table.update_item(
        Key=_key(supplier, kind, subject),
        UpdateExpression="ADD attempts :one SET last_at = :now, expires_at = :end",
        ConditionExpression="attribute_not_exists(pk) OR attempts < :free OR last_at < :forgotten",
        ExpressionAttributeValues={
            ":one": 1,
            ":now": now,
            ":end": now + _MEMORY,
            ":free": _FREE,
            ":forgotten": now - _MEMORY,
        },
    )


def refund(supplier: str, kind: str, subject: str) -> None:
    table.update_item(
        Key=_key(supplier, kind, subject),
        UpdateExpression="ADD attempts :less",
        ConditionExpression="attempts > :zero",
        ExpressionAttributeValues={":less": -1, ":zero": 0},
    )


def forget(supplier: str, kind: str, subject: str) -> None:
    table.delete_item(Key=_key(supplier, kind, subject))


def _key(supplier: str, kind: str, subject: str) -> dict[str, str]:
    return {"pk": f"{supplier}#{kind}#{hashlib.sha256(subject.encode()).hexdigest()[:32]}"}
