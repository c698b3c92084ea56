"""A supply that changes hands, in any order of imports and calls: nobody is shown another holder's data.

Records are written, closed, deleted and come back; their changes arrive late, again or never. Two machines, without
mail and with it.
"""

from typing import Any, NamedTuple

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from credentials.confirmation import confirm
from credentials.flow import register
from customer_sync.flow import synchronise
from login.flow import log_in
from reclaim.flow import confirm as confirm_code
from reclaim.flow import start
from tests.fakes.closures import FakeClosures
from tests.unit.flows.fixtures import (
    ANNA,
    ISSUER,
    MARIO,
    NOW,
    SOURCE,
    confirmed,
    mailed_code,
    mailed_reclaim_code,
    new_flows,
    reclaim_confirmed,
    reclaimed,
    step_one,
    step_two,
    sync_dependencies,
    typed_login,
)
from tests.unit.flows.fixtures import (
    read_account as read,
)
from utenza.customers.record import Customer, CustomerSummary, summary_of
from utenza.errors import AlreadyRegistered, UtenzaError
from utenza.identifiers import email
from utenza.tables.accounts import Account
from verify.flow import verify

CODE = MARIO.code
# What the CRM may say of each of three holders: as at first, with another name, with another or one more tax code.
RECORDS: dict[str, tuple[Customer, ...]] = {
    "Mario": (
        MARIO,
        MARIO._replace(last_name="Verdi"),
        MARIO._replace(codice_fiscale="RSSMRA80A01F205X"),
        MARIO._replace(partita_iva="12345678903", company_name="Officina Rossi"),
    ),
    "Anna": (
        ANNA,
        ANNA._replace(first_name="Anna Maria"),
        ANNA._replace(partita_iva="00743110157", company_name="Mario Rossi"),  # she keeps the name of his firm
    ),
    "Condominio": (
        Customer("gas", CODE, "company", company_name="Condominio Via Roma 1", codice_fiscale="80012345676"),
        Customer("gas", CODE, "company", company_name="Cond. Via Roma 1", codice_fiscale="80012345676"),
    ),
}
OWNER_OF = {record: owner for owner, records in RECORDS.items() for record in records}
NAMES = {owner: {summary_of(record).name for record in records} for owner, records in RECORDS.items()}


def _printed(record: Customer) -> dict[str, str | None]:
    """Return what a bill of this record says."""
    is_person = record.kind == "person"
    return {
        "first_name": record.first_name if is_person else None,
        "last_name": record.last_name if is_person else None,
        "company_name": None if is_person else record.company_name,
        "tax_code": record.codice_fiscale,
    }


def _owner(record: Customer) -> str:
    return OWNER_OF[record._replace(status="active")]


class Event(NamedTuple):
    """A change of the record; `before` is None where there was none."""

    before: Customer | None


class Holders(RuleBasedStateMachine):
    """The model knows who typed what; the account of a registration is theirs alone."""

    mail = False
    tokens = Bundle("tokens")
    waiting = Bundle("waiting")
    reclaims = Bundle("reclaims")

    def __init__(self) -> None:
        super().__init__()
        self.flows = new_flows(MARIO, free=10_000, mail=self.mail)
        self.dependencies = sync_dependencies(self.flows)
        self.numbers = iter(range(1_000_000))
        self.events: list[Event] = []
        self.arrived: list[Event] = []
        self.token_of: dict[str, str] = {}
        self.reclaimed: dict[str, str] = {}  # the account that each confirmed reclaim took the customer from
        self.owners: dict[str, str] = {}

    @property
    def record(self) -> Customer | None:
        return self.flows.customers.records.get(("gas", CODE))

    @initialize(target=tokens)
    def mario_has_registered(self) -> str:
        token = self._step_one(MARIO)
        assert token
        confirmation = self._step_two(token)
        if confirmation:
            self._confirm(confirmation)
        assert set(self.owners.values()) == {"Mario"}
        return token

    @rule(record=st.sampled_from([record for records in RECORDS.values() for record in records]))
    def import_record(self, record: Customer) -> None:
        self._write(record)

    @rule(status=st.sampled_from(["active", "closed"]))
    def close_or_reopen(self, status: Any) -> None:
        if self.record is not None:
            self._write(self.record._replace(status=status))

    @rule()
    def delete(self) -> None:
        self._write(None)

    def _write(self, record: Customer | None) -> None:
        before = self.flows.customers.records.pop(("gas", CODE), None)
        if record is not None:
            self.flows.customers.add(record)
        if before != record:
            self.events.append(Event(before))

    @precondition(lambda self: self.events)
    @rule()
    def a_change_arrives(self) -> None:
        self.arrived.append(self.events.pop(0))
        self._synchronise(self.arrived[-1])

    @precondition(lambda self: self.events)
    @rule()
    def a_change_is_lost(self) -> None:
        self.events.pop(0)

    @precondition(lambda self: self.arrived)
    @rule(data=st.data())
    def a_change_arrives_again(self, data: st.DataObject) -> None:
        self._synchronise(data.draw(st.sampled_from(self.arrived)))

    def _synchronise(self, event: Event) -> None:
        synchronise("gas", CODE, self.dependencies, before=event.before, now=NOW)

    @rule(target=tokens, record=st.sampled_from(list(OWNER_OF)))
    def step_one(self, record: Customer) -> MultipleResults[str]:
        token = self._step_one(record)
        return multiple(token) if token else multiple()

    def _step_one(self, record: Customer) -> str:
        """Type what a bill says, of now or of earlier; return the token."""
        typed = step_one(**_printed(record))
        try:
            token = verify(typed, self.flows.verify, source=SOURCE, now=NOW).step_token
        except UtenzaError:
            return ""
        assert self._holds(OWNER_OF[record])
        self.token_of[token] = OWNER_OF[record]
        return token

    @rule(target=waiting, token=tokens)
    def step_two(self, token: str) -> MultipleResults[str]:
        confirmation = self._step_two(token)
        return multiple(confirmation) if confirmation else multiple()

    def _step_two(self, token: str) -> str:
        typed = step_two(token, user_id=f"user{next(self.numbers)}@example.org")
        try:
            done = register(typed, self.flows.credentials, source=SOURCE, language="it", now=NOW)
        except UtenzaError:
            return ""
        owner = self.token_of[token]
        assert self._holds(owner)
        if done.confirmation is None:
            self.owners[done.account_id] = owner
            return ""
        self.token_of[done.confirmation[0]] = owner
        return done.confirmation[0]

    @precondition(lambda self: self.mail)
    @rule(token=waiting)
    def confirm(self, token: str) -> None:
        self._confirm(token)

    def _confirm(self, token: str) -> None:
        code = mailed_code(self.flows) if ("gas", CODE) in self.flows.pending.waiting else "000000"
        try:
            done = confirm(confirmed(token, code), self.flows.credentials, now=NOW)
        except UtenzaError:
            return
        owner = self.token_of[token]
        assert self._holds(owner)
        self.owners[done.account_id] = owner

    @rule(target=reclaims, record=st.sampled_from(list(OWNER_OF)))
    def reclaim(self, record: Customer) -> str:
        dependencies = self.flows.reclaim._replace(sends_mail=True)
        token, _ = start(reclaimed(**_printed(record)), dependencies, source=SOURCE, language="it", now=NOW)
        self.token_of[token] = OWNER_OF[record]
        return token

    @rule(target=tokens, token=reclaims)
    def confirm_reclaim(self, token: str) -> MultipleResults[str]:
        """Type the code that was mailed, or would have been, at the start."""
        code = mailed_reclaim_code(self.flows, self.flows.reclaim.reclaim_tokens.read(token, now=NOW))
        having = self.flows.accounts.account_of("gas", CODE)
        try:
            done = confirm_code(reclaim_confirmed(token, code), self.flows.reclaim, now=NOW)
        except UtenzaError:
            return multiple()
        assert self._holds(self.token_of[token])
        assert done.account_id == (having or self.reclaimed[token])  # a repeat takes nothing
        self.reclaimed[token] = done.account_id
        assert self.flows.accounts.account_of("gas", CODE) is None
        self.token_of[done.step_token] = self.token_of[token]
        return multiple(done.step_token)

    def _holds(self, owner: str) -> bool:
        return self.record is not None and _owner(self.record) == owner

    @rule()
    def all_changes_arrive(self) -> None:
        """Let the last change arrive at least: the holder then has the account of the customer, or can register.

        Whoever has the account reads what the record says; closed or gone, it is closed.
        """
        self._synchronise(Event(None))
        self.events.clear()
        record, having = self.record, self.flows.accounts.account_of("gas", CODE)
        if having is not None:
            [shown] = self._read(self.flows.accounts.accounts["gas", having])
            assert shown.status == (record.status if record else "closed")
            assert record is None or shown._replace(closed_at=0) == summary_of(record, shown.holder)
        if record is None or record.status != "active":
            return
        holder = _owner(record)
        assert having is None or self.owners[having] == holder
        typed = step_one(**_printed(record))
        try:
            verify(typed, self.flows.verify, source=SOURCE, now=NOW)
        except AlreadyRegistered:
            assert having is not None
        else:
            assert having is None

    def _read(self, account: Account) -> tuple[CustomerSummary, ...]:
        """Log in as the account's owner and return what the reserved area shows."""
        typed = typed_login(user_id=account.user_id)
        session = log_in(typed, self.flows.login, source=SOURCE, issuer=ISSUER, now=NOW)
        return read(session.access_token, self.flows.account, issuer=ISSUER, now=NOW).summaries

    @rule()
    def an_operator_closes_the_account(self) -> None:
        having = self.flows.accounts.account_of("gas", CODE)
        if having is not None:
            account = self.flows.accounts.accounts["gas", having]
            assert FakeClosures(self.flows.accounts).close(account, email.key(account.user_id), now=NOW)
            assert self.flows.accounts.account_of("gas", CODE) is None

    @invariant()
    def no_account_shows_a_holder_whose_tax_codes_it_never_matched(self) -> None:
        for account in self.flows.accounts.accounts.values():
            owner = self.owners[account.account_id]
            assert {summary.name for summary in account.summaries} <= NAMES[owner]
            assert account.phone == ""  # nobody typed one

    @invariant()
    def a_customer_has_one_account_or_none_and_its_sessions_ended_where_it_was_lost(self) -> None:
        accounts = self.flows.accounts
        active = [account for account in accounts.accounts.values() if account.status == "active"]
        assert len([account for account in active if account.customers]) == len(accounts.markers) <= 1
        for account in active:
            assert account.generation == (0 if account.customers else 1)
            assert [summary.code for summary in account.summaries] == list(account.customers)


class HoldersByMail(Holders):
    """The same with mail: a registration waits in between."""

    mail = True


_SETTINGS = settings(
    max_examples=150,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
Holders.TestCase.settings = _SETTINGS
TestHolders = Holders.TestCase
HoldersByMail.TestCase.settings = _SETTINGS
TestHoldersByMail = HoldersByMail.TestCase
