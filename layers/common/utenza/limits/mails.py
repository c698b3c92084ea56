"""How many mails strangers can cause: codes, reminders and notices that nobody had to log in for.

Over a budget every answer stays the same, and no mail goes (docs/adr/0014-mails-have-budgets.md).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from utenza.errors import UtenzaError
from utenza.identifiers import email
from utenza.limits.counter import Attempts
from utenza.limits.limit import Limit
from utenza.limits.subjects import Subject, of_source
from utenza.observability import count, log

_ALL_SUPPLIERS = "*"  # a mailbox and a source are the same for each of them
_ONE_IN_A_WHILE = Limit(1, 900)


class MailBudget(NamedTuple):
    """`per_mailbox` has room for at least two. Addresses are keys, as `email.key` and `email.subject` make them."""

    per_mailbox: Limit
    per_customer: Limit
    per_source: Limit

    def mailbox(self, address: str) -> Subject:
        """Return the mailbox for all mails but recoveries: the last one of its budget is kept for these."""
        limit = self.per_mailbox._replace(capacity=self.per_mailbox.capacity - 1)
        return self.recovery_mailbox(address)._replace(limit=limit)

    def recovery_mailbox(self, address: str) -> Subject:
        """Return the mailbox for the code of a recovery, which other mails leave room for."""
        return Subject(_ALL_SUPPLIERS, "mailbox", email.mailbox(address), self.per_mailbox)

    def notice_mailbox(self, address: str) -> Subject:
        """Return the mailbox for what goes to an address of the CRM, which no other mails keep from it."""
        return self.recovery_mailbox(address)._replace(kind="mailbox-notices")

    def customer(self, supplier: str, code: str) -> Subject:
        return Subject(supplier, "mails-customer", code, self.per_customer)

    def reclaim(self, supplier: str, code: str) -> Subject:
        """Return the customer for the code of a reclaim, apart from what keeps customers from having one."""
        return self.customer(supplier, code)._replace(kind="mails-reclaim")

    def supply_link(self, supplier: str, code: str) -> Subject:
        """Return the customer for the code that makes a delegate, apart as that of a reclaim is."""
        return self.customer(supplier, code)._replace(kind="mails-supply-link")

    def source(self, source: str) -> tuple[Subject, ...]:
        return of_source(_ALL_SUPPLIERS, "mails-source", source, self.per_source)

    def of_registration(self, supplier: str, code: str, address: str, source: str) -> tuple[Subject, ...]:
        """Return all that the mail of a registration counts for."""
        return self.mailbox(address), self.customer(supplier, code), *self.source(source)

    def of_account(self, supplier: str, account_id: str, address: str, source: str) -> tuple[Subject, ...]:
        """Return all that the mail to an account's new address counts for; an account has as many as a customer."""
        account = self.customer(supplier, account_id)._replace(kind="mails-account")
        return self.mailbox(address), account, *self.source(source)


def one_in_a_while(supplier: str, kind: str, name: str) -> Subject:
    """Return what makes mails of one kind within 15 minutes one."""
    return Subject(supplier, f"one-{kind}", name, _ONE_IN_A_WHILE)


def count_mail(attempts: Attempts, subjects: Sequence[Subject], mails: Sequence[Subject], *, now: int) -> bool:
    """Count one attempt of each subject, and the mail for each of `mails`; return whether it may go.

    TooManyAttempts as `Attempts.count`. In the same request: who has to wait takes nothing from a mailbox.
    """
    allowed = attempts.count_with(subjects, mails, now=now)
    if not allowed:
        log("email_withheld", budget="subject")
        count("EmailsWithheld", budget="subject")
    return allowed


@contextmanager
def given_back_if_refused(attempts: Attempts, mails: Sequence[Subject]) -> Iterator[None]:
    """Give counted mails back when the block refuses the request: none will go for a password that is too short."""
    try:
        yield
    except UtenzaError:
        attempts.refund(*mails)
        raise
