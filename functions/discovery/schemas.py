"""What any API needs to verify our access tokens."""

from typing import TypedDict

from utenza.rs256 import Jwk


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
