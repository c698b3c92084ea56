"""How often one mail may be sent, and which mails may go: the budgets of what strangers can cause.

Most of them are counted by the requests (`utenza.limits.mails`), before anything is stored. Here is the rest: mailboxes
that a request does not know, mails that become one, and the whole deployment.
"""

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from notifications.changes import Notification
from utenza.identifiers import email
from utenza.limits.counter import Attempts
from utenza.limits.hourly import HourlyBudget
from utenza.limits.limit import Limit
from utenza.limits.mails import MailBudget, one_in_a_while
from utenza.limits.outages import given_back_if_nothing_happened
from utenza.limits.subjects import Subject

type Withheld = Literal["subject", "deployment"]

STRANGERS = frozenset(
    {
        "confirmation_code",
        "address_taken",
        "claim_code",
        "recovery_code",
        "reclaim_code",
        "user_id_reminder",
        "registered_elsewhere",
        "user_id_code",
        "user_id_taken",
        "supply_code",
    }
)
_COPIES = Limit(2, 86_400)  # of one mail: a second one when the answer to the first was lost


class Budgets(NamedTuple):
    attempts: Attempts
    mails: MailBudget
    deployment: HourlyBudget

    def send(self, notification: Notification, to: str, send: Callable[[], None], *, now: int) -> Withheld | None:
        """Send a mail to this address with `send`; return the budget that withholds it, None when it was sent.

        A copy is counted before it is sent, and given back only if SES surely did not take it, with all that was
        counted for it: what SES throttles for hours is tried often. TooManyAttempts when two copies may have gone.
        """
        copy = Subject(notification.supplier, "copy", f"{notification.event_id} {notification.kind}", _COPIES)
        [number] = self.attempts.count(copy, now=now)
        counted: tuple[Subject, ...] = (copy,)
        is_of_hour = number == 1 and notification.kind in STRANGERS
        if number == 1:  # of the second copy all this is counted
            subjects = self._subjects(notification, to)
            if not self.attempts.count_with((), subjects, now=now):
                return "subject"
            if is_of_hour and not self.deployment.count(now=now):
                return "deployment"
            counted += subjects

        def give_back() -> None:
            self.attempts.refund(*counted)
            if is_of_hour:
                self.deployment.give_back(now=now)

        with given_back_if_nothing_happened(give_back):
            send()
        return None

    def _subjects(self, notification: Notification, to: str) -> tuple[Subject, ...]:
        supplier, kind, address = notification.supplier, notification.kind, email.subject(to)
        once = one_in_a_while(supplier, kind, notification.subject.get("account_id", ""))
        mailbox, notices = self.mails.mailbox(address), self.mails.notice_mailbox(address)
        taken = (one_in_a_while(supplier, "address_taken", email.mailbox(address)),)
        of_kind: Mapping[str, tuple[Subject, ...]] = {
            # its request has counted the mailbox
            "address_taken": taken,
            "user_id_taken": taken,
            "claim_code": (mailbox,),
            "supply_code": (mailbox,),
            "reclaim_code": (notices,),
            "user_id_reminder": (mailbox, once),
            "registered_elsewhere": (notices, once),
            "supply_linked_elsewhere": (notices,),
            "supply_delegated": (notices,),
            "new_login": (once,),  # nothing that strangers cause may keep it from the owner
        }
        return of_kind.get(kind, ())
