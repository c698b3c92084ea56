"""What any API needs to verify our access tokens."""

from typing import Literal, TypedDict


class Jwk(TypedDict):
    """An RSA public key, RFC 7517; `kid` is its RFC 7638 thumbprint."""

    kty: Literal["RSA"]
    use: Literal["sig"]
    alg: Literal["RS256"]
    kid: str
    n: str
    e: str


class JwksResponse(TypedDict):
    keys: list[Jwk]


class ConfigurationResponse(TypedDict):
    """The part of OpenID Connect Discovery that concerns access tokens."""

    issuer: str
    jwks_uri: str
    token_endpoint: str
    response_types_supported: list[str]
    subject_types_supported: list[str]
    id_token_signing_alg_values_supported: list[str]
