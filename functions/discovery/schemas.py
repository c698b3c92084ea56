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
    """The part of OpenID Connect Discovery that concerns access tokens."""

    issuer: str
    jwks_uri: str
    token_endpoint: str
    response_types_supported: list[str]
    subject_types_supported: list[str]
    id_token_signing_alg_values_supported: list[str]
