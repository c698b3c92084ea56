"""Every call in any order, with any token at hand: what is reached is what the steps before it allow, and no more.

Three machines: `Calls` for a deployment without mail, `CallsByMail` for one with the codes in between, and
`CallsWithClaims` for one that also sends a code to the address in the CRM.

A model beside the house keeps what each token stands for. Each call must succeed exactly when the model says so; after
each, accounts and passwords must be those of the model. A call that has succeeded may be repeated with the same values,
which changes nothing.
"""

from collections.abc import Callable
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
from credentials.objection import freeze
from login.flow import log_in, log_out, refresh
from recovery.flow import change_password, check_code, start
from tests.unit.flows.fixtures import (
    HASHER,
    ISSUER,
    MARIO,
    NOW,
    SOURCE,
    YEAR,
    answered,
    coded,
    confirmed,
    forgotten,
    mailed_claim_code,
    mailed_code,
    mailed_recovery_code,
    new_flows,
    objected,
    step_one,
    step_two,
    typed_login,
)
from tests.unit.flows.fixtures import (
    read_account as read,
)
from utenza.errors import UtenzaError
from utenza.limits.limit import Limit
from utenza.limits.subjects import Subject
from utenza.tables.objections import Objection
from utenza.tokens.claims import RecoveryClaims
from verify.flow import verify

LUISA = MARIO._replace(code="0123456780", first_name="Luisa", codice_fiscale="RSSLSU80A41H501V")
PEOPLE = st.sampled_from([MARIO, LUISA])
ADDRESSES = st.sampled_from(["mario@example.org", "luisa@example.org"])
ANSWERS = st.sampled_from(["Briciola", "Platone"])
TRACEABLE, TOO_SHORT = "rossi-e-bianchi", "trote"
GOOD = ["quattro trote blu", "cinque lucci verdi"]
PASSWORDS = st.sampled_from([*GOOD, *GOOD, TRACEABLE, TOO_SHORT])


class Owner(NamedTuple):
    """An open account as the model knows it; sessions of another generation have ended. An objection is good once."""

    password: str
    answer: str
    customer_code: str
    status: str = "active"
    generation: int = 0
    objected: bool = False

    @property
    def is_active(self) -> bool:
        return self.status == "active"


class Pending(NamedTuple):
    """A registration that waits for its code; `address_taken` when it began. Repeats have tokens of their own."""

    step_token: str
    tokens: tuple[str, ...]
    begun_at: int
    address: str
    owner: Owner
    address_taken: bool
    tries: int = 0


class Recovery(NamedTuple):
    """`step` is the one it has come to; `generation` that of the account when it began, or once it is done.

    `code_tries` are those of the code once it was right.
    """

    address: str
    begun_at: int
    step: str
    generation: int
    tries: int = 0
    code_tries: int | None = None


class Opened(NamedTuple):
    """A session or an access token: whose, of which family, since when, and under which password of theirs."""

    address: str
    family: str
    at: int
    generation: int


class KnownDevice(NamedTuple):
    """A device token at one address; good for the password of that generation."""

    generation: int
    until: int
    tries: int = 0


class Calls(RuleBasedStateMachine):
    """Each call is tried with the tokens made for it, and as often with tokens of any kind."""

    mail = False
    proves_claims = False
    tokens = Bundle("tokens")
    steps_begun = Bundle("steps_begun")
    waiting = Bundle("waiting")
    recoveries_begun = Bundle("recoveries_begun")
    logins = Bundle("logins")
    devices = Bundle("devices")

    def __init__(self) -> None:
        super().__init__()
        self.flows = new_flows(MARIO, LUISA, free=10_000, mail=self.mail, proves_claims=self.proves_claims)
        self.now = NOW
        self.steps: dict[str, tuple[str, int]] = {}
        self.registered: dict[str, tuple[str, str]] = {}  # by which step token, under which address
        self.confirmed: dict[str, tuple[str, str]] = {}  # the code and address of tokens that were good
        self.owners: dict[str, Owner] = {}
        self.pending: dict[str, Pending] = {}
        self.recoveries: dict[RecoveryClaims, Recovery] = {}
        self.recovery_tokens: dict[str, tuple[RecoveryClaims, str]] = {}  # of which recovery, for which step
        self.sessions: dict[str, Opened] = {}
        self.known: dict[tuple[str, str], KnownDevice] = {}  # by address and token
        self.ended: set[str] = set()  # families
        self.succeeded: list[Callable[[], object]] = []  # what a client may call again

    @initialize(answer=ANSWERS)
    def mario_has_registered(self, answer: str) -> None:
        verified = verify(step_one(), self.flows.verify, source=SOURCE, now=self.now)
        self.steps[verified.step_token] = MARIO.code, self.now
        self._step_two(verified.step_token, "mario@example.org", GOOD[0], answer)
        if self.mail:
            self.confirm(self.pending[MARIO.code].tokens[0], right=True, proves=True)

    @rule(seconds=st.sampled_from([1, 1, 1, 30, 450, 900]))
    def wait(self, seconds: int) -> None:
        self.now += seconds

    @precondition(lambda self: self.succeeded)
    @rule(ago=st.integers(0, 3))
    def repeat(self, ago: int) -> None:
        """Call again with the same values, as who lost the answer does."""
        self.succeeded[-1 - ago % len(self.succeeded)]()

    @rule(targets=(tokens, steps_begun), person=PEOPLE, right=st.booleans())
    def step_one(self, person: Any, *, right: bool) -> MultipleResults[str]:
        name = person.first_name if right else "Gino"
        typed = step_one(customer_code=person.code, first_name=name, tax_code=person.codice_fiscale)
        verified = _tried(lambda: verify(typed, self.flows.verify, source=SOURCE, now=self.now))
        assert (verified is not None) == (right and person.code not in self.registered)
        if verified is None:
            return multiple()
        self.steps[verified.step_token] = person.code, self.now
        return multiple(verified.step_token)

    @rule(targets=(tokens, waiting), token=steps_begun | tokens, address=ADDRESSES, password=PASSWORDS, answer=ANSWERS)
    def step_two(self, token: str, address: str, password: str, answer: str) -> MultipleResults[str]:
        confirmation = self._step_two(token, address, password, answer)
        return multiple(confirmation) if confirmation else multiple()

    def _step_two(self, token: str, address: str, password: str, answer: str) -> str:
        typed = step_two(
            token, user_id=address, password=password, password_repeat=password, answer=answer, answer_repeat=answer
        )
        done = _tried(lambda: register(typed, self.flows.credentials, source=SOURCE, language="it", now=self.now))
        code, begun_at = self.steps.get(token, ("", -1))
        in_time = bool(code) and self.now < begun_at + 900
        if code in self.registered:
            owner, same = self.owners.get(address), self.registered[code] == (token, address)
            is_repeat = same and owner is not None and owner.is_active and owner.password == password
            assert (done is not None) == (in_time and is_repeat and not self.mail)
            return ""
        free = self.mail or address not in self.owners
        assert (done is not None) == (in_time and password not in (TRACEABLE, TOO_SHORT) and free)
        if done is None:
            return ""
        self.succeeded.append(lambda: self._step_two(token, address, password, answer))
        if done.confirmation is None:
            self.registered[code] = token, address
            self.owners[address] = Owner(password, answer, code)
            return ""
        confirmation, waits = done.confirmation[0], self.pending.get(code)
        new = Pending(token, (confirmation,), self.now, address, Owner(password, answer, code), address in self.owners)
        as_new = waits and waits._replace(tokens=new.tokens, begun_at=self.now, tries=0)
        if waits and waits.tries < 5 and as_new == new:
            new = waits._replace(tokens=(*waits.tokens, confirmation))
        self.pending[code] = new
        return confirmation

    @precondition(lambda self: self.mail)
    @rule(token=waiting | tokens, right=st.booleans(), proves=st.booleans())
    def confirm(self, token: str, *, right: bool, proves: bool) -> None:
        code = next((whose for whose, pending in self.pending.items() if token in pending.tokens), "")
        typed = mailed_code(self.flows, code) if code and right else "x"
        claim_code = mailed_claim_code(self.flows, code) if code and proves else "x"
        if right and token in self.confirmed:
            typed, _ = self.confirmed[token]
        request = confirmed(token, typed, claim_code=claim_code)
        done = _tried(lambda: confirm(request, self.flows.credentials, now=self.now))
        if token in self.confirmed:
            _, address = self.confirmed[token]
            assert (done is not None) == (right and self.owners[address].is_active)
            return
        pending = self.pending.get(code)
        counts = pending is not None and pending.tries < 5 and self.now < pending.begun_at + 86_400
        free = pending is not None and code not in self.registered and pending.address not in self.owners
        known_free = pending is not None and not pending.address_taken
        is_customers_own = pending is not None and pending.address == MARIO.email  # the CRM's, of both records
        proved = not self.proves_claims or is_customers_own or proves
        assert (done is not None) == (counts and free and right and proved and known_free)
        if pending is not None and done is not None:
            self.succeeded.append(lambda: self.confirm(token, right=True, proves=True))
            self.registered[code] = pending.step_token, pending.address
            self.owners[pending.address] = pending.owner
            self.confirmed |= dict.fromkeys(pending.tokens, (typed, pending.address))
            del self.pending[code]
        elif pending is not None and counts:
            self.pending[code] = pending._replace(tries=pending.tries + 1)

    @rule(
        targets=(tokens, logins, devices),
        address=ADDRESSES,
        password=PASSWORDS,
        device=devices | recoveries_begun | tokens | st.just(""),
    )
    def login(self, address: str, password: str, device: str) -> MultipleResults[str]:
        typed = typed_login(user_id=address, password=password, device_token=device)
        counted, is_known = self._counted_of_strangers(address), self._counts_apart(address, device)
        session = _tried(lambda: log_in(typed, self.flows.login, source=SOURCE, issuer=ISSUER, now=self.now))
        owner = self.owners.get(address)
        assert (session is not None) == (owner is not None and owner.is_active and owner.password == password)
        if session is None:
            assert (self._counted_of_strangers(address) == counted) == is_known
            return multiple()
        generation, family = self.owners[address].generation, _family(session.refresh_token)
        for token in (session.access_token, family):
            self.sessions[token] = Opened(address, family, self.now, generation)
        self.known[address, session.device_token] = KnownDevice(generation, self.now + YEAR)
        return multiple(session.access_token, session.refresh_token, session.device_token)

    def _counted_of_strangers(self, address: str) -> object:
        return self.flows.attempts.buckets.get(Subject("gas", "login-account", address, Limit(1, 1)).key)

    def _counts_apart(self, address: str, device: str) -> bool:
        """Count a try of a known device; tell whether a wrong password is counted for it alone."""
        known, owner = self.known.get((address, device)), self.owners.get(address)
        if known is None or known.tries >= 5 or self.now >= known.until:
            return False
        self.known[address, device] = known._replace(tries=known.tries + 1)
        return owner is not None and owner.generation == known.generation

    @rule(targets=(tokens, recoveries_begun), address=ADDRESSES)
    def recover(self, address: str) -> str:
        typed = forgotten(user_id=address)
        started = start(typed, self.flows.recovery, source=SOURCE, language="it", now=self.now)
        assert started.next == ("code" if self.mail else "answer")
        assert (started.question is None) == self.mail
        claims, owner = next(reversed(self.flows.recoveries.open)), self.owners.get(address)
        generation = owner.generation if owner else 0
        self.recoveries[claims] = Recovery(address, self.now, started.next, generation)
        self.recovery_tokens[started.recovery_token] = claims, started.next
        return started.recovery_token

    @rule(token=recoveries_begun | tokens, answer=ANSWERS, password=PASSWORDS)
    def answer(self, token: str, answer: str, password: str) -> None:
        typed = answered(token, answer=answer, password=password, password_repeat=password)
        done = _tried(lambda: change_password(typed, self.flows.recovery, now=self.now))
        claims, open_ = self._recovery(token, "answer")
        counted = password != TOO_SHORT and open_ is not None and open_.step != "code" and open_.tries < 5
        owner = self._owner(open_)
        right = counted and owner is not None and owner.answer == answer
        if open_ is not None and open_.step == "done":
            right = right and owner is not None and owner.password == password
        assert (done is not None) == (right and password != TRACEABLE)
        if counted and not right:
            self._count(claims)
        if done is None or owner is None or open_ is None or open_.step == "done":
            return
        self.succeeded.append(lambda: self.answer(token, answer, password))
        self.owners[open_.address] = owner._replace(password=password, generation=owner.generation + 1)
        self.recoveries[claims] = open_._replace(step="done", generation=owner.generation + 1)
        self.known[open_.address, token] = KnownDevice(owner.generation + 1, self.now + 3600)

    @rule(token=recoveries_begun)
    def guess(self, token: str) -> None:
        for _ in range(5):
            self.answer(token, "Fuffi", GOOD[0])

    def _recovery(self, token: str, step: str) -> tuple[Any, Recovery | None]:
        """Return the recovery that a token is good for at this step."""
        claims, of_step = self.recovery_tokens.get(token, (None, ""))
        open_ = self.recoveries[claims] if claims and of_step == step else None
        return claims, open_ if open_ and self.now < open_.begun_at + 900 else None

    def _owner(self, open_: Recovery | None) -> Owner | None:
        """Return the owner of the account that a recovery can still change, or has changed last."""
        owner = self.owners.get(open_.address) if open_ else None
        return owner if open_ and owner and owner.is_active and owner.generation == open_.generation else None

    def _count(self, claims: RecoveryClaims) -> None:
        self.recoveries[claims] = self.recoveries[claims]._replace(tries=self.recoveries[claims].tries + 1)

    @rule(targets=(tokens, recoveries_begun), token=recoveries_begun | tokens, right=st.booleans())
    def code(self, token: str, *, right: bool) -> MultipleResults[str]:
        claims, open_ = self._recovery(token, "code")
        typed = mailed_recovery_code(self.flows, claims) if claims and right else "x"
        done = _tried(lambda: check_code(coded(token, typed), self.flows.recovery, now=self.now))
        tries = {"code": open_.tries, "answer": open_.code_tries}.get(open_.step) if open_ else None
        counted = tries is not None and tries < 5
        assert (done is not None) == (counted and right and self._owner(open_) is not None)
        if open_ is None or tries is None or not counted:
            return multiple()
        if done is None:
            counter = "tries" if open_.step == "code" else "code_tries"
            changes: dict[str, Any] = {counter: tries + 1}
            self.recoveries[claims] = open_._replace(**changes)
            return multiple()
        assert done.question
        if open_.step == "code":
            self.succeeded.append(lambda: self.code(token, right=True))
            self.recoveries[claims] = open_._replace(step="answer", tries=0, code_tries=tries)
        self.recovery_tokens[done.recovery_token] = claims, "answer"
        return multiple(done.recovery_token)

    @rule(token=logins | tokens)
    def account(self, token: str) -> None:
        account = _tried(lambda: read(token, self.flows.account, issuer=ISSUER, now=self.now))
        opened = self.sessions.get(token, Opened("", "", 0, 0))
        assert (account is not None) == (self._is_open(opened) and self.now < opened.at + 600)

    @rule(targets=(tokens, logins), token=logins | tokens)
    def renew(self, token: str) -> MultipleResults[str]:
        session = _tried(lambda: refresh(token, self.flows.login, issuer=ISSUER, now=self.now))
        if session is None:  # the token was spent long ago, or its account has changed: the whole family ends
            self.ended.add(_family(token))
            return multiple()
        opened = self.sessions[_family(token)]
        assert self._is_open(opened)
        self.sessions[session.access_token] = opened._replace(at=self.now)
        return multiple(session.access_token, session.refresh_token)

    @rule(token=logins | tokens)
    def logout(self, token: str) -> None:
        log_out(token, self.flows.login)
        self.ended.add(_family(token))

    def _is_open(self, opened: Opened) -> bool:
        owner = self.owners.get(opened.address)
        if opened.family in self.ended:
            return False
        return owner is not None and owner.is_active and opened.generation == owner.generation

    @rule(address=ADDRESSES)
    def close(self, address: str) -> None:
        """Close an account: its address and its customer are free, and nothing of the old one is good for a new one."""
        if address in self.owners:
            self.flows.accounts.close("gas", address)
            self.registered.pop(self.owners.pop(address).customer_code)
            self.confirmed = {token: whose for token, whose in self.confirmed.items() if whose[1] != address}
            self.sessions = {token: opened for token, opened in self.sessions.items() if opened.address != address}
            for place, known in self.known.items():  # to the old account
                if place[0] == address:
                    self.known[place] = known._replace(generation=-1)

    @rule(address=ADDRESSES, right=st.booleans())
    def object_to(self, address: str, *, right: bool) -> None:
        owner = self.owners.get(address)
        code = self._notice(address) if right and owner is not None else "x"
        done = _tried(lambda: freeze(objected(code), self.flows.credentials, source=SOURCE, now=self.now))
        good = right and owner is not None and not (owner.is_active and owner.objected)
        assert (done is not None) == good
        if good and owner is not None and owner.is_active:
            frozen = owner._replace(status="frozen", generation=owner.generation + 1, objected=True)
            self.owners[address] = frozen

    def _notice(self, address: str) -> str:
        """Return the code of a notice about the account with this address."""
        account_id = self.flows.accounts.logins["gas", address].account_id
        [customer_code] = self.flows.accounts.accounts["gas", account_id].customers
        return self.flows.objections.issue("gas", Objection(account_id, customer_code), now=self.now)

    @rule(address=ADDRESSES)
    def unfreeze(self, address: str) -> None:
        login, owner = self.flows.accounts.logins.get(("gas", address)), self.owners.get(address)
        if login is None or owner is None:
            return
        freed = self.flows.accounts.unfreeze(self.flows.accounts.accounts["gas", login.account_id], address)
        assert freed == (owner.status == "frozen")
        if freed:
            self.owners[address] = owner._replace(status="active")

    @invariant()
    def accounts_and_passwords_are_those_that_the_steps_allow(self) -> None:
        logins = self.flows.accounts.logins
        assert {address for _, address in logins} == set(self.owners)
        assert len(self.flows.accounts.markers) == len(self.owners)
        open_ = [account for account in self.flows.accounts.accounts.values() if account.status != "closed"]
        assert len(open_) == len(self.owners)
        for address, owner in self.owners.items():
            assert HASHER.verify(logins["gas", address].password_hash, owner.password)

    @invariant()
    def recoveries_are_those_of_the_model(self) -> None:
        open_ = self.flows.recoveries.open
        assert {claims: (found.step, found.tries, found.code_tries) for claims, found in open_.items()} == {
            claims: (recovery.step, recovery.tries, recovery.code_tries) for claims, recovery in self.recoveries.items()
        }


def _tried[T](call: Callable[[], T]) -> T | None:
    """Return what the call gives, None when it is refused; any other error is a fault."""
    try:
        return call()
    except UtenzaError:
        return None


def _family(token: str) -> str:
    return token.rpartition(".")[0] if "." in token else ""


class CallsByMail(Calls):
    """The same with mail: a code before every account, and before every question."""

    mail = True


class CallsWithClaims(CallsByMail):
    """The same where a registration also needs the code that goes to the address of the record."""

    proves_claims = True


# Most calls need a token that some call before gave; how often chance picks one too early, or how busy the machine is,
# says nothing of the house.
_SETTINGS = settings(
    max_examples=200,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
CallsWithClaims.TestCase.settings = _SETTINGS
TestCallsWithClaims = CallsWithClaims.TestCase
CallsByMail.TestCase.settings = _SETTINGS
TestCallsByMail = CallsByMail.TestCase
Calls.TestCase.settings = _SETTINGS
TestCalls = Calls.TestCase
