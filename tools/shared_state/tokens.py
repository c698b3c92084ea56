"""The claims of every token that one version issues and another may read, taken from tokens that are issued here."""

import json
from collections.abc import Iterator
from typing import Any, cast

import jwt

from tools.shared_state.shapes import Shape
from utenza.tokens.access import AccessTokens
from utenza.tokens.claims import (
    AccessClaims,
    ConfirmationClaims,
    ReclaimClaims,
    RecoveryClaims,
    SupplyLinkClaims,
    UserIdClaims,
)
from utenza.tokens.confirmation import ConfirmationTokens
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.new_user_id import UserIdTokens
from utenza.tokens.reauth import ReauthTokens
from utenza.tokens.reclaim import ReclaimTokens
from utenza.tokens.recovery import RecoveryTokens
from utenza.tokens.registration import StepTokens
from utenza.tokens.signing_keys import SigningKeys
from utenza.tokens.supply_link import SupplyLinkTokens

_NOW = 1_800_000_000
_TYPES = {str: "string", int: "integer", list: "array", bool: "boolean"}


def claims() -> dict[str, Shape]:
    """Return the claims of each kind of token by its `typ` and `aud`. None is `required`: readers say that in code."""
    found: dict[str, Shape] = {}
    for token in _issued():
        typ = jwt.get_unverified_header(token)["typ"]
        payload = jwt.decode(token, options={"verify_signature": False})
        shape: Shape = {name: {"type": _TYPES[type(value)], "required": False} for name, value in payload.items()}
        found[f"{typ} {payload['aud']}"] = shape
    return found


def _issued() -> Iterator[str]:
    """Yield a token of each kind, with every claim that it can have."""
    keys, day = KeyRing("step", _Secret()), 86_400
    access = AccessClaims("1-id", "account", "gas", "session", _NOW, _NOW + 600)
    recoveries = RecoveryTokens(keys, day)
    yield StepTokens(keys, day).issue("gas", "1", "+39333", ["holder"], unproved="codice_fiscale", now=_NOW)[0]
    yield ConfirmationTokens(keys, day).issue(ConfirmationClaims("gas", "1", "id"), now=_NOW)[0]
    yield UserIdTokens(keys, day).issue(UserIdClaims("gas", "account", "id"), now=_NOW)[0]
    yield recoveries.issue(RecoveryClaims("gas", "address", "id"), "code", now=_NOW)[0]
    yield recoveries.issue(RecoveryClaims("gas", "address", "id"), "answer", now=_NOW)[0]
    yield ReclaimTokens(keys, day).issue(ReclaimClaims("gas", "id"), now=_NOW)[0]
    yield SupplyLinkTokens(keys, day).issue(SupplyLinkClaims("gas", "account", "id"), now=_NOW)[0]
    yield ReauthTokens(keys).issue(access, now=_NOW)[0]
    yield AccessTokens(cast(SigningKeys, _Keys()), audience="utenza", lifetime=600).issue(
        "account", "gas", session_id="session", auth_time=_NOW, generation=1, issuer="https://issuer", now=_NOW
    )[0]


class _Secret:
    """A Secrets Manager with one ring, of which nobody keeps the tokens."""

    def get_secret_value(self, **_: str) -> dict[str, str]:
        return {"SecretString": json.dumps({"current": "s" * 64})}


class _Keys:
    """Signing keys whose signatures nobody checks."""

    key_id = "key"

    def current(self, *, now: int) -> Any:  # noqa: ANN401, ARG002 - stands in for utenza.tokens.signing_keys
        return self

    @property
    def jws(self) -> Any:  # noqa: ANN401 - as above
        return self

    def encode(self, payload: bytes, key: str, algorithm: str, headers: dict[str, str]) -> str:  # noqa: ARG002
        return jwt.encode(json.loads(payload), "s" * 64, "HS256", headers | {"alg": "HS256"})
