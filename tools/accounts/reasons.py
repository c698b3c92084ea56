"""The reason of a change goes into the audit entry and the event, which hold no personal data of a customer."""

import re
from collections.abc import Iterator

from tools.command_line import Refused
from utenza.customers.folding import fold
from utenza.identifiers import tax_code
from utenza.tables.accounts import Account

_SHORTEST, _LONGEST = 3, 200
_WORD = re.compile(r"[^\W_]+")


def check(reason: str, account: Account | None) -> str:
    """Return the reason; Refused if it is too short or long, or names the customer: a number of a ticket is best."""
    reason = " ".join(reason.split())
    if not _SHORTEST <= len(reason) <= _LONGEST or not reason.isprintable():
        raise Refused(f"--reason must have {_SHORTEST} to {_LONGEST} printable characters")
    words = set(_WORD.findall(fold(reason)))
    named = words & set(_names(account)) if account else set()
    if named or "@" in reason or any(map(_is_codice_fiscale, _WORD.findall(reason))):
        raise Refused("--reason names the customer: it is kept and published, so write a ticket number instead")
    return reason


def _is_codice_fiscale(word: str) -> bool:
    return len(word) == 16 and tax_code.is_valid(word)


def _names(account: Account) -> Iterator[str]:
    """Yield the words that a customer is called by; shorter ones may mean anything."""
    texts = (*(summary.name for summary in account.summaries), account.user_id.rpartition("@")[0])
    for text in texts:
        yield from (word for word in _WORD.findall(fold(text)) if len(word) > 3 and not word.isdecimal())
