"""What a form needs to know of each supplier."""

from typing import TypedDict


class SupplierView(TypedDict):
    """Texts are in the language of the answer; `links` by their name."""

    supplier: str
    name: str
    code_label: str
    code_hint: str
    code_pattern: str
    code_picture: str | None
    languages: list[str]
    links: dict[str, str]


class SuppliersResponse(TypedDict):
    suppliers: list[SupplierView]
