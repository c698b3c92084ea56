"""What belongs to one account in the table of accounts, and what has become of it since."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from tools.restore.rows import Row, Rows, has_expired, kind_of, number, text, texts, unmarked
from tools.restore.since import CLOSED, Since
from utenza.errors import InvalidValue
from utenza.identifiers import email
from utenza.tables import keys
from utenza.tables.restored import MARK

type State = Literal[
    "same", "missing", "incomplete", "newer", "closed since", "changed since", "taken", "half", "expired"
]
STATES: tuple[State, ...] = (
    *("same", "missing", "incomplete", "newer", "closed since", "changed since", "taken", "half", "expired"),
)
COPIED: frozenset[State] = frozenset({"missing", "incomplete"})
NOTHING_TO_DO: frozenset[State] = frozenset({"newer", "closed since", "expired"})  # for whoever brings back all
IN_WORDS: dict[str, str] = {
    "same": "nothing is lost",
    "missing": "the account is gone",
    "incomplete": "some of its items are gone, the account is as it was",
    "newer": "it has changed since; nothing is written over",
    "closed since": "it was closed after the point in time, and stays closed",
    "changed since": "gone, but it changed after the point in time: restore a later one",
    "taken": "gone, and its address or a supply of it is in another account by now",
    "half": "it was not whole at the point in time: restore another one",
    "expired": "its time was over",
}
# The account has not gone on: what was lost of it fits. Logins write `last_login_at`, the CRM the summaries.
_MAY_LACK = (keys.accepted, keys.user_ids)  # not every account has them
AS_IT_WAS = ("status", "generation", "user_id", "customers")


AHEAD = 1000  # generations: sessions, devices and tokens of any later one that was lost are no longer good


class Belongings(NamedTuple):
    """An account with what belongs to it, as a table had it; `rows` has the account itself first."""

    supplier: str
    account_id: str
    rows: tuple[Row, ...]

    @property
    def account(self) -> Row:
        return self.rows[0]

    @property
    def customers(self) -> list[str]:
        return texts(self.account, "customers")

    @property
    def is_closed(self) -> bool:
        return text(self.account, "status") == "closed"

    def brought_back(self) -> "Belongings":
        """Return it as it comes back when all of it is lost: in a generation under which every session has ended."""
        return self if self.is_closed else self._replace(rows=tuple(map(_ahead, self.rows)))


class Found(NamedTuple):
    """An account of the older table, what has become of it, and what of it is not in the table any more."""

    belongings: Belongings
    state: State
    lost: tuple[Row, ...] = ()
    now_there: Row | None = None


def is_account(row: Row) -> bool:
    return kind_of(row) == "account" and "created_at" in row


def keys_of(account: Row) -> list[str]:
    """Return the keys of what belongs to an account, its own first; a closed one has no more than itself."""
    supplier, account_id = text(account, "supplier"), text(account, "account_id")
    found = [text(account, "pk")]
    if text(account, "status") == "closed":
        return found
    found.append(keys.email(supplier, _email_key(text(account, "user_id"))))
    found += [keys.customer(supplier, code) for code in texts(account, "customers")]
    return [*found, *(key(supplier, account_id) for key in _MAY_LACK)]


def _email_key(user_id: str) -> str:
    """Return what a login lies under; for an address that nobody can read what no login has."""
    try:
        return email.key(user_id)
    except InvalidValue:
        return user_id


def gathered(accounts: Iterable[Row], table: Rows) -> list[Belongings]:
    """Return accounts of a table with what belongs to them."""
    accounts = list(accounts)
    there = table.get({"pk": {"S": key}} for account in accounts for key in keys_of(account)[1:])
    return [
        Belongings(
            text(account, "supplier"),
            text(account, "account_id"),
            (account, *(row for key in keys_of(account)[1:] if (row := there.get((("S", key),))))),
        )
        for account in accounts
    ]


type Changed = Callable[[str, str], bool]
"""Whether the password or the question of an account, by supplier and id, was changed since."""


def compared(older: list[Belongings], table: Rows, since: Since, changed: Changed, *, now: int) -> Iterator[Found]:
    """Yield what has become of accounts of an older table, all of one supplier."""
    there = table.get({"pk": row["pk"]} for each in older for row in each.rows)
    for each in older:
        rows = {text(row, "pk"): there.get((("S", text(row, "pk")),)) for row in each.rows}
        found = _compare(each, rows, since, now)
        if found.state in COPIED and not each.is_closed and changed(each.supplier, each.account_id):
            found = found._replace(state="changed since")
        yield found


def _compare(older: Belongings, there: Mapping[str, Row | None], since: Since, now: int) -> Found:
    account = there[text(older.account, "pk")]
    lost = tuple(row for row in older.rows if there[text(row, "pk")] is None and not has_expired(row, now))
    found = Found(older, "same", lost, account)
    if has_expired(older.account, now):
        return found._replace(state="expired")
    if account is None:
        return found._replace(state=_of_missing(older, there, since))
    return _of_existing(found, account, there)


def _of_existing(found: Found, account: Row, there: Mapping[str, Row | None]) -> Found:
    back = found.belongings.brought_back()
    if MARK in account and account.get("generation") == back.account.get("generation"):  # by a run before this one
        found = found._replace(belongings=back, lost=tuple(map(_ahead, found.lost)))
    return found._replace(state=_state_of_existing(found.belongings, account, there, found.lost))


def _state_of_existing(older: Belongings, account: Row, there: Mapping[str, Row | None], lost: Sequence[Row]) -> State:
    if text(account, "status") == "closed":
        return "same" if older.is_closed else "closed since"
    needed = {*keys_of(account)[: -len(_MAY_LACK)]}
    is_broken = any(text(row, "pk") in needed for row in lost)
    if any(account.get(name) != older.account.get(name) for name in AS_IT_WAS):
        return "changed since" if is_broken else "newer"
    if lost or _others(older, there):
        return "taken" if _others(older, there) else "incomplete"
    is_same = all(unmarked(row) == unmarked(there[text(row, "pk")] or {}) for row in older.rows)
    return "same" if is_same else "newer"


def _of_missing(older: Belongings, there: Mapping[str, Row | None], since: Since) -> State:
    changed = since.changed.get(older.account_id, frozenset())
    if older.is_closed:
        return "missing"
    if changed:
        return "closed since" if CLOSED in changed else "changed since"
    had = {text(row, "pk"): row for row in older.rows}
    if not {*keys_of(older.account)[: -len(_MAY_LACK)]} <= {*had} or _others(older, had):
        return "half"
    return "taken" if _others(older, there) else "missing"


def _ahead(row: Row) -> Row:
    """Return an account or a login in a later generation; `carried` names a token of an earlier one."""
    if "generation" not in row:
        return row
    rest = {name: value for name, value in row.items() if name != "carried"}
    return rest | {"generation": {"N": str(number(row, "generation") + AHEAD)}}


def _others(older: Belongings, there: Mapping[str, Row | None]) -> list[str]:
    """Return the keys, of its login and its customers, that another account has."""
    unique = [key for key in there if "#email#" in key or "#customer#" in key]
    return [key for key in unique if (row := there[key]) and text(row, "account_id") != older.account_id]
