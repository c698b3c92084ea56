"""What our tokens say. Tables and flows know the claims; how they are signed is the business of the other modules."""

from typing import Literal, NamedTuple

from utenza.customers.record import TaxCodeField

type RecoveryStep = Literal["code", "answer"]


class StepClaims(NamedTuple):
    """A customer whose data matched at step one; `expires_at` is in seconds since 1970, `phone` is E.164 or empty.

    `holder` says whose record it was (`tokens.holder`), `unproved` is the tax code of the record that was not typed, if
    there is a second one.
    """

    token_id: str
    supplier: str
    customer_code: str
    phone: str
    holder: tuple[str, ...]
    expires_at: int
    unproved: TaxCodeField | None = None


class ConfirmationClaims(NamedTuple):
    """Which pending registration a token is of: the customer's only one, unless a newer has replaced it."""

    supplier: str
    customer_code: str
    pending_id: str


class UserIdClaims(NamedTuple):
    """Which change of a user id a token is of: the account's only one, unless a newer has replaced it."""

    supplier: str
    account_id: str
    change_id: str


class RecoveryClaims(NamedTuple):
    """Which recovery a token is of; `address` is a hash, as `tables.recoveries` makes it."""

    supplier: str
    address: str
    recovery_id: str


class ReclaimClaims(NamedTuple):
    """Which reclaim a token is of; whose customer it is about is in the table alone."""

    supplier: str
    reclaim_id: str


class SupplyLinkClaims(NamedTuple):
    """Which request for another's supply a token is of, and by which account."""

    supplier: str
    account_id: str
    link_id: str


class AccessClaims(NamedTuple):
    """Whom an access token speaks for. Times are in seconds since 1970."""

    token_id: str
    account_id: str
    supplier: str
    session_id: str
    issued_at: int
    expires_at: int

    @property
    def generation(self) -> int:
        """The generation of the account's password, which the token's id begins with: it ends with the password."""
        return int(self.token_id.partition("-")[0])
