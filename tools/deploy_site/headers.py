"""The headers that every answer of the site carries, read from `site.yaml`: CloudFront's, for servers that are not."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.template_yaml import resources

HSTS = "Strict-Transport-Security"


def of_template(template: Path, api_origin: str) -> dict[str, str]:
    """Return what the template's response headers policy adds, for an API at `api_origin` (scheme and host)."""
    found = resources(template, {"ApiOrigin": api_origin})
    config = found["Headers"]["Properties"]["ResponseHeadersPolicyConfig"]
    custom = {item["Header"]: item["Value"] for item in config["CustomHeadersConfig"]["Items"]}
    return {**_security(config["SecurityHeadersConfig"]), **custom, **_cors(config["CorsConfig"])}


def _security(config: Mapping[str, Any]) -> dict[str, str]:
    return {
        "Content-Security-Policy": config["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        HSTS: f"max-age={config['StrictTransportSecurity']['AccessControlMaxAgeSec']}",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": config["ReferrerPolicy"]["ReferrerPolicy"],
    }


def _cors(config: Mapping[str, Any]) -> dict[str, str]:
    """CloudFront gives it to callers that name their origin; for `*` it is right for all of them."""
    [origin] = config["AccessControlAllowOrigins"]["Items"]
    return {"Access-Control-Allow-Origin": origin}
