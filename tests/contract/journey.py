"""Mario's way through every route on real tables, and what each route asks of DynamoDB.

An answer comes one moment after its call was sent; calls side by side are sent in one moment.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from account.flow import read
from credentials.confirmation import confirm, resend
from credentials.flow import register
from credentials.schemas import ResendRequest
from login.flow import log_in, log_out, refresh
from recovery import flow as recovery
from tests.unit.flows.fixtures import (
    ISSUER,
    MARIO,
    NOW,
    SOURCE,
    Flows,
    answered,
    coded,
    confirmed,
    forgotten,
    forgotten_user_id,
    step_one,
    step_two,
    typed_login,
)
from utenza.dynamodb import DynamoDb, marshal
from utenza.limits.counter import Attempts
from utenza.tables import pending, recoveries, reminders, sessions
from utenza.tables.accounts import Accounts
from utenza.tables.customers import Customers, to_item
from utenza.tokens import email_codes
from verify.flow import verify


class Costs(NamedTuple):
    """Round trips one after the other, all of them, and the units of what was read and written."""

    deep: float
    calls: float
    read: float
    written: float


class Counting(DynamoDb):
    """Counts what is asked. Every item of ours has less than 1 kB, so a write is one unit and in a transaction two."""

    moment = 0
    calls = 0
    read = 0.0
    written = 0

    def ask(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        self.calls += 1
        if action == "GetItem":
            self.read += 1 if payload["ConsistentRead"] else 0.5
        elif action == "TransactWriteItems":
            self.written += 2 * len(payload["TransactItems"])
        else:
            assert action in {"PutItem", "UpdateItem", "DeleteItem"}, action
            self.written += 1
        answered = self.moment + 1
        answer = super().ask(action, payload)
        self.moment = max(self.moment, answered)
        return answer


def on_tables(flows: Flows, db: DynamoDb, new_table: Callable[[], str]) -> tuple[Flows, list[str]]:
    """Return the house with every table a real one that holds Mario's record, and the tables' names."""
    customers, accounts, attempts, opened = names = [new_table() for _ in range(4)]
    DynamoDb.ask(db, "PutItem", {"TableName": customers, "Item": marshal(to_item(MARIO))})
    real = {
        "customers": Customers(db, customers),
        "accounts": Accounts(db, accounts),
        "attempts": Attempts(db, attempts),
        "sessions": sessions.Sessions(db, opened),
        "pending": pending.PendingRegistrations(db, accounts),
        "recoveries": recoveries.Recoveries(db, accounts),
        "reminders": reminders.Reminders(db, accounts),
    }
    dependencies_of = {
        name: getattr(flows, name)._replace(
            **{table: real[table] for table in real if table in getattr(flows, name)._fields}
        )
        for name in ("verify", "credentials", "login", "account", "recovery")
    }
    return flows._replace(**dependencies_of), names


class Journey:
    """Mario's way through all routes, and what each cost."""

    def __init__(self, flows: Flows, db: Counting) -> None:
        self.flows, self.db = flows, db
        self.costs: dict[str, Costs] = {}

    @contextmanager
    def at(self, route: str) -> Iterator[None]:
        db = self.db
        db.moment, db.calls, db.read, db.written = 0, 0, 0.0, 0
        yield
        self.costs[route] = Costs(db.moment, db.calls, db.read, db.written)

    def register(self, *, mail: bool) -> None:
        with self.at("POST /verify"):
            token = verify(step_one(), self.flows.verify, source=SOURCE, now=NOW).step_token
        with self.at("POST /credentials" + (" with mail" if mail else "")):
            registered = register(step_two(token), self.flows.credentials, language="it", now=NOW)
        if mail:
            self._confirm(registered.confirmation)

    def _confirm(self, confirmation: tuple[str, int] | None) -> None:
        assert confirmation
        dependencies = self.flows.credentials
        with self.at("POST /credentials/confirm/resend"):
            resend(valid(ResendRequest, {"confirmation_token": confirmation[0]}), dependencies, now=NOW)
        waiting = dependencies.confirmation_tokens.read(confirmation[0], now=NOW).pending_id
        code = email_codes.code_for("confirmation", waiting, dependencies.keys.lasting(now=NOW))
        with self.at("POST /credentials/confirm"):
            confirm(confirmed(confirmation[0], code), dependencies, now=NOW)

    def use(self) -> None:
        with self.at("POST /login"):
            session = log_in(typed_login(), self.flows.login, source=SOURCE, issuer=ISSUER, now=NOW)
        with self.at("GET /account"):
            read(session.access_token, self.flows.account, issuer=ISSUER, now=NOW)
        with self.at("POST /login/refresh"):
            session = refresh(session.refresh_token, self.flows.login, issuer=ISSUER, now=NOW)
        with self.at("POST /logout"):
            log_out(session.refresh_token, self.flows.login)

    def forget(self, *, mail: bool) -> None:
        dependencies, way = self.flows.recovery, " with mail" if mail else ""
        with self.at("POST /recovery" + way):
            started = recovery.start(forgotten(), dependencies, source=SOURCE, language="it", now=NOW)
        if mail:
            claims = dependencies.recovery_tokens.read(started.recovery_token, "code", now=NOW)
            code = email_codes.code_for("recovery", claims.recovery_id, dependencies.keys.lasting(now=NOW))
            with self.at("POST /recovery/code"):
                started = recovery.check_code(coded(started.recovery_token, code), dependencies, now=NOW)
        with self.at("POST /recovery/password"):
            recovery.change_password(answered(started.recovery_token), dependencies, now=NOW)
        with self.at("POST /recovery/user-id" + way):
            recovery.remind(forgotten_user_id(), dependencies, source=SOURCE, now=NOW)
