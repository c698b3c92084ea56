"""Prints the parameters with which a first deployment has access logs and takes nothing from others in the account.

API Gateway writes them through one role for the whole account and region. Where there is none, a deployment with logs
fails unless it makes one; where there is one, making another would take the place of it for every other API.
"""

import sys

from botocore.exceptions import BotoCoreError, ClientError

from tools.aws import connect


def main() -> int:
    print(" ".join(f"{name}={value}" for name, value in parameters().items()))
    return 0


def parameters() -> dict[str, str]:
    """Return the parameters for the caller's account and region; without logs where it cannot be looked into."""
    try:
        aws = connect()
        role = aws.client("apigateway").get_account().get("cloudwatchRoleArn")
    except (BotoCoreError, ClientError) as error:
        print(f"Access logs stay off, as the account's role for them is not known: {error}", file=sys.stderr)
        return {"AccessLogs": "false", "CreateApiGatewayLogRole": "false"}
    found = f"goes through {role}" if role else "needs a role, which the stack makes"
    print(f"The access log {found} ({aws.place}).", file=sys.stderr)
    return {"AccessLogs": "true", "CreateApiGatewayLogRole": "false" if role else "true"}


if __name__ == "__main__":
    sys.exit(main())
