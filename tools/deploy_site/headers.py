"""The response headers that CloudFront adds to the site, read from `site.yaml` for servers other than CloudFront."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.template_yaml import resources

HSTS = "Strict-Transport-Security"


def of_template(template: Path, api_origin: str) -> dict[str, str]:
    """Return the headers of the template's response headers policy; `api_origin` is the API's scheme and host."""
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
    """CloudFront sends it only to requests with an Origin; as it is `*`, sending it always is right too."""
    [origin] = config["AccessControlAllowOrigins"]["Items"]
    return {"Access-Control-Allow-Origin": origin}
