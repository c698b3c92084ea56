from collections.abc import Callable

from utenza.dynamodb import DynamoDb
from utenza.tables.key_ids import KeyIds


def test_an_id_is_found_by_its_key_once_it_is_noted(db: DynamoDb, new_table: Callable[[], str]) -> None:
    ids = KeyIds(db, new_table())
    assert ids.find("arn:one") is None
    ids.note("arn:one", "id-1")
    assert (ids.find("arn:one"), ids.find("arn:two")) == ("id-1", None)


def test_an_id_that_is_noted_stays(db: DynamoDb, new_table: Callable[[], str]) -> None:
    ids = KeyIds(db, new_table())
    ids.note("arn:one", "id-1")
    ids.note("arn:one", "id-2")
    assert ids.find("arn:one") == "id-1"
