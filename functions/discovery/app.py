"""GET /.well-known/jwks.json and /.well-known/openid-configuration: how others verify our access tokens."""

from functools import cache

from aws_lambda_powertools.event_handler import Response

from discovery.schemas import ConfigurationResponse, Jwk, JwksResponse
from utenza.clients import client
from utenza.http import caller
from utenza.http.app import build_handler, new_router, respond
from utenza.settings import HttpSettings
from utenza.tokens.signing_key import SigningKey

_CACHEABLE = "public, max-age=300"


class Settings(HttpSettings):
    signing_key: str


@cache
def settings() -> Settings:
    return Settings.from_environment()


@cache
def signing_key() -> SigningKey:
    return SigningKey(settings().signing_key, client("kms"))


router = new_router()


@router.get("/.well-known/jwks.json")
def jwks() -> Response[str]:
    keys = [Jwk.model_validate(signing_key().public_jwk())]
    return respond(200, JwksResponse(keys=keys), Cache_Control=_CACHEABLE)


@router.get("/.well-known/openid-configuration")
def configuration() -> Response[str]:
    issuer = caller.issuer(router.current_event, settings().public_url)
    return respond(
        200,
        ConfigurationResponse(
            issuer=issuer,
            jwks_uri=f"{issuer}/.well-known/jwks.json",
            token_endpoint=f"{issuer}/login",
            response_types_supported=[],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"],
        ),
        Cache_Control=_CACHEABLE,
    )


handler = build_handler(router, warm_up=lambda: signing_key().public_key())
