import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.contract.test_accounts import FIRST, NOW
from tests.fakes.accounts import FakeAccounts
from tests.fakes.activation_codes import FakeActivationCodes
from tests.fakes.writes import transact
from utenza.dynamodb import DynamoDb, TransactionCancelled, Write, put
from utenza.errors import CodeInvalid, InvalidCredentials
from utenza.tables.accounts import Accounts
from utenza.tables.activation_codes import ALPHABET, ActivationCodes, Found, new_code

CUSTOMER = ("uno", "0012345")
MONTH = 30 * 86_400


class Tables(NamedTuple):
    codes: ActivationCodes
    accounts: Accounts
    transact: Callable[..., None]

    def spend(self, code: str, now: int = NOW, also: tuple[Write, ...] = ()) -> bool:
        try:
            self.transact(*also, self.codes.spent(*CUSTOMER, code, now=now))
        except (CodeInvalid, TransactionCancelled, InvalidCredentials):
            return False
        return True


@pytest.fixture
def tables(kind: str, request: pytest.FixtureRequest) -> Tables:
    if kind == "fake":
        return Tables(FakeActivationCodes(), FakeAccounts(), lambda *writes: transact(writes))
    new_table: Callable[[], str] = request.getfixturevalue("new_table")
    db, table = request.getfixturevalue("db"), new_table()
    return Tables(ActivationCodes(db, table), Accounts(db, table), db.transact)


def test_codes_are_random_and_easy_to_read_out() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}", code) for code in codes)
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert not set(ALPHABET) & set("AEIOU01LZSB")
    assert 12 * math.log2(len(ALPHABET)) >= 55


@pytest.mark.parametrize(
    "spelled",
    [
        str,
        str.lower,
        lambda code: code.replace("-", " "),
        lambda code: f"  {code.replace('-', '')}\u00a0",
        lambda code: code.replace("-", "\u2013"),
        lambda code: "".join(chr(ord(letter) + 0xFEE0) for letter in code),
    ],
)
def test_a_code_fits_however_it_is_typed(tables: Tables, spelled: Callable[[str], str]) -> None:
    code = tables.codes.issue(*CUSTOMER, now=NOW)
    assert tables.codes.fits(*CUSTOMER, spelled(code), now=NOW)
    assert tables.spend(spelled(code))


@pytest.mark.parametrize("typed", ["", "-", "CCCC-CCCC-CCCC", "x" * 40, "\ud800", "perché"])
def test_any_other_text_fits_no_customer(tables: Tables, typed: str) -> None:
    assert not tables.codes.fits(*CUSTOMER, typed, now=NOW)
    tables.codes.issue(*CUSTOMER, now=NOW)
    assert not tables.codes.fits(*CUSTOMER, typed, now=NOW)
    assert not tables.spend(typed)


def test_a_code_lives_a_month(tables: Tables) -> None:
    code = tables.codes.issue(*CUSTOMER, now=NOW)
    assert tables.codes.fits(*CUSTOMER, code, now=NOW + MONTH - 1)
    assert not tables.codes.fits(*CUSTOMER, code, now=NOW + MONTH)
    assert not tables.spend(code, NOW + MONTH)
    assert tables.spend(code, NOW + MONTH - 1)


def test_a_code_is_good_once(tables: Tables) -> None:
    code = tables.codes.issue(*CUSTOMER, now=NOW)
    assert tables.spend(code)
    assert not tables.codes.fits(*CUSTOMER, code, now=NOW)
    assert not tables.spend(code)


def test_a_new_code_replaces_the_one_before(tables: Tables) -> None:
    older = tables.codes.issue(*CUSTOMER, now=NOW)
    newer = tables.codes.issue(*CUSTOMER, now=NOW + 1)
    assert not tables.codes.fits(*CUSTOMER, older, now=NOW + 1)
    assert not tables.spend(older)
    assert tables.spend(newer)


@pytest.mark.parametrize("other", [("due", "0012345"), ("uno", "0012346")])
def test_a_code_is_one_customers_alone(tables: Tables, other: tuple[str, str]) -> None:
    code = tables.codes.issue(*CUSTOMER, now=NOW)
    tables.codes.issue(*other, now=NOW)
    assert not tables.codes.fits(*other, code, now=NOW)


def test_a_wrong_code_does_not_spend_the_right_one(tables: Tables) -> None:
    code = tables.codes.issue(*CUSTOMER, now=NOW)
    for _ in range(50):
        assert not tables.spend("CCCC-CCCC-CCCC")
    assert tables.codes.fits(*CUSTOMER, code, now=NOW)


def test_whose_code_it_is_is_found_by_the_code_alone(tables: Tables) -> None:
    code = tables.codes.issue(*CUSTOMER, now=NOW)
    assert tables.codes.find("uno", code.lower().replace("-", " "), now=NOW) == Found(CUSTOMER[1])
    assert tables.codes.find("uno", code, now=NOW + MONTH) is None
    assert tables.codes.find("due", code, now=NOW) is None
    for typed in ("", "-", "CCCC-CCCC-CCCC", CUSTOMER[1], "\ud800"):
        assert tables.codes.find("uno", typed, now=NOW) is None


@pytest.mark.parametrize("end", ["spent", "replaced", "withdrawn"])
def test_a_code_that_is_no_longer_good_is_nobodys(tables: Tables, end: str) -> None:
    code = tables.codes.issue(*CUSTOMER, now=NOW)
    match end:
        case "spent":
            assert tables.spend(code)
        case "replaced":
            tables.codes.issue(*CUSTOMER, now=NOW)
        case _:
            tables.codes.withdraw(*CUSTOMER, until=NOW)
            tables.codes.withdraw(*CUSTOMER, until=NOW)  # again, when there is none
    assert tables.codes.find("uno", code, now=NOW) is None
    assert not tables.spend(code)


def test_a_code_that_was_issued_later_is_not_withdrawn(tables: Tables) -> None:
    code = tables.codes.issue(*CUSTOMER, now=NOW)
    tables.codes.withdraw(*CUSTOMER, until=NOW - 1)
    assert tables.codes.find("uno", code, now=NOW) == Found(CUSTOMER[1])


def test_a_code_that_an_account_has_used_is_good_no_more_but_says_so(tables: Tables) -> None:
    code = tables.codes.issue(*CUSTOMER, now=NOW)
    tables.transact(*tables.codes.used(*CUSTOMER, code, "account-1", now=NOW))
    assert tables.codes.find("uno", code, now=NOW) == Found(CUSTOMER[1], "account-1")
    assert not tables.spend(code)
    with pytest.raises((CodeInvalid, TransactionCancelled)):
        tables.transact(*tables.codes.used(*CUSTOMER, code, "account-2", now=NOW))
    assert tables.codes.find("uno", code, now=NOW) == Found(CUSTOMER[1], "account-1")
    assert tables.codes.find("uno", code, now=NOW + MONTH) is None


def test_a_transaction_that_fails_spends_no_code(tables: Tables) -> None:
    code = tables.codes.issue(*CUSTOMER, now=NOW)
    assert not tables.spend(code, also=(tables.accounts.login_noted("uno", "nobody", now=NOW),))
    assert tables.codes.fits(*CUSTOMER, code, now=NOW)


def test_a_code_is_issued_together_with_what_else_is_written_or_not_at_all(tables: Tables) -> None:
    tables.accounts.register(FIRST, now=NOW)
    older = tables.codes.issue(*CUSTOMER, now=NOW)
    with pytest.raises((TransactionCancelled, InvalidCredentials)):
        tables.codes.issue(*CUSTOMER, now=NOW, also=[tables.accounts.login_noted("uno", "nobody", now=NOW)])
    assert tables.codes.fits(*CUSTOMER, older, now=NOW)
    tables.codes.issue(*CUSTOMER, now=NOW, also=[tables.accounts.login_noted("uno", FIRST.account_id, now=NOW)])
    assert not tables.codes.fits(*CUSTOMER, older, now=NOW)


def test_nothing_of_a_code_is_stored_but_a_hash(dynamodb: Any, db: DynamoDb, new_table: Callable[[], str]) -> None:
    table = new_table()
    code = ActivationCodes(db, table).issue(*CUSTOMER, now=NOW)
    items = dynamodb.scan(TableName=table)["Items"]
    assert sorted(map(sorted, items)) == [
        ["activation_hash", "expires_at", "pk"],
        ["customer_code", "expires_at", "pk"],
    ]
    for item in items:
        assert item["expires_at"] == {"N": str(NOW + MONTH)}
        texts = [value for entry in item.values() for value in entry.values()]
        assert not any(spelled in text for text in texts for spelled in (code, code.replace("-", "")))


def test_nothing_but_a_code_is_ever_written_over(dynamodb: Any, db: DynamoDb, new_table: Callable[[], str]) -> None:
    table = new_table()
    codes = ActivationCodes(db, table)
    codes.issue(*CUSTOMER, now=NOW)
    [pk] = [each["pk"]["S"] for each in dynamodb.scan(TableName=table)["Items"] if "activation_hash" in each]
    pk = pk.replace("uno#", "due#")
    db.write(put(table, {"pk": pk, "account_id": "account-1"}, condition="attribute_not_exists(#pk)"))
    with pytest.raises(TransactionCancelled):
        codes.issue("due", "0012345", now=NOW)
