"""Supplies of two people, every call and every import in any order, while changes arrive late, twice and mixed up.

A model keeps who holds and who looks after what. A supply is in one account; who is not its holder needs a code for
it; what is offered is what could be linked at once, once all changes have arrived; nothing of a closed account is left.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from account import accepted, activation, activity, closing, contact, reauth, sessions, supplies, supply_removal
from account.flow import Caller, read
from account.schemas import (
    AcceptedRequest,
    AddByCodeRequest,
    AddCustomerRequest,
    CloseRequest,
    ConfirmCustomerRequest,
    ContactRequest,
    EndSessionsRequest,
    RemoveCustomerRequest,
)
from credentials.flow import register
from customer_sync.flow import clean_up, synchronise, withdraw_activation_code
from customer_sync.offers import refresh
from login.flow import log_in
from tests.unit.flows.fixtures import (
    ANNA,
    ISSUER,
    MARIO,
    NOW,
    SOURCE,
    new_flows,
    retyped,
    step_one,
    step_two,
    sync_dependencies,
    typed_login,
    valid,
)
from tests.unit.flows.test_account_machine import _tried
from tests.unit.flows.test_documents import TERMS, _asking
from utenza.customers.record import Customer, Role
from utenza.tables.offers import end_of
from utenza.tokens import email_codes
from verify.flow import verify

PEOPLE = {"mario": MARIO, "anna": ANNA}
ADDRESS = {"mario": "mario@example.org", "anna": "anna@example.net"}
FIRST = {"mario": MARIO.code, "anna": "0123450002"}
CODES = (*FIRST.values(), "0123450305", "0123450777", "0123450888")
EVENTS = st.integers(0, 5)


@dataclass
class Owner:
    """`supplies` are by code whose they were when they were linked, and the role; `session` is an access token."""

    name: str
    account_id: str
    session: str = ""
    is_open: bool = True  # the account
    supplies: dict[str, tuple[str, Role]] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    accepted: int = 0

    def holds(self) -> set[str]:
        return {person for person, role in self.supplies.values() if role == "holder"}


@dataclass
class Request:
    token: str
    owner: str
    code: str
    person: str
    mailed: str  # the code of the mail; empty if none went


@dataclass
class Issued:
    text: str
    code: str
    is_good: bool = True
    used_by: str = ""


class Supplies(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        records = [
            PEOPLE[person]._replace(code=code, email=f"{code}@example.com")
            for code, person in zip(CODES, ("mario", "anna", "mario", "anna", "mario"), strict=True)
        ]
        flows = _asking(new_flows(*records, free=10_000))
        budget = flows.account.mail_budget
        wide = budget._replace(**{name: limit._replace(capacity=10_000) for name, limit in budget._asdict().items()})
        self.flows = flows._replace(account=flows.account._replace(sends_mail=True, mail_budget=wide))
        self.sync = sync_dependencies(self.flows)
        self.events: list[Callable[[], object]] = []
        self.arrived: list[Callable[[], object]] = []
        self.requests: list[Request] = []
        self.issued: list[Issued] = []
        self.owners: dict[str, Owner] = {}
        self.people = {code: {self._person(code)} for code in CODES}  # who ever held each

    @initialize()
    def both_register(self) -> None:
        plain = self.flows._replace(credentials=self.flows.credentials._replace(suppliers=new_flows().verify.suppliers))
        for name, person in PEOPLE.items():
            bill = {"first_name": person.first_name, "last_name": person.last_name, "tax_code": person.codice_fiscale}
            token = verify(step_one(customer_code=FIRST[name], **bill), plain.verify, source=SOURCE, now=NOW).step_token
            chosen = step_two(token, user_id=ADDRESS[name])
            done = register(chosen, plain.credentials, source=SOURCE, language="it", now=NOW)
            owner = self.owners[name] = Owner(name, done.account_id)
            owner.supplies[FIRST[name]] = name, "holder"
            self._marked(FIRST[name], owner.account_id)
            self._log_in(owner)

    # What is true ------------------------------------------------------------------------------------------------

    def _record(self, code: str) -> Customer | None:
        return self.flows.customers.records.get(("gas", code))

    def _person(self, code: str) -> str:
        record = self._record(code)
        return (
            ""
            if record is None
            else next(name for name, person in PEOPLE.items() if person.codice_fiscale == record.codice_fiscale)
        )

    def _is_active(self, code: str) -> bool:
        record = self._record(code)
        return record is not None and record.status == "active"

    def _having(self, code: str) -> Owner | None:
        return next((owner for owner in self.owners.values() if code in owner.supplies), None)

    def _offerable(self, owner: Owner) -> list[str]:
        """Return the ends of what could be linked at once."""
        known = {
            person
            for code, (person, role) in owner.supplies.items()
            if role == "holder" and self._person(code) == person
        }
        free = (code for code in CODES if self._is_active(code) and self._having(code) is None)
        return sorted(end_of(code) for code in free if self._person(code) in known)

    # Calls ---------------------------------------------------------------------------------------------------------

    def _log_in(self, owner: Owner) -> None:
        form = typed_login(user_id=ADDRESS[owner.name])
        owner.session = log_in(form, self.flows.login, source=SOURCE, issuer=ISSUER, now=NOW).access_token
        owner.kinds["login"] += 1

    def _owner(self, data: st.DataObject) -> Owner:
        return data.draw(st.sampled_from([owner for owner in self.owners.values() if owner.is_open]))

    def _linked(self, owner: Owner, code: str, role: Role) -> None:
        owner.supplies[code] = self._person(code), role
        owner.kinds["supply_linked"] += 1
        self._marked(code, owner.account_id)

    def _marked(self, code: str, account_id: str) -> None:
        """Have the stream tell that a customer has come into an account, or has left it."""
        self.events.append(partial(refresh, "gas", code, self.sync, account_id=account_id, now=NOW))

    @precondition(lambda self: any(owner.is_open for owner in self.owners.values()))
    @rule(data=st.data(), code=st.sampled_from(CODES), person=st.sampled_from([*PEOPLE]))
    def add(self, data: st.DataObject, code: str, person: str) -> None:
        owner, typed = self._owner(data), PEOPLE[person]
        body = {"first_name": typed.first_name, "last_name": typed.last_name, "tax_code": typed.codice_fiscale}
        request = valid(AddCustomerRequest, {"supplier": "gas", "customer_code": code} | body)
        who: Any = {"issuer": ISSUER, "source": SOURCE, "language": "it", "now": NOW}
        done = _tried(lambda: supplies.add(request, owner.session, self.flows.account, **who))
        matched = self._is_active(code) and self._person(code) == person
        if code in owner.supplies:
            assert isinstance(done, Caller)
        elif matched and self._having(code):
            assert done is None
        elif person in owner.holds():
            assert (done is not None) == matched
            if matched:
                assert isinstance(done, Caller)
                self._linked(owner, code, "holder")
        else:
            assert done is not None
            assert not isinstance(done, Caller)
            claims = [*self.flows.supply_links.open][-1]
            mailed = email_codes.code_for("supply", claims.link_id, self.flows.account.keys.current(now=NOW))
            self.requests.append(Request(done[0], owner.name, code, person, mailed if matched else ""))

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        asked = data.draw(st.sampled_from(self.requests[-4:]))
        owner = self.owners[data.draw(st.sampled_from([asked.owner, asked.owner, *PEOPLE]))]
        request = valid(ConfirmCustomerRequest, {"confirmation_token": asked.token, "code": asked.mailed or "000000"})
        call = supplies.confirm
        done = _tried(lambda: call(request, owner.session, self.flows.account, issuer=ISSUER, now=NOW))
        if done is None:
            return
        assert owner.is_open
        assert (owner.name, self._person(asked.code), self._is_active(asked.code)) == (asked.owner, asked.person, True)
        assert asked.mailed
        if asked.code not in owner.supplies:
            assert self._having(asked.code) is None
            self._linked(owner, asked.code, "delegate")

    @rule(code=st.sampled_from(CODES))
    def an_operator_issues_an_activation_code(self, code: str) -> None:
        if not self._is_active(code) or self._having(code):
            return
        for older in self.issued:
            older.is_good = older.is_good and older.code != code
        self.issued.append(Issued(self.flows.activation_codes.issue("gas", code, now=NOW), code))

    @precondition(lambda self: self.issued and any(owner.is_open for owner in self.owners.values()))
    @rule(data=st.data())
    def use_a_code(self, data: st.DataObject) -> None:
        owner, issued = self._owner(data), data.draw(st.sampled_from(self.issued[-4:]))
        request = valid(AddByCodeRequest, {"supplier": "gas", "activation_code": issued.text})
        call = activation.add
        who: Any = {"issuer": ISSUER, "source": SOURCE, "now": NOW}
        done = _tried(lambda: call(request, owner.session, self.flows.account, **who))
        if issued.used_by or not issued.is_good:
            assert (done is not None) == (issued.used_by == owner.name and issued.code in owner.supplies)
        elif issued.code in owner.supplies:
            assert done is not None
        else:
            assert (done is not None) == (self._is_active(issued.code) and self._having(issued.code) is None)
            if done is not None:
                issued.used_by, issued.is_good = owner.name, False
                role: Role = "holder" if self._person(issued.code) in owner.holds() else "delegate"
                self._linked(owner, issued.code, role)

    @precondition(lambda self: any(owner.is_open for owner in self.owners.values()))
    @rule(data=st.data(), code=st.sampled_from(CODES), again=st.sampled_from([True, True, False]))
    def remove(self, data: st.DataObject, code: str, *, again: bool) -> None:
        owner = self._owner(data)
        token = self._reauth_token(owner) if again else "x"
        request = valid(RemoveCustomerRequest, {"reauth_token": token, "customer_code": code})
        call = supply_removal.remove
        done = _tried(lambda: call(request, owner.session, self.flows.account, issuer=ISSUER, now=NOW))
        assert (done is not None) == (again and (code not in owner.supplies or len(owner.supplies) > 1))
        if done is None:
            return
        loser = owner if code in owner.supplies else self._having(code)
        if loser is None or (loser is not owner and not self._may_end(owner, loser, code)):
            return
        del loser.supplies[code]
        owner.kinds["supply_unlinked"] += 1
        self._marked(code, loser.account_id)

    def _may_end(self, owner: Owner, loser: Owner, code: str) -> bool:
        return loser.supplies[code][1] == "delegate" and self._person(code) in owner.holds()

    def _reauth_token(self, owner: Owner) -> str:
        call = reauth.reauthenticate
        return call(retyped(), owner.session, self.flows.account, issuer=ISSUER, now=NOW)[0]

    @precondition(lambda self: any(owner.is_open for owner in self.owners.values()))
    @rule(data=st.data(), phone=st.sampled_from(["", "02 1234567"]))
    def what_weighs_little_needs_a_session_alone(self, data: st.DataObject, phone: str) -> None:
        """Change the phone, accept a document, and log in again, which the sessions show."""
        owner = self._owner(data)
        before = self.flows.accounts.accounts["gas", owner.account_id].phone
        for access, is_good in ((owner.session, True), ("x", False)):
            form = valid(ContactRequest, {"phone": phone})
            call = partial(contact.change, form, access, self.flows.account, issuer=ISSUER, now=NOW)
            assert (_tried(call) is not None) == is_good
            terms = valid(AcceptedRequest, {"accepted": [TERMS]})
            done = _tried(partial(accepted.accept, terms, access, self.flows.account, issuer=ISSUER, now=NOW))
            assert (done is not None) == is_good
            if done:
                assert [each.document for each in done.accepted] == ["terms"]
        owner.kinds["phone_changed"] += before != (self.flows.accounts.accounts["gas", owner.account_id].phone)
        owner.kinds["document_accepted"] += not owner.accepted
        owner.accepted = 1
        old = owner.session
        self._log_in(owner)
        current, found = sessions.list_open(owner.session, self.flows.account, issuer=ISSUER, now=NOW)
        mine = self.flows.account.access_tokens.read(old, issuer=ISSUER, now=NOW).session_id
        assert {current, mine} <= {each.id for each in found}
        ended = valid(EndSessionsRequest, {"session": mine})
        sessions.end(ended, owner.session, self.flows.account, issuer=ISSUER, now=NOW)
        owner.kinds["sessions_ended"] += 1
        assert _tried(lambda: read(old, self.flows.account, issuer=ISSUER, now=NOW)) is None

    @precondition(lambda self: all(owner.is_open for owner in self.owners.values()))
    @rule(at=st.integers(0, 9))
    def close(self, at: int) -> None:
        """Anna goes; what the stream tells of it is worked off at once."""
        owner = self.owners["anna"]
        if at:
            return
        for token in ("x", self._reauth_token(owner)):
            request = valid(CloseRequest, {"reauth_token": token})
            call = partial(closing.close, request, owner.session, self.flows.account, issuer=ISSUER, now=NOW)
            assert (_tried(call) is not None) == (token != "x")
        clean_up("gas", owner.account_id, [*owner.supplies], self.sync)
        for code in owner.supplies:
            self._marked(code, owner.account_id)
        owner.is_open, owner.supplies = False, {}

    # What the import changes, and what the streams tell --------------------------------------------------------------

    @rule(
        code=st.sampled_from(CODES),
        person=st.sampled_from([*PEOPLE, "", "closed", "closed"]),
    )
    def the_import_changes_a_record(self, code: str, person: str) -> None:
        """Another holder, none any more, or the same one, closed."""
        before = self.flows.customers.records.pop(("gas", code), None)
        after = PEOPLE[person]._replace(code=code, email=f"{code}@example.com") if person in PEOPLE else None
        if person == "closed" and before is not None:
            after = before._replace(status="closed")
        if after is not None:
            self.flows.customers.add(after)
            self.people[code].add(self._person(code))
        if before != after:
            self.events.append(partial(self._follow, code, before, after))

    def _follow(self, code: str, before: Customer | None, after: Customer | None) -> None:
        having, person = self._having(code), self._person(code)
        done = synchronise("gas", code, self.sync, before=before, now=NOW)
        is_lost = having is not None and bool(person) and having.supplies[code][0] != person
        assert (done is not None and done.outcome == "unlinked") == is_lost
        if having and is_lost:
            del having.supplies[code]
            assert _tried(partial(read, having.session, self.flows.account, issuer=ISSUER, now=NOW)) is None
            assert self.flows.accounts.accounts["gas", having.account_id].offered == ()
            self._marked(code, having.account_id)
            self._log_in(having)
        if before is not None:
            withdraw_activation_code(
                before.supplier, before.code, self.sync, before=before, record=after, changed_at=NOW, now=NOW
            )
            if after is None or after.codice_fiscale != before.codice_fiscale:
                for issued in self.issued:
                    issued.is_good = issued.is_good and issued.code != code
        account_id = done.account_id if done else ""
        refresh("gas", code, self.sync, records=(before, after), account_id=account_id, now=NOW)

    @precondition(lambda self: self.events)
    @rule(at=EVENTS, twice=st.booleans())
    def a_change_arrives(self, at: int, *, twice: bool) -> None:
        event = self.events.pop(at % len(self.events))
        self.arrived.append(event)
        for _ in range(2 if twice else 1):
            event()

    @precondition(lambda self: self.arrived)
    @rule(at=EVENTS)
    def a_change_arrives_again(self, at: int) -> None:
        self.arrived[-1 - at % len(self.arrived)]()

    @rule()
    def everything_has_arrived(self) -> None:
        while self.events:
            self.events.pop(0)()
        for owner in self.owners.values():
            if owner.is_open:
                shown = read(owner.session, self.flows.account, issuer=ISSUER, now=NOW).account
                assert list(shown.offered) == self._offerable(owner), owner.name

    # What always holds ------------------------------------------------------------------------------------------------

    @invariant()
    def accounts_are_those_of_the_model(self) -> None:
        for owner in self.owners.values():
            account = self.flows.accounts.accounts["gas", owner.account_id]
            if not owner.is_open:
                assert _tried(partial(read, owner.session, self.flows.account, issuer=ISSUER, now=NOW)) is None
                assert (account.status, account.user_id, account.phone, account.summaries) == ("closed", "", "", ())
                assert (account.offered, self.flows.activity.of("gas", owner.account_id)) == ((), [])
                assert ADDRESS[owner.name] not in {address for _, address in self.flows.accounts.logins}
                continue
            roles = {summary.code: summary.role for summary in account.summaries}
            assert roles == {code: role for code, (_, role) in owner.supplies.items()}
            assert {*account.customers} == {*roles}
            entries, more = activity.list_page("", owner.session, self.flows.account, issuer=ISSUER, now=NOW)
            assert more or Counter(entry.kind for entry in entries) == +owner.kinds

    @invariant()
    def a_supply_is_in_one_account(self) -> None:
        accounts = [each for each in self.flows.accounts.accounts.values() if each.status == "active"]
        codes = Counter(code for account in accounts for code in account.customers)
        assert codes == Counter(code for _, code in self.flows.accounts.markers)

    @invariant()
    def nothing_is_offered_that_was_never_the_owners(self) -> None:
        """Also while changes are on their way: never a code, and never one of a person whose supplies it has not."""
        for owner in self.owners.values():
            account = self.flows.accounts.accounts["gas", owner.account_id]
            once_theirs = {end_of(code) for code, people in self.people.items() if owner.name in people}
            assert {*account.offered} <= once_theirs


TestSupplies = Supplies.TestCase
TestSupplies.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
