"""What fails, in which order, for how long, and which alarms have to ring for it."""

from typing import NamedTuple

from tools.chaos.faults import Fault

_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")


class Phase(NamedTuple):
    """`alarms` have to ring. `imports`: an import is killed. `bounces`: so many mails bounce meanwhile.

    It lasts `seconds`, and on a busy machine until calls have met each of its faults, three times as long at most.
    `starts_anew`: functions whose processes die at its beginning, so that new ones ask for what the old ones had.
    """

    name: str
    seconds: float
    faults: tuple[Fault, ...] = ()
    alarms: tuple[str, ...] = ()
    imports: bool = False
    starts_anew: tuple[str, ...] = ()
    bounces: int = 0


# What is put off comes back after one and two minutes, so those phases are the first.
PHASES = (
    Phase("calm", 15),
    Phase(
        "SES throttled, hanging",
        40,
        (
            Fault("throttled", "ses", share=0.3),
            Fault("rejected", "ses", share=0.3),
            Fault("slow", "ses", share=0.1, seconds=7),
            Fault("lost", "ses", share=0.1),
        ),
        alarms=("DeadNotificationsAlarm", "FailedLinesAlarm"),
    ),
    Phase(
        "EventBridge, SQS failing",
        20,
        (
            Fault("throttled", "events", share=0.8, least=21),
            Fault("unprocessed", "events", share=0.2),
            Fault("failed", "sqs", share=0.3),
            Fault("lost", "sqs", share=0.2),
        ),
        bounces=3,
        alarms=("FailedLinesAlarm",),
    ),
    Phase(
        "DynamoDB throttled",
        18,
        (Fault("throttled", "dynamodb", share=0.3),),
        alarms=("AccountsReadsThrottledAlarm", "AttemptsWritesThrottledAlarm"),
    ),
    Phase(
        "answers lost",
        18,
        (Fault("lost", "dynamodb", _WRITES, share=0.3), Fault("cut", "dynamodb", share=0.2)),
        alarms=("UnavailableAlarm",),
    ),
    Phase(
        "KMS slow, failing",
        15,
        (Fault("slow", "kms", ("Sign",), share=0.5, seconds=3), Fault("failed", "kms", ("Sign",), share=0.5)),
        alarms=("UnavailableAlarm", "ApiFailsAlarm"),
    ),
    Phase(
        "Secrets Manager failing",
        20,
        (Fault("failed", "secretsmanager", share=0.7), Fault("cut", "secretsmanager", share=0.3)),
        starts_anew=("-VerifyFunction-", "-LoginFunction-"),
        alarms=("UnavailableAlarm",),
    ),
    Phase(
        "functions dead",
        25,
        (
            Fault("killed", "dynamodb", _WRITES, share=0.08),
            Fault("killed", "kms", ("Sign",), share=0.15),
            Fault("killed", "ses", share=0.4),
            Fault("killed", "events", share=0.4),
        ),
        bounces=3,
        alarms=("ApiFailsAlarm", "LoginErrorsAlarm"),
    ),
    Phase(
        "import killed",
        20,
        (
            Fault("unprocessed", "dynamodb", ("BatchWriteItem",), share=0.3),
            Fault("slow", "dynamodb", ("BatchWriteItem",), share=0.6, seconds=2),  # or it is over before it is killed
            Fault("throttled", "dynamodb", share=0.1),
        ),
        imports=True,
        alarms=("CustomersWritesThrottledAlarm",),
    ),
    Phase("calm again", 12),
)
