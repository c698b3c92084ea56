"""GET /.well-known/jwks.json and /.well-known/openid-configuration: how others verify our access tokens."""

from functools import cache

from discovery.schemas import ConfigurationResponse, JwksResponse
from utenza.http.web import Request, Response, application
from utenza.settings import Settings
from utenza.tokens.keys import SigningKey

_CACHEABLE = {"Cache-Control": "public, max-age=300"}


@cache
def signing_key() -> SigningKey:
    return SigningKey(Settings().text("SIGNING_KEY"))


async def jwks(_request: Request) -> Response:
    answer: JwksResponse = {"keys": [signing_key().public_jwk()]}
    return Response(200, answer, _CACHEABLE)


async def configuration(request: Request) -> Response:
    answer: ConfigurationResponse = {
        "issuer": request.base_url,
        "jwks_uri": f"{request.base_url}/.well-known/jwks.json",
        "token_endpoint": f"{request.base_url}/login",
        "response_types_supported": [],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }
    return Response(200, answer, _CACHEABLE)


handler = application(
    {"GET /.well-known/jwks.json": jwks, "GET /.well-known/openid-configuration": configuration},
    warm_up=lambda: signing_key().public_key(),
)
