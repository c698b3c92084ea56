from collections.abc import Callable

from utenza.concurrency import run
from utenza.dynamodb import DynamoDb
from utenza.tables.key_ids import KeyIds


def test_an_id_is_found_by_its_key_once_it_is_noted(db: DynamoDb, new_table: Callable[[], str]) -> None:
    ids = KeyIds(db, new_table())
    assert run(ids.find("arn:one")) is None
    run(ids.note("arn:one", "id-1"))
    assert (run(ids.find("arn:one")), run(ids.find("arn:two"))) == ("id-1", None)


def test_an_id_that_is_noted_stays(db: DynamoDb, new_table: Callable[[], str]) -> None:
    ids = KeyIds(db, new_table())
    run(ids.note("arn:one", "id-1"))
    run(ids.note("arn:one", "id-2"))
    assert run(ids.find("arn:one")) == "id-1"
