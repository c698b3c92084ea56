"""The setting of what counts mails; apart from the others, so that functions that send none load nothing for it."""

from utenza.limits.limit import Limit
from utenza.limits.mails import MailBudget
from utenza.settings import Settings


class UsesMailBudget(Settings):
    """What strangers can cause; of a mailbox and a customer, and of a source, one mail comes back after so long."""

    mails_per_mailbox: int
    mails_per_customer: int
    mails_per_source: int
    mails_refill_seconds: int
    mails_source_refill_seconds: int

    @property
    def mail_budget(self) -> MailBudget:
        return MailBudget(
            per_mailbox=Limit(self.mails_per_mailbox, self.mails_refill_seconds),
            per_customer=Limit(self.mails_per_customer, self.mails_refill_seconds),
            per_source=Limit(self.mails_per_source, self.mails_source_refill_seconds),
        )
