"""The ring of the step token rotates by Secrets Manager's own rotation, on AWS."""

from tests.unit.template.translated import ALARMS, DEPLOYED, WRITTEN


def test_secrets_manager_calls_the_function_after_so_many_days_and_never_for_a_deployment() -> None:
    schedule = DEPLOYED["StepSecretRotation"]
    rotation = schedule["Properties"]
    assert rotation["SecretId"] == {"Ref": "StepSecret"}
    assert rotation["RotationLambdaARN"] == {"Fn::GetAtt": ["KeyRotationFunction", "Arn"]}
    assert rotation["RotationRules"] == {"AutomaticallyAfterDays": {"Ref": "StepKeyRotationDays"}}
    assert rotation["RotateImmediatelyOnUpdate"] is False
    assert schedule["DependsOn"] == "KeyRotationPermission"  # AWS tries the function out at once


def test_no_days_and_the_emulator_have_no_schedule() -> None:
    assert DEPLOYED["StepSecretRotation"]["Condition"] == "RotatesStepKey"
    on_aws, with_days = WRITTEN["Conditions"]["RotatesStepKey"]["Fn::And"]
    assert on_aws == {"Condition": "IsOnAws"}
    assert with_days == {"Fn::Not": [{"Fn::Equals": [{"Ref": "StepKeyRotationDays"}, "0"]}]}
    days = WRITTEN["Parameters"]["StepKeyRotationDays"]
    assert (days["MinValue"], days["MaxValue"]) == (0, 1000)  # 1000: AWS's own


def test_no_other_secret_and_no_other_account_calls_the_function() -> None:
    allowed = DEPLOYED["KeyRotationPermission"]["Properties"]
    assert allowed["Principal"] == "secretsmanager.amazonaws.com"
    assert allowed["FunctionName"] == {"Ref": "KeyRotationFunction"}
    assert (allowed["SourceArn"], allowed["SourceAccount"]) == ({"Ref": "StepSecret"}, {"Ref": "AWS::AccountId"})


def test_a_rotation_that_fails_raises_an_alarm() -> None:
    alarm = ALARMS["KeyRotationAlarm"]
    assert (alarm["MetricName"], alarm["Threshold"]) == ("Errors", 0)
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "KeyRotationFunction"}}]
