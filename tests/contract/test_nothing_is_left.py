"""After everything that an owner can do, and the closing: a walk through every table but the CRM's."""

import json
from collections.abc import Callable
from typing import Any

from tests.contract.journey import Counting, Journey, on_tables
from tests.unit.flows.fixtures import MARIO, new_flows
from utenza.dynamodb import unmarshal
from utenza.tables.offers import Offers

# Names, addresses, questions and answers, phone, tax code, hashes, and how another supply's code ends.
_PERSONAL = ("mario", "rossi", "anna", "gatto", "piccolo", "briciola", "marebello", "333123", "argon2", "rssmra", "305")


def test_nothing_of_the_person_is_left_in_any_table(
    new_client: Callable[[str], Any], dynamodb: Any, new_table: Callable[..., str]
) -> None:
    counting = Counting(new_client("dynamodb"))
    flows, (customers, *others) = on_tables(new_flows(free=10), counting.db, new_table)
    journey = Journey(flows, counting, customers)
    journey.register(mail=False)
    account_id = flows.account.accounts.account_of(MARIO.supplier, MARIO.code)
    account = flows.account.accounts.get(MARIO.supplier, account_id or "")
    assert account
    assert Offers(counting.db, others[0]).replace(account, ("305",))

    def found() -> dict[str, set[str]]:
        """Return what of the person is in each item, by its key."""
        items = [unmarshal(item) for table in others for item in dynamodb.scan(TableName=table)["Items"]]
        texts = {item["pk"] + item.get("sk", ""): json.dumps(item, default=str).lower() for item in items}
        return {key: {word for word in _PERSONAL if word in text} for key, text in texts.items()}

    before = set[str]().union(*found().values())
    assert {"mario", "rossi", "gatto", "argon2", "305"} <= before  # the walk finds what is there
    journey.manage()
    flows.account.activity.forget(MARIO.supplier, account.account_id)  # what customer_sync does then
    left = {key: words for key, words in found().items() if words}
    farewell = f"{MARIO.supplier}#closed#{account.account_id}"  # whom to tell, for three days
    assert [*left] == [farewell]
    assert left[farewell] == {"mario", "rossi"}
