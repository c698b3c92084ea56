"""Which sites may call, and the headers that tell their browsers so."""

from collections.abc import Iterable

from utenza.errors import OriginRefused


def allowed_origin(origin: str, allowed: tuple[str, ...]) -> str:
    """Return the origin to allow, "" for callers that send none; OriginRefused for one that is not ours."""
    if origin and origin not in allowed and "*" not in allowed:
        raise OriginRefused
    return origin


def headers(origin: str) -> dict[str, str]:
    """Return what goes with every answer, errors included."""
    vary = {"Vary": "Origin, Accept-Language"}
    if not origin:
        return vary
    return vary | {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "Retry-After, WWW-Authenticate",
    }


def preflight(resource: str, routes: Iterable[str]) -> dict[str, str]:
    """Return what a browser may send to `resource`; `routes` are such as "POST /login"."""
    methods = [route.split()[0] for route in routes if route.split()[1] == resource]
    return {
        "Access-Control-Allow-Methods": ", ".join(methods),
        "Access-Control-Allow-Headers": "Accept-Language, Authorization, Content-Type",
        "Access-Control-Max-Age": "7200",
    }
