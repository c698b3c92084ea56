"""Events as API Gateway makes them."""

from bench.events import authorization, event


def test_an_authorizer_is_asked_about_a_method_and_sees_no_body() -> None:
    request = authorization(event("GET /account", {"a": 1}, bearer="token"))
    assert (request["type"], request["headers"]["Authorization"]) == ("REQUEST", "Bearer token")
    assert request["methodArn"].endswith(":bench/prod/GET/account")
    assert "body" not in request
