"""Events as API Gateway makes them."""

from bench.events import authorization, event


def test_an_authorizer_is_asked_about_a_method_and_sees_no_body() -> None:
    asked = authorization(event("GET /account", {"a": 1}, bearer="token"))
    assert (asked["type"], asked["headers"]["Authorization"]) == ("REQUEST", "Bearer token")
    assert asked["methodArn"].endswith(":bench/prod/GET/account")
    assert "body" not in asked
