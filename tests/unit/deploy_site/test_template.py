"""The site's template: access to the bucket, https, caching, and descriptions of the parameters."""

from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import decode  # type: ignore[import-untyped]

_FILE = Path(__file__).parents[3] / "site.yaml"
_TEMPLATE: dict[str, Any] = decode(str(_FILE))[0]
_RESOURCES = _TEMPLATE["Resources"]
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
