"""What a form needs to know of each supplier."""

from utenza.http.requests import ResponseModel


class DocumentView(ResponseModel):
    """What customers are asked to accept; with `required`, nobody registers without its current version."""

    document: str
    version: str
    title: str
    url: str
    required: bool


class SupplierView(ResponseModel):
    """Texts are in the language of the response; `links` by their name.

    `mail` says whether codes and reminders are mailed, `password_min_length` counts code points after NFC: what a form
    has to know before the customer types.
    """

    supplier: str
    name: str
    code_label: str
    code_hint: str
    code_pattern: str
    code_picture: str | None
    languages: list[str]
    links: dict[str, str]
    mail: bool
    password_min_length: int
    documents: list[DocumentView]


class SuppliersResponse(ResponseModel):
    suppliers: list[SupplierView]
