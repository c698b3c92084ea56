"""The mailbox of the local stack, as scripts use it."""

from collections.abc import Iterator

import pytest
import urllib3

from tools.local_stack import mailbox
from tools.local_stack.mailbox import Email
from tools.ports import free_ports

_MAIL = Email("1", mailbox.SENDER, "mario@example.it", "Il Suo codice: 123456", "", "", 1.0)


@pytest.fixture
def address() -> Iterator[str]:
    [port] = free_ports(1)
    with mailbox.serving(port, 0):
        yield f"http://127.0.0.1:{port}/code?to=mario@example.it"


def _comes(monkeypatch: pytest.MonkeyPatch, *answers: list[Email]) -> None:
    left = iter(answers)
    monkeypatch.setattr(mailbox, "sent", lambda _: next(left))


def test_the_code_is_waited_for_until_its_mail_has_arrived(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _comes(monkeypatch, [], [_MAIL._replace(to="anna@example.it")], [_MAIL])
    monkeypatch.setattr("time.sleep", lambda _: None)
    assert urllib3.request("GET", address).data == b"123456"


def test_after_half_a_minute_there_is_no_code(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _comes(monkeypatch, [])
    monkeypatch.setattr(mailbox, "_PATIENCE", -1)
    assert urllib3.request("GET", address).data == b""
