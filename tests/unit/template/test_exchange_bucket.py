"""The exchange bucket is private, and its files expire."""

from tests.unit.template.translated import RESOURCES, WRITTEN


def test_the_exchange_bucket_is_private_encrypted_and_outlives_the_stack() -> None:
    bucket = RESOURCES["ExchangeBucket"]
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    properties = bucket["Properties"]
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    [encryption] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["Fn::If"][2] == {"SSEAlgorithm": "AES256"}
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert properties["NotificationConfiguration"]["EventBridgeConfiguration"] == {"EventBridgeEnabled": True}
    assert WRITTEN["Outputs"]["ExchangeBucketName"]["Value"] == {"Ref": "ExchangeBucket"}


def test_the_exchange_bucket_is_reached_over_tls_alone() -> None:
    policy = RESOURCES["ExchangeBucketPolicy"]
    assert policy["Condition"] == "IsOnAws"  # the emulator has no TLS
    assert WRITTEN["Conditions"]["IsOnAws"] == {"Fn::Equals": [{"Ref": "AwsEndpointUrl"}, ""]}
    [statement] = policy["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    whole, objects = statement["Resource"]
    assert (whole["Fn::GetAtt"][0], objects["Fn::Sub"]) == ("ExchangeBucket", "${ExchangeBucket.Arn}/*")


def test_exchanged_files_expire() -> None:
    rules = RESOURCES["ExchangeBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert {rule["Status"] for rule in rules} == {"Enabled"}
    of_parameters = [rule for rule in rules if isinstance(rule.get("ExpirationInDays"), dict)]
    days = {rule["Prefix"]: rule["ExpirationInDays"]["Ref"] for rule in of_parameters}
    assert days == {
        "exports/": "ExportsKeptDays",
        "incoming/": "IncomingKeptDays",
        "reports/": "ReportsKeptDays",
        "runs/": "ImportUndoDays",
    }
    assert {WRITTEN["Parameters"][name]["Default"] for name in days.values()} == {90}
    assert {rule["Prefix"] for rule in rules if isinstance(rule.get("ExpirationInDays"), int)} == {"manifests/"}
    [of_all] = [rule for rule in rules if "Prefix" not in rule]
    assert of_all["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert of_all["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
