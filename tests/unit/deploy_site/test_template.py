"""The site's template: access to the bucket, https, caching, and descriptions of the parameters."""

from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import decode  # type: ignore[import-untyped]

from tests.unit.template.deployment import Deployment
from tools.deploy_site.edge import LOG_DAYS
from tools.paths import ROOT
from tools.translate import written

_FILE = Path(__file__).parents[3] / "site.yaml"
_TEMPLATE: dict[str, Any] = decode(str(_FILE))[0]
_RESOURCES = _TEMPLATE["Resources"]
_EDGE = written(ROOT / "stacks" / "site_edge.yaml")
_DISTRIBUTION = _RESOURCES["Distribution"]["Properties"]["DistributionConfig"]


@pytest.mark.parametrize("name", _TEMPLATE["Parameters"])
def test_every_parameter_has_a_description_bounds_and_a_group(name: str) -> None:
    parameter = _TEMPLATE["Parameters"][name]
    assert parameter["Description"]
    assert {"AllowedValues", "AllowedPattern"} & set(parameter)
    groups = _TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sum(name in group["Parameters"] for group in groups) == 1


def test_only_the_distribution_reads_the_bucket() -> None:
    bucket = _RESOURCES["Bucket"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    read, clear = _RESOURCES["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (read["Effect"], read["Action"]) == ("Allow", "s3:GetObject")
    assert read["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert read["Condition"]["StringEquals"]["AWS:SourceArn"]["Fn::Sub"].endswith(":distribution/${Distribution}")
    assert (clear["Effect"], clear["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_the_bucket_is_encrypted_and_expires_old_versions() -> None:
    bucket = _RESOURCES["Bucket"]["Properties"]
    [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    [rule] = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["NoncurrentVersionExpiration"]["NoncurrentDays"]) == ("Enabled", 30)


def test_browsers_use_https_and_only_read() -> None:
    behaviour = _DISTRIBUTION["DefaultCacheBehavior"]
    assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"
    assert behaviour["AllowedMethods"] == ["GET", "HEAD"]
    assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "Headers"}
    _, own, given = _DISTRIBUTION["ViewerCertificate"]["Fn::If"]
    assert (own["MinimumProtocolVersion"], given) == ("TLSv1.2_2021", {"CloudFrontDefaultCertificate": True})


def test_responses_are_compressed_and_the_cache_key_is_the_path() -> None:
    caching = _RESOURCES["Caching"]["Properties"]["CachePolicyConfig"]
    key = caching["ParametersInCacheKeyAndForwardedToOrigin"]
    assert _DISTRIBUTION["DefaultCacheBehavior"]["Compress"]
    assert key["EnableAcceptEncodingBrotli"]
    assert key["EnableAcceptEncodingGzip"]
    assert caching["MinTTL"] > 0  # CloudFront compresses only what it may cache
    assert [list(key[name].values()) for name in ("CookiesConfig", "HeadersConfig", "QueryStringsConfig")] == [
        ["none"]
    ] * 3


def test_missing_objects_are_404() -> None:
    answers = _DISTRIBUTION["CustomErrorResponses"]
    assert {(answer["ErrorCode"], answer["ResponseCode"], answer["ResponsePagePath"]) for answer in answers} == {
        (403, 404, "/404.html"),
        (404, 404, "/404.html"),
    }


def test_the_outputs_are_what_the_deployment_reads() -> None:
    assert {"SiteUrl", "BucketName", "DistributionId", "DistributionDomain"} == set(_TEMPLATE["Outputs"])


def test_the_domains_records_are_written_where_there_is_a_zone() -> None:
    for name, kind in (("RecordOfIpv4", "A"), ("RecordOfIpv6", "AAAA")):
        record = _RESOURCES[name]
        assert (record["Condition"], record["Properties"]["Type"]) == ("WritesRecords", kind)
        assert record["Properties"]["AliasTarget"]["DNSName"] == {"Fn::GetAtt": ["Distribution", "DomainName"]}


def test_the_firewall_and_the_access_logs_are_of_us_east_1() -> None:
    deployment = Deployment(_TEMPLATE, {"WebAclArn": "arn"})
    assert deployment.value(_DISTRIBUTION)["WebACLId"] == "arn"
    assert "WebACLId" not in Deployment(_TEMPLATE).value(_DISTRIBUTION)
    assert _EDGE["Resources"]["WebAcl"]["Properties"]["Scope"] == "CLOUDFRONT"
    assert set(_EDGE["Parameters"]["LogDays"]["AllowedValues"]) == {int(days) for days in LOG_DAYS}
    first = Deployment(_EDGE, {"SiteStack": "s", "LogDays": 14})  # there is no distribution yet
    later = Deployment(_EDGE, {"SiteStack": "s", "LogDays": 14, "DistributionId": "E1"})
    assert {name for name in _EDGE["Resources"] if first.has(name)} == set()
    assert {name for name in _EDGE["Resources"] if later.has(name)} == {
        "Log",
        "LogSource",
        "LogDestination",
        "LogDelivery",
    }


def test_access_logs_have_nothing_of_a_person() -> None:
    logged = set(_EDGE["Resources"]["LogDelivery"]["Properties"]["RecordFields"])
    assert logged.isdisjoint({"c-ip", "x-forwarded-for", "cs(User-Agent)", "cs(Referer)", "cs(Cookie)", "cs-uri-query"})
    assert {"date", "time", "cs-uri-stem", "sc-status"} <= logged


def test_who_is_refused_is_told_what_to_do_and_when() -> None:
    acl = _EDGE["Resources"]["WebAcl"]["Properties"]
    [rule] = acl["Rules"]
    answer = rule["Action"]["Block"]["CustomResponse"]
    headers = {header["Name"]: header["Value"] for header in answer["ResponseHeaders"]}
    # A 403 is the page that does not exist, and would be kept by CloudFront.
    assert answer["ResponseCode"] == 429
    assert answer["ResponseCode"] not in {each["ErrorCode"] for each in _DISTRIBUTION["CustomErrorResponses"]}
    assert headers["retry-after"] == str(rule["Statement"]["RateBasedStatement"]["EvaluationWindowSec"])
    body = acl["CustomResponseBodies"][answer["CustomResponseBodyKey"]]["Content"]
    assert all(wait in body for wait in ("tra 5 minuti", "in 5 minutes", "in 5 Minuten"))
    assert len(body.encode()) <= 4096  # AWS WAF's limit
