"""The resolver with what all routes share: errors to problems, CORS, headers, logs, metrics, and Lambda's init."""

import gc
import os
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel

from utenza.errors import MalformedRequest, NotFound, OriginRefused, Unavailable, UtenzaError
from utenza.http import caller, languages, problems
from utenza.observability import count, count_failed_call, label_logs, log, log_failure, traced
from utenza.settings import HttpSettings

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000",
    "Vary": "Origin, Accept-Language",
}

type Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


def new_router() -> APIGatewayRouter:
    """Return a router for one function's routes; they need no environment to be declared."""
    return APIGatewayRouter()  # type: ignore[no-untyped-call]  # powertools leaves it so


def respond(status: int, body: BaseModel | None = None, **headers: str) -> Response[str]:
    """Return a response with a model as its JSON; `Cache_Control="…"` is a header in the place of the usual one."""
    content = "" if body is None else body.model_dump_json(exclude_unset=True)
    named: dict[str, str | list[str]] = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, "application/json", content, named)


def build_handler(
    router: APIGatewayRouter, *, metric: str = "", warm_up: Callable[[], object] = lambda: None
) -> Handler:
    """Return the Lambda handler of a router's routes.

    `metric` counts their outcomes by path. `warm_up` opens connections and loads keys during Lambda's init, when a
    function has a whole processor; what fails there is logged, and met again by the first call.
    """

    @cache
    def app() -> APIGatewayRestResolver:
        return build_app(router, HttpSettings.load(), metric)

    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        return app().resolve(event, context) if caller.is_of_rest_api(event) else _refuse_event()

    if "AWS_LAMBDA_RUNTIME_API" in os.environ:
        app()
        try:
            warm_up()
        except (BotoCoreError, ClientError, UtenzaError) as error:
            log_failure(error)
        gc.freeze()  # a search for garbage in the first call would touch, and so copy, the whole snapshot
    return traced(handler)


def build_app(router: APIGatewayRouter, settings: HttpSettings, metric: str = "") -> APIGatewayRestResolver:
    """Return the resolver; `settings` say which origins may call, and where the API is public."""
    cors = _cors(settings.allowed_origins)
    prefix = caller.path_of(settings.public_url)
    app = APIGatewayRestResolver(cors=cors, strip_prefixes=[prefix] if prefix else None)
    app.include_router(router)

    def refuse(error: UtenzaError) -> Response[str]:
        event = app.current_event
        problem = problems.render(
            error, language=caller.language(event), instance=event.request_context.request_id or ""
        )
        if metric:
            count(metric, route=event.resource, outcome=error.code)
        count("Refused", reason=error.code)
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            count_failed_call()
        return Response(problem.status, "application/problem+json", problem.body, {**_HEADERS, **problem.headers})

    def refused(error: UtenzaError) -> Response[str]:
        log("refused", route=_route(app), code=error.code)
        return refuse(error)

    def not_found(_: NotFoundError) -> Response[str]:
        return refused(NotFound())

    def failed(error: Exception) -> Response[str]:
        """Whatever it was, an outage of AWS or a fault of ours: nothing of it may reach the caller."""
        log_failure(error, route=_route(app))
        return refuse(Unavailable())

    def around_each_call(app: APIGatewayRestResolver, next_middleware: NextMiddleware) -> Response[str]:
        label_logs(request_id=app.current_event.request_context.request_id or "")
        origin = app.current_event.headers.get("origin")
        if origin and cors.allowed_origin(origin) is None:
            raise OriginRefused
        response: Response[str] = next_middleware(app)
        response.headers = {**_HEADERS, **response.headers}
        if metric and response.status_code < HTTPStatus.BAD_REQUEST and app.current_event.http_method != "OPTIONS":
            count(metric, route=app.current_event.resource, outcome="succeeded")
        return response

    app.exception_handler_manager.update_exception_handlers(
        {UtenzaError: refused, NotFoundError: not_found, Exception: failed}
    )
    app.use([around_each_call])
    return app


def _refuse_event() -> dict[str, Any]:
    """Answer what is no event of a REST API: one of an HTTP API, of a load balancer, or a test from the console."""
    log("refused", route="no REST API event", code=MalformedRequest.code)
    problem = problems.render(MalformedRequest(), language=languages.LANGUAGES[0], instance="")
    headers = {**_HEADERS, "Content-Type": "application/problem+json", **problem.headers}
    return {"statusCode": problem.status, "headers": headers, "body": problem.body, "isBase64Encoded": False}


def _cors(origins: tuple[str, ...]) -> CORSConfig:
    first, *others = origins or ("",)
    config = CORSConfig(first, others, expose_headers=["Retry-After", "WWW-Authenticate"], max_age=7200)
    config.allow_headers = {"Accept-Language", "Authorization", "Content-Type"}  # and not what signed requests need
    return config


def _route(app: APIGatewayRestResolver) -> str:
    return f"{app.current_event.http_method} {app.current_event.resource}"
