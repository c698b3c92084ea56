"""The documents that a caller accepts, checked against those that the supplier asks for."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from utenza.errors import FieldError
from utenza.http.requests import RequestModel, Submitted
from utenza.suppliers import Supplier


class AcceptedVersion(RequestModel):
    """From GET /suppliers."""

    document: str = Field(min_length=1, max_length=40)
    version: str = Field(min_length=1, max_length=40)


def _none_is_empty(value: object) -> object:
    return () if value is None else value


Accepted = Annotated[tuple[AcceptedVersion, ...], BeforeValidator(_none_is_empty), Field(max_length=20)]


def faults_at_registration[M: RequestModel](submitted: Submitted[M], supplier: Supplier) -> Iterator[FieldError]:
    """Yield what is wrong with `accepted`: a required document that is missing or old, or one that is not asked for."""
    if submitted.is_wrong("accepted"):
        return
    given: Sequence[Any] = submitted.given("accepted") or ()
    versions = {each["document"]: each["version"] for each in given}
    required = [document for document in supplier.documents if document.required]
    if any(versions.get(document.id) != document.version for document in required):
        yield FieldError("accepted", "required")
        return
    yield from _unknown(versions.items(), supplier)


def faults(accepted: Sequence[AcceptedVersion], supplier: Supplier) -> Iterator[FieldError]:
    """Yield what is wrong with what the owner of an account accepts: nothing at all, or no current version."""
    if not accepted:
        yield FieldError("accepted", "required")
    yield from _unknown([(each.document, each.version) for each in accepted], supplier)


def _unknown(versions: Any, supplier: Supplier) -> Iterator[FieldError]:  # noqa: ANN401 - pairs, from either
    current = {(document.id, document.version) for document in supplier.documents}
    if not current.issuperset(versions):
        yield FieldError("accepted", "unknown_document")
