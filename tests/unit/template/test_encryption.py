"""What is stored is encrypted: by AWS's own keys, or all of it by that of `KmsKeyArn`."""

from typing import Any

from tests.unit.template.translated import DEPLOYED
from tools.paths import ROOT
from tools.translate import written

_KEY = {"Fn::If": ["HasKmsKey", {"Ref": "KmsKeyArn"}, {"Ref": "AWS::NoValue"}]}
_OF_TABLES = {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": {"Ref": "KmsKeyArn"}}


def _all(kind: str) -> dict[str, dict[str, Any]]:
    every = {name: entry["Properties"] for name, entry in DEPLOYED.items() if entry["Type"] == kind}
    assert every
    return every


def test_the_parameters_key_encrypts_everything_that_is_stored() -> None:
    for kind, name in (
        ("AWS::Lambda::Function", "KmsKeyArn"),
        ("AWS::Logs::LogGroup", "KmsKeyId"),
        ("AWS::SecretsManager::Secret", "KmsKeyId"),
        ("AWS::SQS::Queue", "KmsMasterKeyId"),
    ):
        for logical_id, properties in _all(kind).items():
            assert properties[name] == _KEY, logical_id
    for logical_id, table in _all("AWS::DynamoDB::Table").items():
        assert table["SSESpecification"] == {"Fn::If": ["HasKmsKey", _OF_TABLES, {"Ref": "AWS::NoValue"}]}, logical_id
    for bucket in _all("AWS::S3::Bucket").values():
        [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        condition, key, _ = rule["ServerSideEncryptionByDefault"]["Fn::If"]
        assert (condition, key) == ("HasKmsKey", {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Ref": "KmsKeyArn"}})
        assert rule["BucketKeyEnabled"]["Fn::If"][:2] == ["HasKmsKey", True]


def test_the_log_of_the_firewall_is_encrypted_by_it_too() -> None:
    assert DEPLOYED["Edge"]["Properties"]["Parameters"]["KmsKeyArn"] == {"Ref": "KmsKeyArn"}
    assert written(ROOT / "stacks" / "edge.yaml")["Resources"]["WebAclLog"]["Properties"]["KmsKeyId"] == _KEY


def test_queues_are_encrypted_without_it_too() -> None:
    for queue in _all("AWS::SQS::Queue").values():
        assert queue["SqsManagedSseEnabled"] == {"Fn::If": ["HasKmsKey", {"Ref": "AWS::NoValue"}, True]}


def test_the_topic_has_a_key_that_ses_may_use() -> None:
    """SES cannot publish under AWS's own key: there is one of the stack where there is none of the parameter."""
    topic = _all("AWS::SNS::Topic")["EmailFeedbackTopic"]
    ours = {"Fn::GetAtt": ["FeedbackKey", "Arn"]}
    assert topic["KmsMasterKeyId"] == {"Fn::If": ["HasKmsKey", {"Ref": "KmsKeyArn"}, ours]}
    key = DEPLOYED["FeedbackKey"]
    assert (key["Condition"], key["Properties"]["EnableKeyRotation"]) == ("MakesFeedbackKey", True)
    _, ses = key["Properties"]["KeyPolicy"]["Statement"]
    assert ses["Principal"] == {"Service": "ses.amazonaws.com"}
    assert set(ses["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}


def test_mails_travel_encrypted_or_not_at_all() -> None:
    [settings] = _all("AWS::SES::ConfigurationSet").values()
    assert settings["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}
