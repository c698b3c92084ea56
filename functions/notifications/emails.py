"""A mail as its reader sees it: plain text, and the same words as HTML for a small screen.

No pictures, nothing to click that does something: what matters can be read, and typed, from the text.
"""

import html
from collections.abc import Mapping
from importlib import import_module
from string import Template
from typing import NamedTuple

from utenza.suppliers import Supplier

_COLOUR = "#1f4e79"
_PAGE = Template("""\
<!doctype html>
<html lang="$language">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>$subject</title></head>
<body style="margin:0;padding:24px 16px;font:18px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif">
<div style="max-width:560px;margin:0 auto">
<p style="margin:0 0 24px;padding-bottom:12px;border-bottom:4px solid $colour;font-weight:bold">$supplier</p>
$body
<p style="margin:32px 0 0;padding-top:12px;border-top:1px solid #8a8a8a;font-size:15px">$footer</p>
</div>
</body>
</html>
""")
_PARAGRAPH = '<p style="margin:0 0 16px">{}</p>'
_CODE = '<p style="margin:24px 0;font:bold 36px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:.15em">{}</p>'


class Email(NamedTuple):
    subject: str
    text: str
    html: str


def compose(kind: str, supplier: Supplier, language: str, values: Mapping[str, str]) -> Email:
    """Return a mail of this kind in the account's language, Italian where the supplier does not offer it."""
    language = language if language in supplier.languages else "it"
    words = import_module(f"notifications.texts.{language}")
    texts = {
        "supplier": supplier.name[language],
        "site": supplier.links["site"][language],
        "contact": supplier.links["contact"][language].removeprefix("mailto:"),
        **values,
    }
    subject, paragraphs = words.EMAILS[kind]
    subject = Template(subject).substitute(texts)
    paragraphs = [Template(words.GREETING), *map(Template, paragraphs)]
    footer = Template(words.FOOTER).substitute(texts)
    plain = [paragraph.substitute(texts) for paragraph in paragraphs]
    page = _PAGE.substitute(
        language=language,
        subject=html.escape(subject),
        supplier=html.escape(texts["supplier"]),
        colour=supplier.mail.get("colour", _COLOUR),
        body="\n".join(map(_as_html, plain, [paragraph.template for paragraph in paragraphs])),
        footer=html.escape(footer),
    )
    return Email(subject, "\n\n".join([*plain, f"-- \n{footer}"]) + "\n", page)


def _as_html(paragraph: str, template: str) -> str:
    return (_CODE if template == "$code" else _PARAGRAPH).format(html.escape(paragraph))
