"""GET /.well-known/jwks.json and /.well-known/openid-configuration: how others verify our access tokens."""

import time

from aws_lambda_powertools.event_handler import Response

from discovery.schemas import ConfigurationResponse, Jwk, JwksResponse
from utenza.http import caller
from utenza.http.app import build_handler, new_router, respond
from utenza.resources import UsesSigningKeys
from utenza.settings import HttpSettings

_CACHEABLE = "public, max-age=300"


class Settings(UsesSigningKeys, HttpSettings):
    pass


router = new_router()


@router.get("/.well-known/jwks.json")
def jwks() -> Response[str]:
    keys = [Jwk.model_validate(key) for key in Settings.load().signing_keys.public_jwks(now=int(time.time()))]
    return respond(200, JwksResponse(keys=keys), Cache_Control=_CACHEABLE)


@router.get("/.well-known/openid-configuration")
def configuration() -> Response[str]:
    issuer = caller.issuer(router.current_event, Settings.load().public_url)
    return respond(
        200,
        ConfigurationResponse(
            issuer=issuer,
            jwks_uri=f"{issuer}/.well-known/jwks.json",
            id_token_signing_alg_values_supported=["RS256"],
        ),
        Cache_Control=_CACHEABLE,
    )


def warm_up() -> None:
    """Read the keys during Lambda's init."""
    Settings.load().signing_keys.public_jwks(now=int(time.time()))


handler = build_handler(router, warm_up=warm_up)
