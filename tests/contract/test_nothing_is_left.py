"""After everything that an owner can do, and the closing: a walk through every table but Customers."""

import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

from notifications import flow
from notifications.changes import Change, notifications_of
from notifications.dependencies import Dependencies
from tests.contract.journey import Counting, Journey, on_tables
from tests.unit.flows.fixtures import MARIO, NOW, new_flows
from tests.unit.notifications.test_delivery import FakeBus
from utenza.dynamodb import unmarshal
from utenza.tables.changes import Changes
from utenza.tables.offers import Offers

# Names, addresses, questions and answers, phone, tax code, hashes, and how another supply's code ends.
_PERSONAL = ("mario", "rossi", "anna", "gatto", "piccolo", "briciola", "marebello", "333123", "argon2", "rssmra", "305")


def _stands(word: str, text: str) -> bool:
    """Tell whether a word is in a text; three digits of a random id are no customer code."""
    return re.search(rf"(?<![0-9a-f]){word}(?![0-9a-f])" if word == "305" else word, text) is not None


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
    others.append(new_table("Changes"))
    hears = SimpleNamespace(accounts=flows.account.accounts, changes=Changes(counting.db, others[-1]), bus=FakeBus())

    def tell_the_crm() -> None:
        """Deliver the events of all items that are there, as the stream would."""
        for item in map(unmarshal, dynamodb.scan(TableName=others[0])["Items"]):
            for notification in notifications_of(Change(item["pk"], NOW, None, item)):
                if notification.is_event:
                    flow.deliver(notification, cast(Dependencies, hears), now=NOW)

    def found() -> dict[str, set[str]]:
        """Return what of the person is in each item, by its key."""
        items = [unmarshal(item) for table in others for item in dynamodb.scan(TableName=table)["Items"]]
        texts = {f"{item['pk']}{item.get('sk', '')}": json.dumps(item, default=str).lower() for item in items}
        return {key: {word for word in _PERSONAL if _stands(word, text)} for key, text in texts.items()}

    before = set[str]().union(*found().values())
    assert {"mario", "rossi", "gatto", "argon2", "305"} <= before  # the walk finds what is there
    tell_the_crm()
    journey.manage()
    tell_the_crm()
    assert hears.changes.last(MARIO.supplier).number >= 2
    flows.account.activity.forget(MARIO.supplier, account.account_id)  # what customer_sync does then
    left = {key: words for key, words in found().items() if words}
    farewell = f"{MARIO.supplier}#closed#{account.account_id}"  # whom to tell, for three days
    assert [*left] == [farewell]
    assert left[farewell] == {"mario", "rossi"}
