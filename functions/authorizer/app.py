"""A Lambda REQUEST authorizer for the supplier's other APIs: lets in whoever carries one of our access tokens."""

import time
from functools import cache
from typing import Any

from utenza.errors import AccessTokenInvalid
from utenza.settings import Settings
from utenza.tokens.keys import SigningKey
from utenza.tokens.tokens import AccessTokens


@cache
def access_tokens() -> AccessTokens:
    settings = Settings()
    return AccessTokens(SigningKey(settings.text("SIGNING_KEY")), audience=settings.text("AUDIENCE"))


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the policy that allows the call; raise "Unauthorized", which the gateway turns into its 401."""
    headers = {name.lower(): value or "" for name, value in (event.get("headers") or {}).items()}
    scheme, _, token = headers.get("authorization", "").partition(" ")
    try:
        claims = access_tokens().read(
            token.strip() if scheme.lower() == "bearer" else "",
            issuer=Settings().text("PUBLIC_URL"),
            now=int(time.time()),
        )
    except AccessTokenInvalid:
        raise Exception("Unauthorized") from None  # noqa: TRY002 - the exact words that API Gateway expects
    return {
        "principalId": claims.account_id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [_allow(event["methodArn"])]},
        "context": {"account_id": claims.account_id, "supplier": claims.supplier},
    }


def _allow(method_arn: str) -> dict[str, str]:
    """Allow the whole stage: the gateway caches the policy per token, and applies it to the API's other methods too."""
    api, stage = method_arn.split("/")[:2]
    return {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{api}/{stage}/*"}
