"""A key of the ring has leaked, and the drill of docs/rotation.md replaces it: what its holder can do, and others."""

import random
from typing import Any

import pytest

from credentials.confirmation import confirm, resend
from credentials.flow import Dependencies as CredentialsDependencies
from credentials.flow import register
from credentials.schemas import ResendRequest
from key_rotation.ring import LEARNED, rotated
from reclaim import flow as reclaim
from recovery import flow as recovery
from tests.fakes.key_services import FakeSecretsManager
from tests.unit.flows.fixtures import (
    MARIO,
    NOW,
    SOURCE,
    Flows,
    coded,
    confirmed,
    forgotten,
    mailed_claim_code,
    mailed_code,
    mailed_reclaim_code,
    mailed_recovery_code,
    new_flows,
    reclaim_confirmed,
    reclaimed,
    register_mario,
    step_one,
    step_two,
    valid,
)
from utenza.errors import CodeInvalid, ConfirmationTokenInvalid, StepTokenInvalid
from utenza.tokens import email_codes
from utenza.tokens.holder import holder_of
from utenza.tokens.key_ring import KeyRing, RingKey, parse
from utenza.tokens.registration import StepTokens
from verify.flow import Dependencies as VerifyDependencies
from verify.flow import verify

LEAKED = RingKey("s" * 64)
DRILLED = NOW + LEARNED  # when the drill that begins now has ended the leaked key


@pytest.fixture
def secret() -> FakeSecretsManager:
    return FakeSecretsManager("s" * 64)


@pytest.fixture
def flows(secret: FakeSecretsManager) -> Flows:
    """Return a deployment that sends mail. Its fake tokens outlive every drill: what is left are the codes."""
    return _with_ring(new_flows(mail=True), secret)


def _with_ring(flows: Flows, secret: FakeSecretsManager) -> Flows:
    keys = KeyRing("step", secret)
    return flows._replace(
        verify=flows.verify._replace(keys=keys),
        credentials=flows.credentials._replace(keys=keys),
        recovery=flows.recovery._replace(keys=keys),
        reclaim=flows.reclaim._replace(keys=keys),
    )


def _drill(secret: FakeSecretsManager, *, leaked: bool = True, now: int = NOW) -> None:
    ring = rotated(parse(secret.response["SecretString"]), leaked=leaked, now=now)
    secret.response = {"SecretString": ring.model_dump_json()}


def _register(flows: Flows, *, now: int) -> str:
    """Register Mario up to the code, and return the confirmation token."""
    token = verify(step_one(), flows.verify, source=SOURCE, now=now).step_token
    registered = register(step_two(token), flows.credentials, source=SOURCE, language="it", now=now)
    assert registered.confirmation
    return registered.confirmation[0]


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def _start(flows: Flows, user_id: str = "mario@example.org", *, now: int) -> str:
    request = forgotten(user_id=user_id)
    return recovery.start(request, flows.recovery, source=SOURCE, language="it", now=now).recovery_token


def _confirms(flows: Flows, token: str, code: str, *, now: int) -> bool:
    try:
        confirm(confirmed(token, code), flows.credentials, now=now)
    except CodeInvalid:
        return False
    return True


def _recovers(flows: Flows, token: str, code: str, *, now: int) -> bool:
    try:
        recovery.check_code(coded(token, code), flows.recovery, now=now)
    except CodeInvalid:
        return False
    return True


def test_after_the_drill_the_leaked_key_confirms_no_address(flows: Flows, secret: FakeSecretsManager) -> None:
    flows.credentials.keys.current(now=NOW)
    _drill(secret)
    token = _register(flows, now=DRILLED)
    pending_id = flows.pending.waiting["gas", MARIO.code].pending_id
    assert not _confirms(flows, token, email_codes.code_for("confirmation", pending_id, LEAKED), now=DRILLED)
    assert _confirms(flows, token, mailed_code(flows), now=DRILLED)


def test_after_the_drill_the_leaked_key_proves_no_claim_to_a_record(flows: Flows, secret: FakeSecretsManager) -> None:
    flows.customers.add(MARIO._replace(email="crm@example.org"))
    flows = flows._replace(credentials=flows.credentials._replace(proves_claims=True))
    _drill(secret)
    token = _register(flows, now=DRILLED)
    code, pending_id = mailed_code(flows), flows.pending.waiting["gas", MARIO.code].pending_id
    forged = email_codes.code_for("claim", pending_id, LEAKED)
    with pytest.raises(CodeInvalid):
        confirm(confirmed(token, code, claim_code=forged), flows.credentials, now=DRILLED)
    typed = confirmed(token, code, claim_code=mailed_claim_code(flows))
    assert confirm(typed, flows.credentials, now=DRILLED).account_id


def test_after_the_drill_the_leaked_key_gives_no_recovery_code(flows: Flows, secret: FakeSecretsManager) -> None:
    flows = register_mario(flows._replace(credentials=flows.credentials._replace(sends_mail=False)))
    _drill(secret)
    token = _start(flows, now=DRILLED)
    [claims] = flows.recoveries.open
    assert not _recovers(flows, token, email_codes.code_for("recovery", claims.recovery_id, LEAKED), now=DRILLED)
    assert _recovers(flows, token, mailed_recovery_code(flows), now=DRILLED)


def test_after_the_drill_the_leaked_key_takes_no_customer_from_an_account(
    flows: Flows, secret: FakeSecretsManager
) -> None:
    flows.customers.add(MARIO._replace(email="crm@example.org"))
    flows = register_mario(flows._replace(credentials=flows.credentials._replace(sends_mail=False)))
    _drill(secret)
    token, _ = reclaim.start(reclaimed(), flows.reclaim, source=SOURCE, language="it", now=DRILLED)
    [claims] = flows.reclaims.open
    code = email_codes.code_for("reclaim", claims.reclaim_id, LEAKED)
    with pytest.raises(CodeInvalid):
        reclaim.confirm(reclaim_confirmed(token, code), flows.reclaim, now=DRILLED)
    assert reclaim.confirm(reclaim_confirmed(token, mailed_reclaim_code(flows)), flows.reclaim, now=DRILLED).step_token


def test_codes_that_were_mailed_before_the_drill_end_with_their_key(flows: Flows, secret: FakeSecretsManager) -> None:
    token = _register(flows, now=NOW)
    code = mailed_code(flows)
    _drill(secret)
    assert not _confirms(flows, token, code, now=DRILLED)
    resend(valid(ResendRequest, {"confirmation_token": token}), flows.credentials, source=SOURCE, now=DRILLED)
    assert not _confirms(flows, token, code, now=DRILLED)
    assert _confirms(flows, token, mailed_code(flows), now=DRILLED)


def test_codes_outlive_a_planned_rotation_and_another_mail_makes_the_last_one_good(
    flows: Flows, secret: FakeSecretsManager
) -> None:
    token = _register(flows, now=NOW)
    first = mailed_code(flows)
    _drill(secret, leaked=False)
    resend(valid(ResendRequest, {"confirmation_token": token}), flows.credentials, source=SOURCE, now=NOW + 60)
    assert not _confirms(flows, token, first, now=NOW + 61)
    assert _confirms(flows, token, mailed_code(flows), now=NOW + 61)
    flows = _with_ring(new_flows(mail=True), secret)
    token = _register(flows, now=NOW)
    code = mailed_code(flows)
    _drill(secret, leaked=False)
    assert _confirms(flows, token, code, now=NOW + 86_399)


def test_five_codes_of_an_ended_key_cost_the_tries_that_wrong_codes_cost(
    flows: Flows, secret: FakeSecretsManager
) -> None:
    token = _register(flows, now=NOW)
    code = mailed_code(flows)
    _drill(secret)
    assert [_confirms(flows, token, code, now=DRILLED) for _ in range(5)] == [False] * 5
    with pytest.raises(ConfirmationTokenInvalid):
        _confirms(flows, token, code, now=DRILLED)


def test_an_ended_key_is_the_same_work_as_a_wrong_code(
    flows: Flows, secret: FakeSecretsManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, sign = _register(flows, now=NOW), RingKey.sign
    code = mailed_code(flows)
    work: list[bytes] = []

    def watched(key: RingKey, message: bytes) -> bytes:
        work.append(message)
        return sign(key, message)

    monkeypatch.setattr(RingKey, "sign", watched)
    _confirms(flows, token, _wrong(code), now=NOW)
    wrong, work[:] = list(work), []
    _drill(secret)
    _confirms(flows, token, code, now=DRILLED)
    assert work == wrong


@pytest.mark.parametrize("user_id", ["mario@example.org", "nobody@example.org"])
def test_known_and_unknown_addresses_have_codes_of_the_same_key(flows: Flows, user_id: str) -> None:
    flows = register_mario(flows._replace(credentials=flows.credentials._replace(sends_mail=False)))
    _start(flows, user_id, now=NOW)
    [begun] = flows.recoveries.open.values()
    assert begun.recovery.code_key == LEAKED.key_id


def test_codes_of_the_version_before_are_good_while_the_first_key_verifies(
    flows: Flows, secret: FakeSecretsManager
) -> None:
    token = _register(flows, now=NOW)
    [(whose, waiting)] = flows.pending.waiting.items()
    flows.pending.waiting[whose] = waiting._replace(pending=waiting.pending._replace(code_key=""))
    code = email_codes.code_for("confirmation", waiting.pending_id, LEAKED)  # as that version worked it out
    assert mailed_code(flows) == code
    before = dict(flows.pending.waiting)
    assert _confirms(flows, token, code, now=NOW)
    flows.pending.waiting |= before
    _drill(secret)
    assert not _confirms(flows, token, code, now=DRILLED)


# The drill while registrations go on, second by second


class Processes:
    """Warm processes of verify and credentials, each with a ring of its own that it has read at another second."""

    def __init__(self, flows: Flows, secret: FakeSecretsManager, number: int = 4) -> None:
        self.verify: list[VerifyDependencies] = []
        self.credentials: list[CredentialsDependencies] = []
        for _ in range(number):
            for functions, dependencies in ((self.verify, flows.verify), (self.credentials, flows.credentials)):
                keys = KeyRing("step", secret)
                made: Any = dependencies._replace(keys=keys, step_tokens=StepTokens(keys, 900))
                functions.append(made)


def _simulated(secret: FakeSecretsManager) -> tuple[list[int], list[int]]:
    """Return the seconds after the drill at which registrations began that failed, and at which the thief got in.

    A registration begins every other second, from five minutes before the drill to five after; step two takes half a
    minute to five. The thief tries a token of his own at a process each second.
    """
    chance = random.Random(12)
    codes = [f"{number:010}" for number in range(601)]
    flows = new_flows(*[MARIO._replace(code=code) for code in codes])
    processes = Processes(flows, secret)
    due: dict[int, list[tuple[int, str, str]]] = {}
    failed, stolen = [], []
    for second in range(-300, 601):
        now = NOW + second
        if second == 0:
            _drill(secret)
        if second <= 300 and second % 2 == 0:
            code, source = codes[second + 300], f"192.0.2.{second % 250}"
            dependencies = chance.choice(processes.verify)
            token = verify(step_one(customer_code=code), dependencies, source=source, now=now).step_token
            due.setdefault(second + chance.randint(30, 300), []).append((second, code, token))
        for began, code, token in due.pop(second, ()):
            try:
                chosen = step_two(token, user_id=f"{code}@example.org")
                source = f"198.51.100.{second % 250}"
                register(chosen, chance.choice(processes.credentials), source=source, language="it", now=now)
            except StepTokenInvalid:
                failed.append(began)
        if second >= 0 and _steals(chance.choice(processes.credentials), now):
            stolen.append(second)
    return failed, stolen


def _steals(dependencies: CredentialsDependencies, now: int) -> bool:
    forged = StepTokens(KeyRing("step", FakeSecretsManager("s" * 64)), 900)
    token, _ = forged.issue("gas", MARIO.code, "", holder_of(MARIO, LEAKED), now=now)
    try:
        dependencies.step_tokens.read(token, now=now)
    except StepTokenInvalid:
        return False
    return True


def test_the_drill_stops_the_thief_after_a_minute_and_a_half_and_no_registration_that_begins_later(
    secret: FakeSecretsManager,
) -> None:
    failed, stolen = _simulated(secret)
    assert max(stolen) < LEARNED
    since = [second for second in failed if second >= 0]
    assert all(second < 60 for second in since)  # of processes that had not read the ring again
    assert len(since) <= 20  # of 150
