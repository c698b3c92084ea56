import math
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.test_accounts import NOW
from tests.fakes.objections import FakeObjections
from utenza import suppliers
from utenza.tables.activation_codes import ALPHABET
from utenza.tables.objections import Objection, Objections, new_code, supplier_of

OBJECTION = Objection("account-1", "0012345")
MONTH = 30 * 86_400


@pytest.fixture
def objections(kind: str, request: pytest.FixtureRequest) -> Objections:
    if kind == "fake":
        return FakeObjections()
    new_table: Callable[[], str] = request.getfixturevalue("new_table")
    return Objections(request.getfixturevalue("db"), new_table())


def test_codes_are_random_and_name_their_supplier() -> None:
    codes = {new_code("uno") for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(rf"[{ALPHABET}]{{5}}(-[{ALPHABET}]{{5}}){{5}}", code) for code in codes)
    assert 25 * math.log2(len(ALPHABET)) >= 112
    ids = [supplier.id for supplier in suppliers.load()]
    for supplier in ("uno", "due", "tre", *ids):
        code = new_code(supplier)
        for spelled in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
            assert supplier_of(spelled, ("altro", "uno", "due", "tre", *ids)) == supplier
    for other in ("", "x", "\ud800", "perché", "CCCCC"):
        assert supplier_of(other, ("uno", "due")) == "uno"


@pytest.mark.parametrize(
    "spelled",
    [
        str,
        str.lower,
        lambda code: code.replace("-", " "),
        lambda code: f"  {code.replace('-', '')}\u00a0\r\n",
        lambda code: "".join(chr(ord(letter) + 0xFEE0) for letter in code),
    ],
)
def test_a_code_is_found_however_it_is_typed(objections: Objections, spelled: Callable[[str], str]) -> None:
    code = objections.issue("uno", OBJECTION, now=NOW)
    assert objections.find("uno", spelled(code), now=NOW) == OBJECTION
    assert objections.find("due", spelled(code), now=NOW) is None


@pytest.mark.parametrize("typed", ["", "-", "x" * 200, "\ud800", "perché", "CCCCC-CCCCC-CCCCC-CCCCC-CCCCC-CCCCC"])
def test_any_other_text_is_no_code(objections: Objections, typed: str) -> None:
    objections.issue("uno", OBJECTION, now=NOW)
    assert objections.find("uno", typed, now=NOW) is None


def test_a_code_lives_a_month(objections: Objections) -> None:
    code = objections.issue("uno", OBJECTION, now=NOW)
    assert objections.find("uno", code, now=NOW + MONTH - 1) == OBJECTION
    assert objections.find("uno", code, now=NOW + MONTH) is None


def test_a_code_that_comes_again_leaves_the_first_one_good(objections: Objections) -> None:
    codes = [objections.issue("uno", OBJECTION, now=NOW + number) for number in range(2)]
    assert codes[0] != codes[1]
    assert [objections.find("uno", code, now=NOW) for code in codes] == [OBJECTION] * 2


def test_nothing_of_a_code_is_stored_but_a_hash(dynamodb: Any, db: Any, new_table: Callable[[], str]) -> None:
    table = new_table()
    code = Objections(db, table).issue("uno", OBJECTION, now=NOW)
    [item] = dynamodb.scan(TableName=table)["Items"]
    assert set(item) == {"pk", "account_id", "customer_code", "expires_at"}
    assert item["expires_at"] == {"N": str(NOW + MONTH)}
    assert code not in str(item)
    assert code.replace("-", "") not in str(item)
