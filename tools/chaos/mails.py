"""Whether each mail that is owed has arrived, and how many arrived twice."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from tools.chaos.ledger import Ledger
from tools.local_stack.mailbox import Email

_SUBJECTS = {
    "registered": "Your registration is complete",
    "password": "Your password has changed",
    "user id": "Your user ID has changed",
    "closed": "Your account has been closed",
}
_EACH = {"user id": 2}  # to both addresses
_COPIES = 2  # of one mail, when an answer of SES is lost


class Post(NamedTuple):
    """`owed` mails in all, `twice` those of them that came a second time; what is `wrong`."""

    owed: int
    twice: int
    wrong: list[str]


def look(emails: Iterable[Email], ledger: Ledger) -> Post:
    """Compare what came with what is owed. Of a closed account that is the farewell alone: all else has no address."""
    came = Counter((email.to.lower(), email.subject) for email in emails)
    owed = twice = 0
    wrong = []
    for code, (told, perhaps) in list(ledger.acts.items()):
        closing = told["closed"] or perhaps["closed"]
        for act in ("closed",) if closing else tuple(_SUBJECTS):
            number = sum(came[address, _SUBJECTS[act]] for address in ledger.addresses[code])
            least, most = (count * _EACH.get(act, 1) for count in (told[act], told[act] + perhaps[act]))
            owed += least
            twice += max(0, number - most)
            if not least <= number <= most * _COPIES:
                wrong.append(f"{code}: {number} mails '{_SUBJECTS[act]}', owed {least} to {most}")
    return Post(owed, twice, wrong)
