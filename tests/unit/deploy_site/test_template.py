"""The site's template: who may read the bucket, how browsers reach it, and that every parameter says what it is."""

from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import decode  # type: ignore[import-untyped]

_FILE = Path(__file__).parents[3] / "site.yaml"
_TEMPLATE: dict[str, Any] = decode(str(_FILE))[0]
_RESOURCES = _TEMPLATE["Resources"]
_DISTRIBUTION = _RESOURCES["Distribution"]["Properties"]["DistributionConfig"]


@pytest.mark.parametrize("name", _TEMPLATE["Parameters"])
def test_every_parameter_is_described_bounded_and_asked_for_in_a_group(name: str) -> None:
    parameter = _TEMPLATE["Parameters"][name]
    assert parameter["Description"]
    assert {"AllowedValues", "AllowedPattern"} & set(parameter)
    groups = _TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sum(name in group["Parameters"] for group in groups) == 1


def test_the_bucket_is_nobodys_but_the_distributions() -> None:
    bucket = _RESOURCES["Bucket"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    read, clear = _RESOURCES["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (read["Effect"], read["Action"]) == ("Allow", "s3:GetObject")
    assert read["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert read["Condition"]["StringEquals"]["AWS:SourceArn"]["Fn::Sub"].endswith(":distribution/${Distribution}")
    assert (clear["Effect"], clear["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_the_bucket_is_encrypted_and_forgets_old_versions() -> None:
    bucket = _RESOURCES["Bucket"]["Properties"]
    [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    [rule] = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["NoncurrentVersionExpiration"]["NoncurrentDays"]) == ("Enabled", 30)


def test_browsers_come_by_https_and_read_only() -> None:
    behaviour = _DISTRIBUTION["DefaultCacheBehavior"]
    assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"
    assert behaviour["AllowedMethods"] == ["GET", "HEAD"]
    assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "Headers"}
    _, own, given = _DISTRIBUTION["ViewerCertificate"]["Fn::If"]
    assert (own["MinimumProtocolVersion"], given) == ("TLSv1.2_2021", {"CloudFrontDefaultCertificate": True})


def test_answers_are_compressed_and_told_apart_by_their_path_alone() -> None:
    caching = _RESOURCES["Caching"]["Properties"]["CachePolicyConfig"]
    key = caching["ParametersInCacheKeyAndForwardedToOrigin"]
    assert _DISTRIBUTION["DefaultCacheBehavior"]["Compress"]
    assert key["EnableAcceptEncodingBrotli"]
    assert key["EnableAcceptEncodingGzip"]
    assert caching["MinTTL"] > 0  # CloudFront compresses only what it may keep
    assert [list(key[name].values()) for name in ("CookiesConfig", "HeadersConfig", "QueryStringsConfig")] == [
        ["none"]
    ] * 3


def test_what_is_not_there_is_not_found() -> None:
    answers = _DISTRIBUTION["CustomErrorResponses"]
    assert {(answer["ErrorCode"], answer["ResponseCode"], answer["ResponsePagePath"]) for answer in answers} == {
        (403, 404, "/404.html"),
        (404, 404, "/404.html"),
    }


def test_what_the_deployment_reads_is_put_out() -> None:
    assert {"SiteUrl", "BucketName", "DistributionId", "DistributionDomain"} == set(_TEMPLATE["Outputs"])
