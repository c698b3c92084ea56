"""The site in the emulator's CloudFront and beside the local stack: deployed once, the same answers from both."""

import http.client
import json
from typing import NamedTuple

import pytest

from tests.unit.deploy_site.site_folder import site
from tools.aws import find_stack, outputs
from tools.deploy_site.cli import main
from tools.deploy_site.files import Site
from tools.local_stack.site import serving
from tools.local_stack.stack import LocalStack
from tools.ports import free_ports

pytestmark = pytest.mark.stack

_CORS = "access-control-allow-origin"
_OF_THE_SITE = {
    _CORS,
    "cache-control",
    "content-security-policy",
    "content-type",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "x-content-type-options",
}


class _Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class _Deployed(NamedTuple):
    files: Site
    host: str
    bucket: str


def _get(port: int, path: str, host: str = "", origin: str = "https://supplier.example") -> _Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    edge = {"Host": host, "X-Forwarded-Proto": "https"} if host else {}
    connection.request("GET", path, headers={"Origin": origin, **edge})
    response = connection.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    answer = _Answer(response.status, headers, response.read())
    connection.close()
    return answer


def _deploy(stack: LocalStack, files: Site, *arguments: str) -> int:
    given = ["--endpoint", stack.endpoint, "--site", str(files.folder), "--suppliers", str(files.suppliers)]
    return main([*given, *arguments])


@pytest.fixture(scope="module")
def deployed(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> _Deployed:
    files = site(tmp_path_factory.mktemp("site"))._replace(api=stack.api)
    assert _deploy(stack, files) == 0
    made = outputs(find_stack(stack.client("cloudformation"), "utenza-site") or {})
    return _Deployed(files, made["SiteUrl"].removeprefix("https://"), made["BucketName"])


@pytest.mark.parametrize("path", ["/", "/utenza/utenza.js", "/config.json", "/bills/bill.svg", "/missing.html"])
def test_cloudfront_and_the_local_site_answer_alike(stack: LocalStack, deployed: _Deployed, path: str) -> None:
    [port] = free_ports(1)
    with serving(port, stack.api, folder=deployed.files.folder, suppliers=deployed.files.suppliers):
        here = _get(port, path)
    there = _get(stack.places.stack_port, path, deployed.host)
    assert (there.status, there.body) == (here.status, here.body)
    for name in _OF_THE_SITE:
        assert there.headers[name] == here.headers[name], name


def test_the_deployed_settings_name_the_api_and_the_policy_lets_pages_call_it(
    stack: LocalStack, deployed: _Deployed
) -> None:
    answer = _get(stack.places.stack_port, "/config.json", deployed.host)
    assert json.loads(answer.body)["api"] == stack.api
    assert f"connect-src 'self' {stack.api};" in answer.headers["content-security-policy"]


def test_the_bucket_itself_is_closed(stack: LocalStack, deployed: _Deployed) -> None:
    assert _get(stack.places.stack_port, f"/{deployed.bucket}/index.html").status == 403


def test_deploying_it_again_changes_nothing(
    stack: LocalStack, deployed: _Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _deploy(stack, deployed.files) == 0
    said = capsys.readouterr().out
    assert "The stack utenza-site is up to date." in said
    assert "Files uploaded: 0, removed: 0, unchanged: 9." in said


def test_a_domain_without_its_certificate_is_refused_in_one_line(
    stack: LocalStack, deployed: _Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _deploy(stack, deployed.files, "--domain", "area.example.it") == 1
    assert "A domain needs a certificate" in capsys.readouterr().err


def test_pages_from_the_sites_own_port_may_call_the_api(stack: LocalStack) -> None:
    assert _get(stack.places.port, "/suppliers", origin=stack.places.site).headers[_CORS] == stack.places.site
