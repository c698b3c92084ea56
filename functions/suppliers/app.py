"""GET /suppliers: what a form needs to know before the customer types anything."""

from functools import cache

from suppliers.schemas import SuppliersResponse, SupplierView
from utenza.http.web import Request, Response, application
from utenza.settings import Settings
from utenza.suppliers import Supplier, Suppliers, Texts, load


@cache
def known_suppliers() -> Suppliers:
    return load()


async def list_suppliers(request: Request) -> Response:
    answer: SuppliersResponse = {
        "suppliers": [_view(supplier, request.language) for supplier in known_suppliers()],
    }
    return Response(200, answer, {"Cache-Control": "public, max-age=3600"})


def _view(supplier: Supplier, language: str) -> SupplierView:
    settings = Settings()

    def told(texts: Texts) -> str:
        return texts.get(language, texts["it"])

    return {
        "supplier": supplier.id,
        "name": told(supplier.name),
        "code_label": told(supplier.code_label),
        "code_hint": told(supplier.code_hint),
        "code_pattern": supplier.code_pattern,
        "code_picture": supplier.code_picture or None,
        "languages": list(supplier.languages),
        "links": {name: told(texts) for name, texts in supplier.links.items()},
        "mail": bool(settings.text("SENDER_EMAIL")),
        "password_min_length": settings.number("PASSWORD_MIN_LENGTH"),
    }


handler = application({"GET /suppliers": list_suppliers})
