"""Settings that bring along what they name: tables, key ring, signing keys. A function lists those that it uses."""

from functools import cached_property

from utenza.clients import client
from utenza.dynamodb import database
from utenza.limits.counter import Attempts
from utenza.limits.devices import Devices
from utenza.limits.limit import Limit
from utenza.settings import Settings
from utenza.tables.accounts import Accounts
from utenza.tables.activity import Activity
from utenza.tables.customers import Customers
from utenza.tables.sessions import Sessions
from utenza.tables.signing_keys import SigningKeyRoles
from utenza.tokens.access import AccessTokens
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.signing_keys import SigningKeys


class UsesCustomers(Settings):
    customers_table: str

    @cached_property
    def customers(self) -> Customers:
        return Customers(database(), self.customers_table)


class UsesAccounts(Settings):
    accounts_table: str

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(database(), self.accounts_table)


class UsesActivity(Settings):
    """`activity_months` is how long an entry stays."""

    activity_table: str
    activity_months: int

    @cached_property
    def activity(self) -> Activity:
        return Activity(database(), self.activity_table, self.activity_months)


class UsesSessions(Settings):
    sessions_table: str

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(database(), self.sessions_table)


class UsesAttemptsTable(Settings):
    attempts_table: str

    @cached_property
    def attempts(self) -> Attempts:
        return Attempts(database(), self.attempts_table)


class UsesAttempts(UsesAttemptsTable):
    """After how many seconds one attempt comes back: of an account, customer code or token, and of a source."""

    attempts_refill_seconds: int
    source_refill_seconds: int

    @cached_property
    def devices(self) -> Devices:
        return Devices(database(), self.attempts_table)

    def limit(self, capacity: int) -> Limit:
        return Limit(capacity, self.attempts_refill_seconds)

    def source_limit(self, capacity: int) -> Limit:
        return Limit(capacity, self.source_refill_seconds)


class UsesKeyRing(Settings):
    step_secret: str

    @cached_property
    def keys(self) -> KeyRing:
        return KeyRing(self.step_secret, client("secretsmanager"))


class UsesSigningKeys(Settings):
    """`signing_key` is the first one, which the stack was created with."""

    signing_key: str
    signing_keys_table: str

    @cached_property
    def signing_keys(self) -> SigningKeys:
        roles = SigningKeyRoles(database(), self.signing_keys_table, self.signing_key)
        return SigningKeys(roles.read, client("kms"))


class UsesAccessTokens(UsesSigningKeys):
    audience: str

    def access_tokens(self, lifetime: int = 0) -> AccessTokens:
        """Return the access tokens; `lifetime` is in seconds, who only reads needs none."""
        return AccessTokens(self.signing_keys, audience=self.audience, lifetime=lifetime)
