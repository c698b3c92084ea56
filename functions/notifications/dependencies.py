"""What a delivery needs, and whom it has found."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from notifications.budgets import Budgets
from notifications.emails import Email
from utenza.suppliers import Supplier, Suppliers
from utenza.tables.accounts import Accounts
from utenza.tables.activity import Activity
from utenza.tables.changes import Changes
from utenza.tables.closures import Closures
from utenza.tables.customers import Customers
from utenza.tables.objections import Objections
from utenza.tables.pending import PendingRegistrations
from utenza.tables.pending_user_ids import PendingUserIds
from utenza.tables.reclaims import Reclaims
from utenza.tables.recoveries import Recoveries
from utenza.tables.supply_links import SupplyLinks
from utenza.tables.user_ids import UserIds
from utenza.tokens.key_ring import KeyRing


class Sender(Protocol):
    def send(self, supplier: Supplier, to: str, email: Email, tags: Mapping[str, str]) -> None: ...


class Bus(Protocol):
    def put(self, kind: str, detail: Mapping[str, object], *, at: int) -> None: ...


class Dependencies(NamedTuple):
    """Without a `sender` no e-mail leaves; events are for the CRM in any case.

    `notifies_of_claims`: whom the CRM knows by another address is told of a new account.
    """

    suppliers: Suppliers
    customers: Customers
    accounts: Accounts
    pending: PendingRegistrations
    recoveries: Recoveries
    reclaims: Reclaims
    objections: Objections
    keys: KeyRing
    sender: Sender | None
    bus: Bus
    closures: Closures
    budgets: Budgets
    pending_user_ids: PendingUserIds
    user_ids: UserIds
    activity: Activity
    supply_links: SupplyLinks
    changes: Changes
    notifies_of_claims: bool = True


class Addressed(NamedTuple):
    """`text` names the words when they are not those of the kind."""

    to: str
    language: str
    values: Mapping[str, str] = {}
    account_id: str = ""
    text: str = ""
