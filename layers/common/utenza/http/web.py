"""API Gateway's proxy events on one side, plain requests and responses on the other: the handler boundary.

What every route has in common is here: origins, languages, sizes, JSON, problems and the headers of an answer.
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from utenza.concurrency import Call, run
from utenza.errors import AwsError, OriginRefused, Unavailable, UtenzaError
from utenza.http import cors, problems
from utenza.http.json_body import json_object
from utenza.http.schema import Body
from utenza.observability import log, log_failure
from utenza.settings import Settings

_IPV4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_SAFE_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000",
}


class Request(NamedTuple):
    """One call. `source` is an IPv4 address or an IPv6 /64; `base_url` has no slash at its end."""

    route: str
    headers: Mapping[str, str]
    event: Mapping[str, Any]
    source: str
    language: str
    request_id: str
    base_url: str

    def read[T: Body](self, body: type[T]) -> T:
        """Return the JSON body, its faults noted; MalformedRequest or RequestTooLarge when there is none."""
        return body.parse(json_object(self.event, self.headers.get("content-type", "")))

    @property
    def bearer_token(self) -> str:
        """The token of the Authorization header, "" without one."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""


class Response(NamedTuple):
    status: int
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = {}


Route = Callable[[Request], Call[Response]]


def application(
    routes: Mapping[str, Route], *, warm_up: Callable[[], object] = lambda: None
) -> Callable[[dict[str, Any], object], dict[str, Any]]:
    """Return the Lambda handler of `routes`, whose keys are such as "POST /login"; it is prepared where Lambda runs it.

    While a process starts, Lambda lends it a whole core, which most functions do not have later.
    """
    if "AWS_LAMBDA_RUNTIME_API" in os.environ:
        try:
            warm_up()
        except (OSError, AwsError, UtenzaError) as error:  # the first call will meet it, and answer for it
            log_failure(error)

    def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items() if value is not None}
        language = _language(headers.get("accept-language", ""))
        request_id = event["requestContext"].get("requestId", "")
        try:
            origin = cors.allowed_origin(headers.get("origin", ""), Settings().texts("ALLOWED_ORIGINS"))
            answer = _answer(event, headers, language, request_id, routes)
        except OriginRefused as refused:
            origin = ""
            log("origin_refused", request_id=request_id)
            answer = Response(*problems.render(refused, language=language, instance=request_id))
        return _proxy_response(answer, cors.headers(origin))

    return handler


def _answer(
    event: dict[str, Any], headers: Mapping[str, str], language: str, request_id: str, routes: Mapping[str, Route]
) -> Response:
    """Route the call; every error becomes its problem here, and nowhere else."""
    if event["httpMethod"] == "OPTIONS":
        return Response(204, None, cors.preflight(event["resource"], routes))
    route = f"{event['httpMethod']} {event['resource']}"
    error: UtenzaError
    try:
        request = Request(
            route, headers, event, _source(event["requestContext"]), language, request_id, _base_url(event)
        )
        response = run(routes[route](request))
    except UtenzaError as refused:
        log("refused", route=route, code=refused.code, request_id=request_id)
        if refused.__cause__:  # what is down, of which the caller is told nothing
            log_failure(refused.__cause__, route=route, request_id=request_id)
        error = refused
    except Exception as unexpected:  # noqa: BLE001 - the boundary: whatever it was, nothing of it may reach the caller
        log_failure(unexpected, route=route, request_id=request_id)
        error = Unavailable()
    else:
        log("answered", route=route, status=response.status, request_id=request_id)
        return response
    return Response(*problems.render(error, language=language, instance=request_id))


def _proxy_response(response: Response, cors_headers: Mapping[str, str]) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "statusCode": response.status,
        "headers": {"Content-Type": "application/json", **_SAFE_HEADERS, **cors_headers, **response.headers},
        "body": "",
    }
    if response.body is not None:
        answer["body"] = json.dumps(response.body, ensure_ascii=False, separators=(",", ":"))
    return answer


def _language(accepted: str) -> str:
    """Return the best of our languages for an Accept-Language header; the first of ours when none fits."""
    best, best_weight = problems.LANGUAGES[0], 0.0
    for part in accepted[:200].split(","):
        tag, _, parameter = part.strip().lower().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        if tag.split("-")[0] in problems.LANGUAGES and best_weight < weight <= 1:
            best, best_weight = tag.split("-")[0], weight
    return best


def _source(context: Mapping[str, Any]) -> str:
    """Return who is counted: the address as the gateway saw it, of IPv6 the /64 that one household has."""
    seen = str(context["identity"]["sourceIp"])
    return seen if _IPV4.fullmatch(seen) else _network(seen)


def _network(seen: str) -> str:
    import ipaddress  # noqa: PLC0415 - 2 ms that most callers do not need

    try:
        address = ipaddress.IPv6Address(seen)
    except ValueError:
        return "unknown"
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((address, 64), strict=False))


def _base_url(event: Mapping[str, Any]) -> str:
    """Return the API's public address: the one configured, else the one that the gateway was called at."""
    configured = Settings().text("PUBLIC_URL").rstrip("/")
    if configured:
        return configured
    context = event["requestContext"]
    return f"https://{context['domainName']}{context['path'].removesuffix(event['path'])}"
