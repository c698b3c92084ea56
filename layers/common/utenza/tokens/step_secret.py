"""The secret of the ring, with the labels by which Secrets Manager knows its versions."""

from collections.abc import Collection, Mapping
from typing import Any

from botocore.exceptions import ClientError

from utenza.tokens.key_ring import RingSecrets, parse

_CURRENT, _PENDING = "AWSCURRENT", "AWSPENDING"


class StepSecret:
    """Each method is one request and raises ClientError or BotoCoreError; those that read rings, MalformedSecret."""

    def __init__(self, client: Any, name: str) -> None:  # noqa: ANN401 - the stubs of boto3 are not in the layer
        self._client = client
        self._name = name

    def labels(self) -> Mapping[str, Collection[str]]:
        """Return the labels of each version."""
        labels: dict[str, list[str]] = self._client.describe_secret(SecretId=self._name)["VersionIdsToStages"]
        return labels

    def current(self) -> tuple[str, RingSecrets]:
        """Return the version that is in use, and its ring."""
        found = self._client.get_secret_value(SecretId=self._name, VersionStage=_CURRENT)
        return found["VersionId"], parse(found.get("SecretString", ""))

    def pending(self, version: str) -> RingSecrets | None:
        """Return the ring that is to be used next, None while that version is empty."""
        try:
            found = self._client.get_secret_value(SecretId=self._name, VersionId=version, VersionStage=_PENDING)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            return None
        return parse(found.get("SecretString", ""))

    def put(self, version: str, ring: RingSecrets) -> None:
        """Fill the version that is to be used next; a version has one content for ever."""
        self._client.put_secret_value(
            SecretId=self._name,
            ClientRequestToken=version,
            SecretString=ring.model_dump_json(),
            VersionStages=[_PENDING],
        )

    def use(self, version: str, instead_of: str) -> None:
        """Use a version; AWS refuses it unless `instead_of` is the one in use."""
        self._client.update_secret_version_stage(
            SecretId=self._name, VersionStage=_CURRENT, MoveToVersionId=version, RemoveFromVersionId=instead_of
        )

    def forget(self, version: str) -> None:
        """Take the label of what is next away from a version, so that another rotation may begin."""
        self._client.update_secret_version_stage(
            SecretId=self._name, VersionStage=_PENDING, RemoveFromVersionId=version
        )


def is_current(labels: Collection[str]) -> bool:
    return _CURRENT in labels


def is_pending(labels: Collection[str]) -> bool:
    return _PENDING in labels
