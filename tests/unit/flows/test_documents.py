"""Documents that a supplier asks for: at registration, and again when there is a new version."""

from typing import Any

import pytest

from account import accepted
from account.flow import Caller
from account.flow import read as read_shown
from account.schemas import AcceptedRequest
from account.views import account_of
from credentials.confirmation import confirm
from credentials.flow import register
from login.flow import LoginResult, log_in
from tests.unit.flows.fixtures import (
    ISSUER,
    NOW,
    SOURCE,
    SUPPLIERS,
    Flows,
    confirmed,
    mailed_code,
    new_flows,
    register_mario,
    step_one,
    step_two,
    typed_login,
    valid,
)
from utenza.errors import FieldError, InvalidRequest, Unavailable
from utenza.suppliers import Document, Suppliers
from utenza.tables.agreements import Acceptance
from verify.flow import verify

TERMS = {"document": "terms", "version": "2"}
NEWS = {"document": "news", "version": "1"}


def _asking(flows: Flows, version: str = "2") -> Flows:
    """Return the flows of suppliers that require terms, and offer a newsletter."""
    texts = {"it": "Condizioni"}
    documents = (
        Document(id="terms", version=version, title=texts, url=texts, required=True),
        Document(id="news", version="1", title=texts, url=texts, required=False),
    )
    suppliers = Suppliers(supplier.model_copy(update={"documents": documents}) for supplier in SUPPLIERS)
    return flows._replace(
        credentials=flows.credentials._replace(suppliers=suppliers), account=flows.account._replace(suppliers=suppliers)
    )


def _register(flows: Flows, **chosen: Any) -> Any:
    token = verify(step_one(), flows.verify, source=SOURCE, now=NOW).step_token
    return register(step_two(token, **chosen), flows.credentials, source=SOURCE, language="it", now=NOW)


def _log_in(flows: Flows) -> LoginResult:
    return log_in(typed_login(), flows.login, source=SOURCE, issuer=ISSUER, now=NOW)


def _accept(flows: Flows, session: LoginResult, *documents: Any, now: int = NOW) -> Caller:
    request = valid(AcceptedRequest, {"accepted": list(documents)})
    return accepted.accept(request, session.access_token, flows.account, issuer=ISSUER, now=now)


def _shown(flows: Flows, session: LoginResult) -> list[tuple[str, str]]:
    owner = read_shown(session.access_token, flows.account, issuer=ISSUER, now=NOW)
    return [(each.document, each.version) for each in account_of(owner, 24).accepted]


class TestRegistration:
    @pytest.mark.parametrize(
        ("given", "code"),
        [
            (None, "required"),
            ([], "required"),
            ([NEWS], "required"),
            ([TERMS | {"version": "1"}], "required"),
            ([TERMS, {"document": "cookies", "version": "1"}], "unknown_document"),
            ([TERMS, NEWS | {"version": "0"}], "unknown_document"),
        ],
    )
    def test_what_is_required_must_be_accepted_in_its_current_version(self, given: Any, code: str) -> None:
        flows = _asking(new_flows())
        with pytest.raises(InvalidRequest) as refused:
            _register(flows, accepted=given)
        assert refused.value.errors == (FieldError("accepted", code),)
        assert not flows.accounts.accounts

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ("terms", "wrong_type"),
            (["terms"], "wrong_type"),
            ([{"document": "terms"}], "required"),
            ([TERMS | {"at": "now"}], "unknown_field"),
            ([TERMS] * 21, "too_long"),
            ([TERMS | {"version": 2}], "wrong_type"),
        ],
    )
    def test_what_is_no_list_of_documents_is_named(self, given: Any, code: str) -> None:
        with pytest.raises(InvalidRequest) as refused:
            _register(_asking(new_flows()), accepted=given)
        assert refused.value.errors == (FieldError("accepted", code),)

    def test_other_faults_are_reported_with_it(self) -> None:
        with pytest.raises(InvalidRequest) as refused:
            _register(_asking(new_flows()), password="x")
        assert {error.field for error in refused.value.errors} == {"password", "password_repeat", "accepted"}

    def test_what_was_accepted_is_kept_and_shown(self) -> None:
        flows = _asking(new_flows())
        _register(flows, accepted=[TERMS, NEWS])
        assert _shown(flows, _log_in(flows)) == [("terms", "2"), ("news", "1")]

    def test_with_mail_it_counts_from_the_moment_of_its_choice(self) -> None:
        flows = _asking(new_flows(mail=True))
        token, _ = _register(flows, accepted=[TERMS]).confirmation
        confirm(confirmed(token, mailed_code(flows)), flows.credentials, now=NOW + 600)
        [account_id] = [account_id for _, account_id in flows.accounts.accounts]
        assert flows.account.agreements.history_of("gas", account_id) == (Acceptance("terms", "2", NOW),)

    def test_a_repeat_that_accepts_something_else_is_no_repeat(self) -> None:
        flows = _asking(new_flows(mail=True))
        token = verify(step_one(), flows.verify, source=SOURCE, now=NOW).step_token
        ids = []
        for given in ([TERMS], [TERMS], [TERMS, NEWS]):
            register(step_two(token, accepted=given), flows.credentials, source=SOURCE, language="it", now=NOW)
            ids.append(flows.pending.waiting["gas", "0123456789"].pending_id)
        assert ids[0] == ids[1] != ids[2]

    def test_where_nothing_is_asked_nothing_changes(self) -> None:
        flows = new_flows()
        _register(flows)
        assert _shown(flows, _log_in(flows)) == []
        assert not flows.accounts.agreed
        with pytest.raises(InvalidRequest):
            _register(new_flows(), accepted=[TERMS])


class TestNewVersions:
    @pytest.fixture
    def flows(self) -> Flows:
        return _asking(register_mario(new_flows()))

    def test_a_new_version_is_added_and_the_old_one_stays_in_the_history(self, flows: Flows) -> None:
        session = _log_in(flows)
        _accept(flows, session, TERMS)
        newer = _asking(flows, "3")
        owner = _accept(newer, session, TERMS | {"version": "3"}, now=NOW + 60)
        assert owner.accepted == (Acceptance("terms", "2", NOW), Acceptance("terms", "3", NOW + 60))
        assert _shown(newer, session) == [("terms", "3")]
        with pytest.raises(InvalidRequest):
            _accept(newer, session, TERMS)

    def test_a_repeated_call_answers_as_the_first_and_adds_nothing(self, flows: Flows) -> None:
        session = _log_in(flows)
        first = _accept(flows, session, TERMS, TERMS)
        assert _accept(flows, session, TERMS, now=NOW + 60).accepted == first.accepted
        assert len(first.accepted) == 1

    @pytest.mark.parametrize(("given", "code"), [((), "required"), ((TERMS | {"version": "1"},), "unknown_document")])
    def test_what_is_not_asked_for_is_refused(self, flows: Flows, given: Any, code: str) -> None:
        session = _log_in(flows)
        with pytest.raises(InvalidRequest) as refused:
            _accept(flows, session, *given)
        assert refused.value.errors == (FieldError("accepted", code),)
        assert _shown(flows, session) == []

    def test_what_was_accepted_at_the_same_moment_is_not_overwritten(
        self, flows: Flows, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session, table = _log_in(flows), flows.account.agreements
        accept = table.accept

        def meanwhile(*args: Any, **more: Any) -> Any:
            monkeypatch.setattr(table, "accept", accept)
            _accept(flows, session, NEWS)
            return accept(*args, **more)

        monkeypatch.setattr(table, "accept", meanwhile)
        with pytest.raises(Unavailable):
            _accept(flows, session, TERMS)
        _accept(flows, session, TERMS)
        assert _shown(flows, session) == [("news", "1"), ("terms", "2")]
