"""The roles of the signing keys in memory."""

from utenza.tables.signing_keys import ChangedMeanwhile, SigningKeyRoles
from utenza.tokens.signing_keys import KeyRoles


class FakeSigningKeyRoles(SigningKeyRoles):
    def __init__(self, first: str) -> None:
        self.roles = KeyRoles(first)

    def read(self) -> KeyRoles:
        return self.roles

    def replace(self, before: KeyRoles, after: KeyRoles) -> None:
        if self.roles != before:
            raise ChangedMeanwhile
        self.roles = after
