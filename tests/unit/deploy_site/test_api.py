"""The API that the pages call, and the advice when it does not allow the site."""

import pytest

from tests.unit.deploy_site.cloud import Cloud
from tools.deploy_site.api import Api, advice, find_api
from tools.deploy_site.stack import DeploymentError

_URL = "https://abc.execute-api.eu-south-1.amazonaws.com/prod"
_SITE = "https://d1.cloudfront.net"


def _cloud(origins: str = "") -> Cloud:
    cloud = Cloud("CREATE_COMPLETE")
    cloud.outputs, cloud.parameters = {"ApiUrl": _URL}, {"AllowedOrigins": origins}
    return cloud


def test_find_api_reads_the_stack_and_the_origin_has_no_path() -> None:
    api = find_api(_cloud("https://a.example, https://b.example"), "utenza", "")
    assert api == Api(_URL, ["https://a.example", "https://b.example"])
    assert api.origin == "https://abc.execute-api.eu-south-1.amazonaws.com"


def test_find_api_accepts_a_url_without_a_stack() -> None:
    assert find_api(Cloud(), "utenza", "https://api.example/") == Api("https://api.example", None)


def test_allowed_origins_are_unknown_for_another_url_than_the_stack_s() -> None:
    assert find_api(_cloud(_SITE), "utenza", "https://api.example").allowed is None
    assert find_api(_cloud(_SITE), "utenza", f"{_URL}/").allowed == [_SITE]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "there is no stack utenza with an output ApiUrl"),
        ("http://api.example", "pages that are served by https cannot call it"),
        ("api.example", "is not the address of an API"),
        ("https://api.example/?a=b", "is not the address of an API"),
        ("https://user@api.example", "is not the address of an API"),
        ("https://api.example; script-src *", "is not the address of an API"),
    ],
)
def test_find_api_explains_an_unusable_address(url: str, message: str) -> None:
    with pytest.raises(DeploymentError, match=message):
        find_api(Cloud(), "utenza", url)


def test_a_local_api_may_be_plain_http() -> None:
    assert find_api(Cloud(), "utenza", "http://127.0.0.1:8000").origin == "http://127.0.0.1:8000"


def test_advice_names_the_parameter_only_if_it_must_change() -> None:
    assert "AllowedOrigins contains" in advice(Api(_URL, ["https://a.example", _SITE]), _SITE)
    assert advice(Api(_URL, []), _SITE).endswith(f"`make deploy` with AllowedOrigins={_SITE}")
    assert advice(Api(_URL, ["https://a.example"]), _SITE).endswith(f"=https://a.example,{_SITE}")
    assert "make sure that its AllowedOrigins contains" in advice(Api(_URL, None), _SITE)
