"""A mail as its reader sees it: plain text, and the same words as HTML for a small screen.

No pictures, nothing to click that does something: what matters can be read, and typed, from the text.
"""

import html
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template
from typing import NamedTuple

from pydantic import BaseModel

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
_LONG_CODE = '<p style="margin:24px 0;font:bold 20px/1.6 ui-monospace,Menlo,Consolas,monospace">{}</p>'
_CODE = '<p style="margin:24px 0;font:bold 36px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:.15em">{}</p>'


_STYLES = {"$code": _CODE} | dict.fromkeys(("$long_code", "$objection_code", "$undo_code"), _LONG_CODE)


class Email(NamedTuple):
    subject: str
    text: str
    html: str


class EmailText(BaseModel):
    subject: str
    paragraphs: list[str]


class EmailTexts(BaseModel):
    """The e-mails of one language by name: their kind, or one with more words. `$name` stands for a value."""

    greeting: str
    footer: str
    emails: dict[str, EmailText]


@cache
def texts_in(language: str) -> EmailTexts:
    file = Path(__file__).with_name("texts") / f"{language}.toml"
    return EmailTexts.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))


def compose(text: str, supplier: Supplier, language: str, values: Mapping[str, str]) -> Email:
    """Return an e-mail with this text in the account's language, Italian where the supplier does not offer it."""
    language = language if language in supplier.languages else "it"
    texts = texts_in(language)
    filled = {
        "supplier": supplier.name[language],
        "site": supplier.links["site"][language],
        "contact": supplier.links["contact"][language].removeprefix("mailto:"),
        **values,
    }
    subject = Template(texts.emails[text].subject).substitute(filled)
    templates = [texts.greeting, *texts.emails[text].paragraphs]
    paragraphs = [Template(template).substitute(filled) for template in templates]
    footer = Template(texts.footer).substitute(filled)
    page = _PAGE.substitute(
        language=language,
        subject=html.escape(subject),
        supplier=html.escape(filled["supplier"]),
        colour=supplier.mail.get("colour", _COLOUR),
        body="\n".join(map(_as_html, paragraphs, templates)),
        footer=html.escape(footer),
    )
    return Email(subject, "\n\n".join([*paragraphs, f"-- \n{footer}"]) + "\n", page)


def _as_html(paragraph: str, template: str) -> str:
    return _STYLES.get(template, _PARAGRAPH).format(html.escape(paragraph))
