"""The mails and events of a change of user id, and of what happened without changing an item, on fakes."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from notifications import flow
from notifications.changes import Notification
from notifications.senders import EventBridgeBus
from tests.unit.flows.fixtures import NOW, SUPPLIERS
from tests.unit.flows.test_user_id import NEW, OLD, THIRD, Owner, _owner
from tests.unit.notifications.test_delivery import Post, _FakeEventBridge, _post
from utenza.suppliers import Suppliers

PAGE = "https://gas.example/ripristino.html"
DAY = 86_400


class _Moving:
    """Mario, who changes his user id, and the post."""

    def __init__(self) -> None:
        self.owner: Owner = _owner()
        self.post: Post = _post(self.owner.flows)

    @property
    def subject(self) -> dict[str, str]:
        return {"account_id": self.owner.session.account_id}

    def of_change(self) -> dict[str, str]:
        waiting = self.owner.flows.account.pending_user_ids.waiting_for(*self.owner.key, now=NOW)
        return self.subject | {"id": waiting.change_id if waiting else ""}

    def with_page(self) -> None:
        mail = {"undo_page": PAGE}
        suppliers = Suppliers(supplier.model_copy(update={"mail": mail}) for supplier in SUPPLIERS)
        self.post = self.post._replace(dependencies=self.post.dependencies._replace(suppliers=suppliers))


@pytest.fixture
def moving() -> _Moving:
    return _Moving()


def test_the_code_goes_to_the_new_address_and_confirms_it(moving: _Moving) -> None:
    token = moving.owner.asked()
    [sent] = moving.post.deliver("user_id_code", moving.of_change())
    assert (sent.to, sent.tags) == (NEW, {"supplier": "gas"})
    moving.owner.confirm(token, sent.email.subject.partition(" ")[0])


def test_a_change_that_is_over_is_mailed_no_code(moving: _Moving) -> None:
    moving.owner.asked()
    older = moving.of_change()
    moving.owner.asked(THIRD)
    assert moving.post.deliver("user_id_code", older) == []
    assert moving.post.deliver("user_id_code", moving.of_change(), now=NOW + DAY) == []


def test_the_owner_of_a_taken_address_is_told_and_sees_no_code(moving: _Moving) -> None:
    accounts, login = moving.owner.flows.accounts, moving.owner.flows.accounts.logins["gas", OLD]
    accounts.logins["gas", NEW] = login._replace(account_id="a2")
    mine = accounts.accounts[moving.owner.key]
    accounts.accounts["gas", "a2"] = mine._replace(account_id="a2", user_id="Nuovo@example.org")
    moving.owner.asked()
    [sent] = moving.post.deliver("user_id_taken", moving.of_change())
    assert sent.to == "Nuovo@example.org"
    assert not re.search(r"\d{6}", sent.email.text)
    assert moving.post.deliver("user_id_taken", moving.of_change()) == []  # one in a while
    accounts.accounts["gas", "a2"] = accounts.accounts["gas", "a2"]._replace(status="frozen")
    assert moving.post.deliver("user_id_taken", moving.of_change(), now=NOW + 900) == []


def test_both_addresses_are_told_and_the_old_one_can_take_it_back(moving: _Moving) -> None:
    moving.with_page()
    moving.owner.change()
    [to_new] = moving.post.deliver("user_id_changed", moving.subject)
    [to_old] = moving.post.deliver("user_id_left", moving.subject | {"generation": "1"})
    assert (to_new.to, to_old.to) == (NEW, OLD)
    assert to_old.tags == {"supplier": "gas"}  # what comes back from there is no matter of the account any more
    assert NEW not in to_old.email.text
    assert PAGE in to_old.email.text
    [code] = re.findall(r"^(?:[0-9A-Z]{5}-){5}[0-9A-Z]{5}$", to_old.email.text, re.MULTILINE)
    moving.owner.undo(code)
    [restored] = moving.post.deliver("user_id_restored", moving.subject)
    [withdrawn] = moving.post.deliver("user_id_withdrawn", moving.subject)
    assert (restored.to, withdrawn.to) == (OLD, NEW)
    assert OLD not in withdrawn.email.text


def test_without_a_page_the_old_address_is_told_whom_to_ask(moving: _Moving) -> None:
    moving.owner.change()
    [sent] = moving.post.deliver("user_id_left", moving.subject | {"generation": "1"})
    assert sent.to == OLD
    assert not moving.owner.flows.account.user_ids.find_undo("gas", sent.email.text, now=NOW)
    assert "https://gas.example/" in sent.email.text


def test_what_cannot_be_taken_back_any_more_is_not_offered(moving: _Moving) -> None:
    moving.with_page()
    moving.owner.change()
    left = moving.subject | {"generation": "1"}
    assert moving.post.deliver("user_id_left", left, now=NOW + 7 * DAY) == []
    assert moving.post.deliver("user_id_left", moving.subject | {"generation": "2"}) == []
    assert moving.post.deliver("user_id_withdrawn", moving.subject) == []


def test_new_events_are_as_documented(moving: _Moving) -> None:
    texts = re.findall(r"```json\n(.*?)```", Path("docs/events.md").read_text(encoding="utf-8"), re.DOTALL)
    schema, client = json.loads(texts[1]), _FakeEventBridge()
    dependencies = moving.post.dependencies._replace(bus=EventBridgeBus(client, "bus"))
    accepted = moving.subject | {"document": "terms", "version": "2"}
    subjects: Any = {"UserIdChanged": {}, "UserIdRestored": {}, "SessionEnded": {}, "ContactChanged": {}}
    subjects["DocumentAccepted"] = accepted
    for kind, more in subjects.items():
        notification = Notification(kind, "event-1", NOW, "gas", moving.subject | more)
        flow.deliver(notification, dependencies, now=NOW)
    details = [json.loads(entry["Detail"]) for entry in client.entries]
    assert len(details) == len(subjects)
    for detail in details:
        jsonschema.validate(detail, schema)
        assert OLD not in str(detail)
    assert (details[-1]["document"], details[-1]["version"]) == ("terms", "2")


def test_the_owner_is_told_of_ended_sessions(moving: _Moving) -> None:
    [sent] = moving.post.deliver("sessions_ended", moving.subject)
    assert sent.to == OLD
