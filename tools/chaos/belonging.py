"""Whether the items of the Accounts table belong together: account, login, markers and what is beside them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from utenza.identifiers import email
from utenza.tables import keys

type Item = Mapping[str, Any]

_BESIDE = ("new-user-id", "user-ids", "accepted")


def loose_ends(items: Iterable[Item]) -> list[str]:
    """Return what does not belong together in these items of the table, as boto3's resource would give them."""
    return list(_Table(items).loose_ends())


class _Table:
    def __init__(self, items: Iterable[Item]) -> None:
        self._items = {item["pk"]: item for item in items}
        self._kinds: dict[str, list[Item]] = defaultdict(list)
        for key, item in self._items.items():
            self._kinds[key.split("#", 2)[1]].append(item)

    def loose_ends(self) -> Iterator[str]:
        for account in self._kinds["account"]:
            yield from self._of_closed(account) if account["status"] == "closed" else self._of_open(account)
        for item in (*self._kinds["email"], *self._kinds["customer"]):
            if not self._claimed(item):
                yield f"{item['pk']} belongs to no open account"
        owners = Counter(
            (account["supplier"], code)
            for account in self._kinds["account"]
            if account["status"] != "closed"
            for code in account["customers"]
        )
        yield from (
            f"{supplier}#{code} is in {number} accounts" for (supplier, code), number in owners.items() if number > 1
        )

    def _of_open(self, account: Item) -> Iterator[str]:
        supplier, account_id = account["supplier"], account["account_id"]
        login = self._items.get(keys.email(supplier, email.key(account["user_id"])))
        if login is None or login["account_id"] != account_id:
            yield f"account {account_id} has no login"
            return
        yield from (
            f"account {account_id} has {name} {account[name]}, its login {login[name]}"
            for name in ("status", "generation")
            if account[name] != login[name]
        )
        for code in account["customers"]:
            marker = self._items.get(keys.customer(supplier, code))
            if marker is None or marker["account_id"] != account_id:
                yield f"account {account_id} has customer {code} without its marker"

    def _of_closed(self, account: Item) -> Iterator[str]:
        beside = (f"{account['supplier']}#{kind}#{account['account_id']}" for kind in _BESIDE)
        yield from (f"{key} is left of a closed account" for key in beside if key in self._items)

    def _claimed(self, item: Item) -> bool:
        supplier, kind, name = item["pk"].split("#", 2)
        account = self._items.get(keys.account(supplier, item["account_id"]))
        if account is None or account["status"] == "closed":
            return False
        return bool(email.key(account["user_id"]) == name if kind == "email" else name in account["customers"])
