"""What any API needs to verify our access tokens."""

from typing import Literal

from utenza.http.requests import ResponseModel


class Jwk(ResponseModel):
    """A public key as RFC 7517 has it."""

    kty: Literal["RSA"]
    use: Literal["sig"]
    alg: Literal["RS256"]
    kid: str
    n: str
    e: str


class JwksResponse(ResponseModel):
    keys: list[Jwk]


class ConfigurationResponse(ResponseModel):
    """The part of OpenID Connect Discovery that verifies access tokens; there is no token endpoint for OIDC clients.

    The algorithm has no other name there than that of ID tokens, which Utenza does not issue.
    """

    issuer: str
    jwks_uri: str
    id_token_signing_alg_values_supported: list[str]
