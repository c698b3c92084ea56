"""Mario's way through every route on real tables, and what each route asks of DynamoDB.

An answer comes one moment after its call was sent; calls side by side are sent in one moment.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from account import (
    activation,
    closing,
    contact,
    export,
    password,
    question,
    reauth,
    supply_removal,
    user_id,
    user_id_confirmation,
    user_id_undo,
)
from account import activity as activity_of
from account import sessions as sessions_of
from account import supplies as supplies_of
from account.flow import Caller, read
from account.schemas import (
    AddByCodeRequest,
    AddCustomerRequest,
    CloseRequest,
    ConfirmCustomerRequest,
    ContactRequest,
    EndSessionsRequest,
    ExportRequest,
    NewPasswordRequest,
    NewQuestionRequest,
    NewUserIdRequest,
    RemoveCustomerRequest,
    UndoRequest,
    UserIdConfirmRequest,
)
from credentials.confirmation import confirm, resend
from credentials.flow import register
from credentials.objection import freeze
from credentials.schemas import ResendRequest
from login.flow import log_in, log_out, refresh
from reclaim import flow as reclaim
from recovery import flow as recovery
from tests.unit.flows.fixtures import (
    ISSUER,
    MARIO,
    NOW,
    PASSWORD,
    SOURCE,
    Flows,
    answered,
    coded,
    confirmed,
    forgotten,
    forgotten_user_id,
    objected,
    reclaim_confirmed,
    reclaimed,
    retyped,
    step_one,
    step_two,
    submitted,
    typed_login,
    valid,
)
from utenza.customers.record import Customer
from utenza.dynamodb import DynamoDb, put
from utenza.errors import CodeInvalid
from utenza.limits.counter import Attempts
from utenza.limits.devices import Devices
from utenza.tables import (
    activation_codes,
    activity,
    agreements,
    closures,
    logins,
    objections,
    own_changes,
    pending,
    pending_user_ids,
    reclaims,
    recoveries,
    reminders,
    sessions,
    supplies,
    supply_links,
    user_ids,
)
from utenza.tables.accounts import Accounts
from utenza.tables.customers import Customers, to_item
from utenza.tables.user_ids import Undo
from utenza.tokens import email_codes
from verify.flow import verify


class Costs(NamedTuple):
    """Round trips one after the other, all of them, and the units of what was read and written."""

    deep: float
    calls: float
    read: float
    written: float


class Counting:
    """Counts what a client is asked for. Our items have less than 1 kB: a write is one unit, in a transaction two."""

    def __init__(self, client: Any) -> None:
        self.db = DynamoDb(client)
        self.moment = self.calls = self.written = 0
        self.read = 0.0
        client.meta.events.register("provide-client-params.dynamodb.*", self._count)

    def reset(self) -> None:
        self.moment = self.calls = self.written = 0
        self.read = 0.0

    def gather(self, *calls: Callable[[], Any]) -> tuple[Any, ...]:
        """Run calls that go side by side one after the other, as if all were sent in one moment."""
        began, ended, results = self.moment, self.moment, []
        for call in calls:
            self.moment = began
            results.append(call())
            ended = max(ended, self.moment)
        self.moment = ended
        return tuple(results)

    def _count(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.moment += 1
        self.calls += 1
        if model.name == "GetItem":
            self.read += 1 if params["ConsistentRead"] else 0.5
        elif model.name == "BatchGetItem":  # always consistent
            self.read += sum(len(of["Keys"]) for of in params["RequestItems"].values())
        elif model.name == "Query":  # of an index never consistent; less than 4 kB here
            self.read += 1 if params.get("ConsistentRead") else 0.5
        elif model.name == "TransactWriteItems":
            self.written += 2 * len(params["TransactItems"])
        elif model.name in {"PutItem", "UpdateItem", "DeleteItem"}:
            self.written += 1


def on_tables(flows: Flows, db: DynamoDb, new_table: Callable[..., str]) -> tuple[Flows, list[str]]:
    """Return the flows with every table a real one that holds Mario's record, and the tables' names."""
    names = [new_table(of) for of in ("Customers", "Accounts", "Attempts", "Sessions", "Activity")]
    customers, accounts, attempts, opened, noted = names
    db.write(put(customers, to_item(MARIO._replace(email="mario.rossi@example.org"))))
    real = {
        "customers": Customers(db, customers),
        "accounts": Accounts(db, accounts),
        "attempts": Attempts(db, attempts),
        "devices": Devices(db, attempts),
        "logins": logins.Logins(db, accounts, Attempts(db, attempts)),
        "activity": activity.Activity(db, noted),
        "supplies": supplies.Supplies(db, accounts),
        "supply_links": supply_links.SupplyLinks(db, accounts),
        "sessions": sessions.Sessions(db, opened),
        "objections": objections.Objections(db, accounts),
        "activation_codes": activation_codes.ActivationCodes(db, accounts),
        "pending": pending.PendingRegistrations(db, accounts),
        "recoveries": recoveries.Recoveries(db, accounts),
        "reclaims": reclaims.Reclaims(db, accounts),
        "reminders": reminders.Reminders(db, accounts),
        "own_changes": own_changes.OwnChanges(db, accounts),
        "pending_user_ids": pending_user_ids.PendingUserIds(db, accounts),
        "user_ids": user_ids.UserIds(db, accounts),
        "agreements": agreements.Agreements(db, accounts),
        "closures": closures.Closures(db, accounts),
    }
    dependencies = {
        name: getattr(flows, name)._replace(
            **{table: real[table] for table in real if table in getattr(flows, name)._fields}
        )
        for name in ("verify", "credentials", "login", "account", "recovery", "reclaim")
    }
    return flows._replace(**dependencies), names


def _bill(customer: Customer, **changes: str) -> AddCustomerRequest:
    typed = {"supplier": "gas", "customer_code": customer.code, "tax_code": customer.codice_fiscale}
    names = {"first_name": customer.first_name, "last_name": customer.last_name}
    return valid(AddCustomerRequest, typed | names | changes)


class Journey:
    """Mario's way through all routes, and what each cost; `customers` is the table of records."""

    def __init__(self, flows: Flows, counting: Counting, customers: str = "") -> None:
        self.flows, self.counting, self.customers = flows, counting, customers
        self.costs: dict[str, Costs] = {}

    @contextmanager
    def at(self, route: str) -> Iterator[None]:
        counted = self.counting
        counted.reset()
        yield
        self.costs[route] = Costs(counted.moment, counted.calls, counted.read, counted.written)

    def register(self, *, mail: bool) -> None:
        with self.at("POST /verify"):
            token = verify(step_one(), self.flows.verify, source=SOURCE, now=NOW).step_token
        with self.at("POST /credentials" + (" with mail" if mail else "")):
            registered = register(step_two(token), self.flows.credentials, source=SOURCE, language="it", now=NOW)
        if mail:
            self._confirm(registered.confirmation)

    def _confirm(self, confirmation: tuple[str, int] | None) -> None:
        assert confirmation
        dependencies = self.flows.credentials
        with self.at("POST /credentials/confirm/resend"):
            resend(valid(ResendRequest, {"confirmation_token": confirmation[0]}), dependencies, source=SOURCE, now=NOW)
        waiting = dependencies.confirmation_tokens.read(confirmation[0], now=NOW).pending_id
        code = email_codes.code_for("confirmation", waiting, dependencies.keys.current(now=NOW))
        with self.at("POST /credentials/confirm"):
            confirm(confirmed(confirmation[0], code), dependencies, now=NOW)

    def use(self) -> None:
        with self.at("POST /login"):
            session = log_in(typed_login(), self.flows.login, source=SOURCE, issuer=ISSUER, now=NOW)
        known = typed_login(device_token=session.device_token)
        with self.at("POST /login from a known device"):
            session = log_in(known, self.flows.login, source=SOURCE, issuer=ISSUER, now=NOW)
        with self.at("GET /account"):
            read(session.access_token, self.flows.account, issuer=ISSUER, now=NOW)
        with self.at("POST /login/refresh"):
            session = refresh(session.refresh_token, self.flows.login, issuer=ISSUER, now=NOW)
        with self.at("POST /logout"):
            log_out(session.refresh_token, self.flows.login)

    def manage(self) -> None:
        """Do all that an owner does in the reserved area; the account is closed at the end."""
        flows = self.flows
        access = log_in(typed_login(), flows.login, source=SOURCE, issuer=ISSUER, now=NOW).access_token
        log_in(typed_login(), flows.login, source=SOURCE, issuer=ISSUER, now=NOW)

        def again(access: str) -> str:
            return reauth.reauthenticate(retyped(), access, flows.account, issuer=ISSUER, now=NOW)[0]

        with self.at("POST /account/reauth"):
            token = again(access)
        typed = {"reauth_token": token, "question": "Dove andavo da piccolo?", "answer": "Marebello"}
        with self.at("POST /account/question"):
            form = submitted(NewQuestionRequest, typed | {"answer_repeat": "Marebello"})
            question.change(form, access, flows.account, issuer=ISSUER, now=NOW)
        with self.at("PATCH /account"):
            contact.change(valid(ContactRequest, {"language": "de"}), access, flows.account, issuer=ISSUER, now=NOW)
        with self.at("GET /account/sessions"):
            sessions_of.list_open(access, flows.account, issuer=ISSUER, now=NOW)
        with self.at("POST /account/sessions/end"):
            others = valid(EndSessionsRequest, {"others": True})
            sessions_of.end(others, access, flows.account, issuer=ISSUER, now=NOW)
        with self.at("POST /account/password"):
            chosen = {"reauth_token": token, "password": PASSWORD, "password_repeat": PASSWORD}
            chosen_form = submitted(NewPasswordRequest, chosen)
            access = password.change(chosen_form, access, flows.account, issuer=ISSUER, now=NOW).access_token
        token = again(access)
        self._move(access, token)
        with self.at("POST /account/export"):
            export.collect(valid(ExportRequest, {"reauth_token": token}), access, flows.account, issuer=ISSUER, now=NOW)
        self._look_after_another(access, token)
        with self.at("POST /account/close"):
            request = valid(CloseRequest, {"reauth_token": token})
            closing.close(request, access, flows.account, issuer=ISSUER, now=NOW)

    def undo(self) -> None:
        """Take a change of the user id back."""
        flows = self.flows
        session = log_in(typed_login(), flows.login, source=SOURCE, issuer=ISSUER, now=NOW)
        account = read(session.access_token, flows.account, issuer=ISSUER, now=NOW).account
        token = reauth.reauthenticate(retyped(), session.access_token, flows.account, issuer=ISSUER, now=NOW)[0]
        request = valid(NewUserIdRequest, {"reauth_token": token, "user_id": "nuovo@example.org"})
        user_id.change(request, session.access_token, flows.account, source=SOURCE, issuer=ISSUER, now=NOW)
        undo = Undo(account.account_id, account.generation + 1)
        code = flows.account.user_ids.issue_undo(MARIO.supplier, undo, now=NOW)
        with self.at("POST /account/user-id/undo"):
            user_id_undo.undo(valid(UndoRequest, {"undo_code": code}), flows.account, source=SOURCE, now=NOW)

    def _move(self, access: str, token: str) -> None:
        """Change the user id, with and without mail."""
        dependencies, source = self.flows.account, SOURCE
        typed = {"reauth_token": token, "user_id": "mario.rossi.nuovo@example.org"}
        with self.at("POST /account/user-id with mail"):
            asked = user_id.change(
                valid(NewUserIdRequest, typed),
                access,
                dependencies._replace(sends_mail=True),
                source=source,
                issuer=ISSUER,
                now=NOW,
            )
        assert asked.confirmation
        change_id = dependencies.user_id_tokens.read(asked.confirmation[0], now=NOW).change_id
        code = email_codes.code_for("user_id", change_id, dependencies.keys.current(now=NOW))
        confirming = valid(UserIdConfirmRequest, {"confirmation_token": asked.confirmation[0], "code": code})
        with self.at("POST /account/user-id/confirm"):
            user_id_confirmation.confirm(confirming, access, dependencies, issuer=ISSUER, now=NOW)
        typed["user_id"] = "mario.rossi@example.org"
        with self.at("POST /account/user-id"):
            request = valid(NewUserIdRequest, typed)
            user_id.change(request, access, dependencies, source=source, issuer=ISSUER, now=NOW)

    def _look_after_another(self, access: str, token: str) -> None:
        """Add a supply of Mario's own and another's, look at what happened, and remove both."""
        dependencies = self.flows.account._replace(sends_mail=True)
        own = MARIO._replace(code="0123450001")
        others = own._replace(code="0123450002", first_name="Anna", codice_fiscale="BNCNNA85C41F205D")
        given = own._replace(code="0123450003")
        for customer in (own, others, given):
            self.counting.db.write(put(self.customers, to_item(customer)))
        who: Any = {"source": SOURCE, "language": "it", "issuer": ISSUER, "now": NOW + 60}
        with self.at("POST /account/customers"):
            supplies_of.add(_bill(own), access, dependencies, **who)
        with self.at("POST /account/customers of another"):
            asked = supplies_of.add(_bill(others), access, dependencies, **who)
        assert not isinstance(asked, Caller)
        claims = dependencies.supply_link_tokens.read(asked[0], now=NOW)
        code = email_codes.code_for("supply", claims.link_id, dependencies.keys.current(now=NOW))
        typed = {"confirmation_token": asked[0], "code": code}
        with self.at("POST /account/customers/confirm"):
            request = valid(ConfirmCustomerRequest, typed)
            supplies_of.confirm(request, access, dependencies, issuer=ISSUER, now=NOW)
        issued = dependencies.activation_codes.issue(MARIO.supplier, given.code, now=NOW)
        by_code = valid(AddByCodeRequest, {"supplier": MARIO.supplier, "activation_code": issued})
        with self.at("POST /account/customers by a code"):
            activation.add(by_code, access, dependencies, source=SOURCE, issuer=ISSUER, now=NOW)
        with self.at("GET /account/activity"):
            activity_of.list_page("", access, dependencies, issuer=ISSUER, now=NOW)
        for customer in (own, others, given):
            removed = valid(RemoveCustomerRequest, {"reauth_token": token, "customer_code": customer.code})
            with self.at("POST /account/customers/remove"):
                supply_removal.remove(removed, access, dependencies, issuer=ISSUER, now=NOW)

    def ask_for_another(self, now: int, **typed: str) -> tuple[Costs, Costs]:
        """Ask for Anna's supply with these data, and type a wrong code; return what both cost."""
        dependencies = self.flows.account
        anna = MARIO._replace(code="0123450002", first_name="Anna", codice_fiscale="BNCNNA85C41F205D")
        self.counting.db.write(put(self.customers, to_item(anna)))
        session = log_in(typed_login(), self.flows.login, source=SOURCE, issuer=ISSUER, now=now)
        who: Any = {"source": SOURCE, "language": "it", "issuer": ISSUER, "now": now}
        with self.at("asked"):
            asked = supplies_of.add(_bill(anna, **typed), session.access_token, dependencies, **who)
        assert not isinstance(asked, Caller)
        request = valid(ConfirmCustomerRequest, {"confirmation_token": asked[0], "code": "x"})
        with self.at("wrong code"), suppress(CodeInvalid):
            supplies_of.confirm(request, session.access_token, dependencies, issuer=ISSUER, now=now)
        return self.costs["asked"], self.costs["wrong code"]

    def object_to(self) -> None:
        dependencies = self.flows.credentials
        account_id = dependencies.accounts.account_of(MARIO.supplier, MARIO.code)
        assert account_id
        code = dependencies.objections.issue(MARIO.supplier, objections.Objection(account_id, MARIO.code), now=NOW)
        with self.at("POST /credentials/object"):
            freeze(objected(code), dependencies, source=SOURCE, now=NOW)

    def forget(self, *, mail: bool) -> None:
        dependencies, way = self.flows.recovery, " with mail" if mail else ""
        later = NOW + 86_400  # nothing of the registration is counted any more
        with self.at("POST /recovery" + way):
            started = recovery.start(forgotten(), dependencies, source=SOURCE, language="it", now=later)
        if mail:
            claims = dependencies.recovery_tokens.read(started.recovery_token, "code", now=later)
            code = email_codes.code_for("recovery", claims.recovery_id, dependencies.keys.current(now=later))
            with self.at("POST /recovery/code"):
                started = recovery.check_code(coded(started.recovery_token, code), dependencies, now=later)
        with self.at("POST /recovery/password"):
            recovery.change_password(answered(started.recovery_token), dependencies, now=later)
        with self.at("POST /recovery/user-id" + way):
            recovery.remind(forgotten_user_id(), dependencies, source=SOURCE, now=later + 86_400)

    def reclaim(self, *, mail: bool) -> None:
        """Take Mario from his account, which is not that of the CRM's address if there is mail."""
        dependencies, way = self.flows.reclaim, " with mail" if mail else ""
        later = NOW + 3 * 86_400  # nothing of what came before is counted any more
        with self.at("POST /reclaim" + way):
            token, _ = reclaim.start(reclaimed(), dependencies, source=SOURCE, language="it", now=later)
        if mail:
            reclaim_id = dependencies.reclaim_tokens.read(token, now=later).reclaim_id
            code = email_codes.code_for("reclaim", reclaim_id, dependencies.keys.current(now=later))
            with self.at("POST /reclaim/confirm"):
                reclaim.confirm(reclaim_confirmed(token, code), dependencies, now=later)
