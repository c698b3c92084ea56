"""What a boto3 client is asked for, in order."""

from typing import Any

type Request = tuple[str, dict[str, Any]]


def watched(client: Any) -> list[Request]:
    """Return the list that every call of this client is added to: the operation and boto3's parameters."""
    requests: list[Request] = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        requests.append((model.name, dict(params)))

    client.meta.events.register("provide-client-params.*.*", note)
    return requests
