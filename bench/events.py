"""Events as API Gateway's REST API hands them to a function, at their usual size."""

import json
from typing import Any

type Event = dict[str, Any]

_HOST, _SOURCE = "bench.example", "203.0.113.7"


def event(route: str, body: object = None, *, bearer: str = "") -> Event:
    """Return the event of a call such as "POST /login"."""
    method, path = route.split(" ")
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "gzip, deflate, br",
        "Accept-Language": "it-IT,it;q=0.9,en;q=0.5",
        "Content-Type": "application/json",
        "Host": _HOST,
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "X-Amzn-Trace-Id": "Root=1-00000000-000000000000000000000000",
        "X-Forwarded-For": _SOURCE,
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
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "bench",
            "domainName": _HOST,
            "httpMethod": method,
            "identity": {"sourceIp": _SOURCE, "userAgent": "Mozilla/5.0"},
            "path": f"/prod{path}",
            "protocol": "HTTP/1.1",
            "requestId": "00000000-0000-4000-8000-000000000000",
            "resourcePath": path,
            "stage": "prod",
        },
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }
