"""Whether the tables say what customers were told, and the CRM learned it: one change each, without gaps."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from tools.chaos.belonging import loose_ends
from tools.chaos.killed_import import scan
from tools.chaos.ledger import Ledger
from tools.local_stack.stack import LocalStack

type Item = Mapping[str, Any]

CHANGES = {
    "registered": "CustomerRegistered",
    "phone": "ContactChanged",
    "user id": "UserIdChanged",
    "closed": "AccountClosed",
}
"""What the CRM learns of an act."""


def wrong(accounts: Sequence[Item], changes: Sequence[Item], ledger: Ledger) -> list[str]:
    """Return what is wrong with the items of the tables Accounts and Changes."""
    return [*loose_ends(accounts), *of_changes(changes), *of_acts(accounts, changes, ledger)]


def read(stack: LocalStack, output: str) -> list[Item]:
    """Return the items of the table that an output names, as boto3's resource would give them."""
    of = TypeDeserializer().deserialize
    return [{name: of(value) for name, value in item.items()} for item in scan(stack, output)]


def of_changes(changes: Iterable[Item]) -> Iterator[str]:
    """Yield gaps in the suppliers' numbers, and changes that were recorded before those in front of them."""
    records = sorted((item for item in changes if "kind" in item), key=lambda item: (item["pk"], item["sk"]))
    for supplier, group in groupby(records, key=lambda item: item["pk"]):
        ordered = list(group)
        if [item["sk"] for item in ordered] != list(range(1, len(ordered) + 1)):
            yield f"the changes of {supplier} have gaps in their numbers"
        moments = [item["recorded_at"] for item in ordered]
        if moments != sorted(moments):
            yield f"changes of {supplier} are not in the order in which they were recorded"


def of_acts(accounts: Iterable[Item], changes: Iterable[Item], ledger: Ledger) -> Iterator[str]:
    """Yield the acts that the CRM did not learn of once each."""
    owners: dict[str, list[str]] = {}
    for item in accounts:
        if item["pk"].split("#")[1] == "account":
            for code in item["customers"]:
                owners.setdefault(code, []).append(item["account_id"])
    learned = Counter((item["account_id"], item["kind"]) for item in changes if "kind" in item)
    for code, (told, perhaps) in list(ledger.acts.items()):
        mine: Sequence[str] = owners.get(code, ())
        if len(mine) > 1:
            yield f"{code} was registered {len(mine)} times"
        for act, kind in CHANGES.items():
            number = sum(learned[account_id, kind] for account_id in mine)
            if not told[act] <= number <= told[act] + perhaps[act]:
                yield f"{code}: {kind} {number} times, told {told[act]} times, perhaps {perhaps[act]} more"


def late_orders(changes: Iterable[Item]) -> int:
    """Return how many changes the CRM learned after a later one of the same account: a repeat came in between."""
    late, newest = 0, Counter[str]()
    for item in sorted((item for item in changes if "kind" in item), key=lambda item: (item["pk"], item["sk"])):
        late += item["occurred_at"] < newest[item["account_id"]]
        newest[item["account_id"]] = max(newest[item["account_id"]], int(item["occurred_at"]))
    return late
