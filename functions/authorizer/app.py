"""A Lambda REQUEST authorizer for the supplier's other APIs: it lets in whoever carries one of our access tokens."""

import time
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes.api_gateway_authorizer_event import (
    APIGatewayAuthorizerRequestEvent,
    APIGatewayAuthorizerResponse,
    parse_api_gateway_arn,
)
from aws_lambda_powertools.utilities.typing import LambdaContext

from utenza.errors import AccessTokenInvalid
from utenza.http import caller
from utenza.observability import traced
from utenza.resources import UsesAccessTokens, UsesSessions
from utenza.tokens.access import AccessTokens
from utenza.tokens.claims import AccessClaims


class Settings(UsesAccessTokens, UsesSessions):
    """`checks_sessions`: an access token ends with its session, not later by its own time."""

    public_url: str
    checks_sessions: bool


@cache
def access_tokens() -> AccessTokens:
    return Settings.load().access_tokens()


@traced
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Return the policy that allows the call; raise "Unauthorized", which the gateway turns into its 401.

    The policy allows the whole stage: the gateway caches it for each token, and applies it to the API's other methods.
    It does so until the token expires: the gateway evaluates at each call what it has cached, for an hour at most.
    An HTTP API names its method in `routeArn` (payload 2.0), and takes the same policy; a simple response has no end.
    """
    request = APIGatewayAuthorizerRequestEvent({"headers": None} | event)
    try:
        claims = _read(caller.bearer_token(request), now=int(time.time()))
        arn = parse_api_gateway_arn(event.get("methodArn") or event["routeArn"])
    except (AccessTokenInvalid, LookupError):  # an ARN that is none has too few parts
        raise Exception("Unauthorized") from None  # noqa: TRY002 - the exact words that API Gateway expects
    policy = APIGatewayAuthorizerResponse(
        claims.account_id,
        arn.region,
        arn.aws_account_id,
        arn.api_id,
        arn.stage,
        {"account_id": claims.account_id, "supplier": claims.supplier},
        partition=arn.partition,
    )
    policy.allow_all_routes()
    return _until(claims.expires_at, policy.asdict())


def _until(expires_at: int, response: dict[str, Any]) -> dict[str, Any]:
    """Return a response whose policy allows nothing from that moment on, in seconds since 1970."""
    end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(expires_at))
    for statement in response["policyDocument"]["Statement"]:
        statement["Condition"] = {"DateLessThan": {"aws:CurrentTime": end}}
    return response


def _read(token: str, *, now: int) -> AccessClaims:
    """Return whom a token speaks for; AccessTokenInvalid also when its session has ended, where that is checked."""
    settings = Settings.load()
    claims = access_tokens().read(token, issuer=settings.public_url, now=now)
    if settings.checks_sessions and not settings.sessions.is_open(
        claims.supplier, claims.session_id, claims.account_id, now=now
    ):
        raise AccessTokenInvalid
    return claims
