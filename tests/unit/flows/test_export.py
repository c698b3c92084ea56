"""The export on fakes: everything of the person, no secret, as its published schema says."""

import json

import jsonschema  # type: ignore[import-untyped]
import pytest

from account import export
from account.export_schemas import ExportResponse
from account.schemas import ExportRequest
from account.views import export_of
from login.flow import log_in
from tests.unit.flows.fixtures import ISSUER, MARIO, NOW, SOURCE, typed_login, valid
from tests.unit.flows.test_user_id import NEW, OLD, THIRD, Owner, _owner
from tools.export_schema import PUBLISHED, schema
from utenza.errors import ReauthTokenInvalid
from utenza.tables.agreements import Acceptance
from utenza.tables.lifetimes import Warned


@pytest.fixture
def owner() -> Owner:
    return _owner()


def _export(owner: Owner, token: str = "") -> ExportResponse:
    request = valid(ExportRequest, {"reauth_token": token or owner.retype()})
    access = owner.session.access_token
    return export_of(export.collect(request, access, owner.flows.account, issuer=ISSUER, now=NOW), "it", 24, now=NOW)


def test_everything_that_is_held_is_in_it(owner: Owner) -> None:
    owner.flows.accounts.agreed[owner.key] = (Acceptance("terms", "1", NOW - 9), Acceptance("terms", "2", NOW))
    owner.change()
    owner.asked(THIRD)
    found = _export(owner)
    assert (found.account.user_id, found.account.pending_user_id) == (NEW, THIRD)
    assert [former.user_id for former in found.account.former_user_ids] == [OLD]
    assert found.account.security_question == "Come si chiamava il mio primo gatto?"
    assert [(each.customer_code, each.role) for each in found.customers] == [(MARIO.code, "holder")]
    assert [each.version for each in found.accepted] == ["1", "2"]
    assert [session.current for session in found.sessions] == [True]
    assert found.sessions[0].seen_on == "2027-01-15"
    log_in(typed_login(user_id=NEW), owner.flows.login, source=SOURCE, issuer=ISSUER, now=NOW)
    assert len(_export(owner).sessions) == 2


def test_what_time_and_the_import_have_noted_is_in_it(owner: Owner) -> None:
    before = _export(owner).account
    assert (before.frozen_at, before.without_supply_since, before.warned_since, before.closes_at) == 4 * (None,)
    assert (before.warned_times, before.offered) == (0, [])
    account = owner.flows.accounts.accounts[owner.key]
    owner.flows.accounts.accounts[owner.key] = account._replace(
        frozen_at=NOW, without_supply_since=NOW, warned=Warned(NOW, 1, NOW + 86_400), offered=("305",)
    )
    found = _export(owner).account
    assert found.frozen_at == found.without_supply_since == "2027-01-15T08:00:00Z"
    assert (found.warned_times, found.warned_since) == (1, "2027-01-15T08:00:00Z")
    assert found.closes_at == "2027-01-16T08:00:00Z"
    assert [each.customer_code_end for each in found.offered] == ["305"]


def test_no_hash_and_no_secret_is_in_it(owner: Owner) -> None:
    text = _export(owner).model_dump_json()
    login = owner.flows.accounts.logins["gas", OLD]
    for secret in (login.password_hash, login.answer_hash, "$argon2", "Briciola", owner.session.refresh_token):
        assert secret not in text
    for name in ("hash", "generation", "token"):
        assert name not in text


def test_it_needs_the_password_again(owner: Owner) -> None:
    with pytest.raises(ReauthTokenInvalid):
        _export(owner, "x")


def test_it_is_as_the_published_schema_says(owner: Owner) -> None:
    owner.change()
    document = json.loads(_export(owner).model_dump_json())
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.validate(document, published)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document | {"more": 1}, published)


def test_the_published_schema_is_that_of_the_model() -> None:
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == schema()
