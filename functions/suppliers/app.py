"""GET /suppliers: what a form needs to know before the customer types anything; HEAD for monitors of availability."""

from functools import cache

from aws_lambda_powertools.event_handler import Response

from suppliers.schemas import DocumentView, SuppliersResponse, SupplierView
from utenza.http import caller
from utenza.http.app import build_handler, new_router, respond
from utenza.settings import MailSettings
from utenza.suppliers import Supplier, Suppliers, Texts, load


class Settings(MailSettings):
    password_min_length: int


@cache
def known_suppliers() -> Suppliers:
    return load()


router = new_router()


@router.get("/suppliers")
def list_suppliers() -> Response[str]:
    language = caller.language(router.current_event)
    views = [_view(supplier, language) for supplier in known_suppliers()]
    return respond(200, SuppliersResponse(suppliers=views), Cache_Control="public, max-age=3600")


@router.head("/suppliers")
def check_suppliers() -> Response[str]:
    """Answer as GET without a body."""
    response = list_suppliers()
    response.body = ""
    return response


def _view(supplier: Supplier, language: str) -> SupplierView:
    def text(texts: Texts) -> str:
        return texts.get(language, texts["it"])

    return SupplierView(
        supplier=supplier.id,
        name=text(supplier.name),
        code_label=text(supplier.code_label),
        code_hint=text(supplier.code_hint),
        code_pattern=supplier.code_pattern,
        code_picture=supplier.code_picture or None,
        languages=list(supplier.languages),
        links={name: text(texts) for name, texts in supplier.links.items()},
        mail=Settings.load().sends_mail,
        password_min_length=Settings.load().password_min_length,
        documents=[
            DocumentView(
                document=document.id,
                version=document.version,
                title=text(document.title),
                url=text(document.url),
                required=document.required,
            )
            for document in supplier.documents
        ],
    )


handler = build_handler(router, warm_up=known_suppliers)
