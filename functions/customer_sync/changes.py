"""What a record of the two streams calls for, in ids alone: it may wait in a queue, and then things are as they are."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from utenza.customers.record import Customer
from utenza.tables.customers import from_item

Kind = Literal["record", "account", "closing", "marker"]
_Id = Annotated[str, StringConstraints(min_length=1)]


class Change(BaseModel):
    """`record`: of a customer; `account`: a new one; `closing`: one is closed; `marker`: who has a customer.

    `at` is when it was changed, in seconds since 1970.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    supplier: _Id
    customers: tuple[_Id, ...]
    account_id: str = ""
    at: int = 0


class Images(NamedTuple):
    """A customer's record before and after, None where none can be read; `was_there`: one may have been there."""

    before: Customer | None = None
    after: Customer | None = None
    was_there: bool = True


def change_of(record: DynamoDBRecord, customers_table: str) -> Change | None:
    """Return what a record of a stream calls for, None for nothing; ValueError if it is of no item of ours.

    The table tells, never an attribute: the supplier's people may have added one of any name to a customer.
    """
    image, at = _image(record), _time(record)
    if _table(record) == customers_table:
        supplier, _, code = image["pk"].partition("#")
        return Change(kind="record", supplier=supplier, customers=(code,), at=at)
    if "closed_at" in image or "customers" in image:
        kind: Kind = "closing" if "closed_at" in image else "account"
        account_id = image.get("account_id", "")
        return Change(kind=kind, supplier=image["supplier"], customers=image["customers"], account_id=account_id)
    supplier, is_marker, code = image["pk"].partition("#customer#")
    if not is_marker:  # a registration that waits
        return None
    return Change(kind="marker", supplier=supplier, customers=(code,), account_id=image["account_id"])


def images_of(record: DynamoDBRecord) -> Images:
    """Return a customer's record as it was and is; what cannot be read is as unknown as what a queue does not carry."""
    old, new = (getattr(record.dynamodb, name, None) for name in ("old_image", "new_image"))
    return Images(_read(old), _read(new), was_there=bool(old))


def _image(record: DynamoDBRecord) -> Mapping[str, Any]:
    image = record.dynamodb and (record.dynamodb.new_image or record.dynamodb.old_image)
    if not image:
        raise ValueError("a record of the stream without an image")
    return image


def _time(record: DynamoDBRecord) -> int:
    return int((record.dynamodb and record.dynamodb.approximate_creation_date_time) or 0)


def _table(record: DynamoDBRecord) -> str:
    return (record.event_source_arn or "").partition(":table/")[2].partition("/")[0]


def _read(image: Mapping[str, Any] | None) -> Customer | None:
    try:
        return from_item(image) if image else None
    except ValidationError:
        return None
