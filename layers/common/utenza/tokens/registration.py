"""The step token: what step one of a registration found, for step two."""

from collections.abc import Sequence

from utenza.customers.record import TaxCodeField
from utenza.errors import StepTokenExpired, StepTokenInvalid
from utenza.tokens.claims import StepClaims
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.signed_state import SignedState


class StepTokens:
    def __init__(self, keys: KeyRing, lifetime: int = 0) -> None:
        """`lifetime` is in seconds; who only reads needs none."""
        self._state = SignedState(
            keys, "step+jwt", "credentials", lifetime, invalid=StepTokenInvalid, expired=StepTokenExpired
        )

    def issue(
        self,
        supplier: str,
        customer_code: str,
        phone: str,
        holder: Sequence[str],
        *,
        unproved: TaxCodeField | None = None,
        now: int,
    ) -> tuple[str, int]:
        """Return a new token and its lifetime in seconds."""
        claims = {
            "supplier": supplier,
            "code": customer_code,
            "phone": phone,
            "holder": list(holder),
            "unproved": unproved or "",
        }
        return self._state.issue(claims, now=now)

    def read(self, token: str, *, now: int) -> StepClaims:
        """Return what step one found; StepTokenInvalid, or StepTokenExpired for a token that was good."""
        claims = self._state.read(token, now=now)
        if "holder" not in claims:  # of a version that did not bind tokens to the holder
            raise StepTokenInvalid
        return StepClaims(
            token_id=claims["jti"],
            supplier=claims["supplier"],
            customer_code=claims["code"],
            phone=claims.get("phone", ""),
            holder=tuple(claims["holder"]),
            expires_at=claims["exp"],
            unproved=claims.get("unproved"),
        )
