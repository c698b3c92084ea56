"""The exchange bucket. An object is there whole or not at all, as S3 promises."""

from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import Any

from utenza.crm.file import ENCODING, MEDIA_TYPE, CrmFile
from utenza.crm.standing import Standing
from utenza.suppliers import ExportColumn


class Bucket:
    def __init__(self, client: Any, name: str) -> None:  # noqa: ANN401 - boto3's clients
        self._client = client
        self._name = name

    def put(self, name: str, columns: Sequence[ExportColumn], rows: Iterable[Standing]) -> int:
        """Put an object by one request, out of a file on disk, which may be larger than the memory."""
        with TemporaryFile() as content:
            text = TextIOWrapper(content, encoding=ENCODING, newline="")
            written = CrmFile(text, columns).add(rows)
            text.detach()  # with all of it in the file
            content.seek(0)
            self._client.put_object(Bucket=self._name, Key=name, Body=content, ContentType=MEDIA_TYPE)
        return written
