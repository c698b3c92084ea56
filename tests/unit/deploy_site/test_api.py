"""Which API the pages call, and what is said when it would not let them."""

import pytest

from tests.unit.deploy_site.cloud import Cloud
from tools.deploy_site.api import Api, advice, find_api
from tools.deploy_site.formation import Stuck

_URL = "https://abc.execute-api.eu-south-1.amazonaws.com/prod"
_SITE = "https://d1.cloudfront.net"


def _cloud(origins: str = "") -> Cloud:
    cloud = Cloud("CREATE_COMPLETE")
    cloud.outputs, cloud.parameters = {"ApiUrl": _URL}, {"AllowedOrigins": origins}
    return cloud


def test_the_api_is_the_stacks_and_its_origin_has_no_path() -> None:
    api = find_api(_cloud("https://a.example, https://b.example"), "utenza", "")
    assert api == Api(_URL, ["https://a.example", "https://b.example"])
    assert api.origin == "https://abc.execute-api.eu-south-1.amazonaws.com"


def test_an_api_of_another_account_is_called_without_its_stack() -> None:
    assert find_api(Cloud(), "utenza", "https://api.example/") == Api("https://api.example", None)


def test_another_address_than_the_stacks_says_nothing_of_the_stacks_origins() -> None:
    assert find_api(_cloud(_SITE), "utenza", "https://api.example").allowed is None
    assert find_api(_cloud(_SITE), "utenza", f"{_URL}/").allowed == [_SITE]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "there is no stack utenza with an output ApiUrl"),
        ("http://api.example", "cannot be called by pages that come by https"),
        ("api.example", "is not the address of an API"),
        ("https://api.example/?a=b", "is not the address of an API"),
        ("https://user@api.example", "is not the address of an API"),
        ("https://api.example; script-src *", "is not the address of an API"),
    ],
)
def test_what_cannot_be_an_api_of_the_site_is_one_clear_line(url: str, says: str) -> None:
    with pytest.raises(Stuck, match=says):
        find_api(Cloud(), "utenza", url)


def test_an_emulators_api_may_be_plain_http() -> None:
    assert find_api(Cloud(), "utenza", "http://127.0.0.1:8000").origin == "http://127.0.0.1:8000"


def test_the_advice_is_what_to_set_only_where_something_has_to_be_set() -> None:
    assert "AllowedOrigins holds" in advice(Api(_URL, ["https://a.example", _SITE]), _SITE)
    assert advice(Api(_URL, []), _SITE).endswith(f"`make deploy` with AllowedOrigins={_SITE}")
    assert advice(Api(_URL, ["https://a.example"]), _SITE).endswith(f"=https://a.example,{_SITE}")
    assert "must hold" in advice(Api(_URL, None), _SITE)
