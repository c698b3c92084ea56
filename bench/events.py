"""Events as API Gateway's REST API hands them to a function, at their usual size."""

import json
from typing import Any

from bench.variables import ISSUER
from tools.aws import LOCAL_REGION

type Event = dict[str, Any]


def event(route: str, body: object = None, *, bearer: str = "") -> Event:
    """Return the event of a call such as "POST /login"."""
    method, path = route.split(" ")
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "gzip, deflate, br",
        "Accept-Language": "it-IT,it;q=0.9,en;q=0.5",
        "Content-Type": "application/json",
        "Host": ISSUER.removeprefix("https://"),
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "X-Amzn-Trace-Id": "Root=1-00000000-000000000000000000000000",
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    } | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": _context(method, path),
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


def authorization(asked: Event) -> Event:
    """Return the event of a REQUEST authorizer before such a call: the same without a body, and the method's ARN."""
    method, path, stage = asked["httpMethod"], asked["path"], asked["requestContext"]["stage"]
    arn = f"arn:aws:execute-api:{LOCAL_REGION}:000000000000:bench/{stage}/{method}{path}"
    kept = {name: value for name, value in asked.items() if name not in {"body", "isBase64Encoded"}}
    return {"type": "REQUEST", "methodArn": arn} | kept


def _context(method: str, path: str) -> Event:
    return {
        "accountId": "000000000000",
        "apiId": "bench",
        "domainName": ISSUER.removeprefix("https://"),
        "httpMethod": method,
        "identity": {"sourceIp": "203.0.113.7", "userAgent": "Mozilla/5.0"},
        "path": path,
        "protocol": "HTTP/1.1",
        "requestId": "00000000-0000-4000-8000-000000000000",
        "resourcePath": path,
        "stage": "prod",
    }
