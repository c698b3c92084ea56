"""The e-mails that the local stack has sent: a page for people, JSON and the newest code for scripts."""

import html
import json
import re
import time
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple

import urllib3
from werkzeug.wrappers import Request, Response

from tools.local_stack import background

OPERATORS = "operatori@example.com"  # told how imports ended
SENDER = "utenza@example.com"  # the emulator accepts it as a verified identity
_PATIENCE = 30  # seconds for an e-mail to arrive
_CODE = re.compile(r"\b[0-9]{6}\b")
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
}
_LIST = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{count} e-mails</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="5"><style>
body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
article{{border-top:1px solid #8888;padding:1rem 0}}h2{{font-size:1.1rem;margin:0}}p{{margin:.2rem 0;opacity:.8}}
pre{{white-space:pre-wrap;font:inherit;margin:.8rem 0 0}}a{{color:inherit}}</style></head>
<body><h1>E-mails of the local stack</h1><p>Newest first. No e-mail has left this machine. {hint}</p>
{emails}</body></html>"""
_EMAIL = """<article><h2>{subject}</h2><p>{at} · to {to} · from {sender}</p>
<p><a href="/messages/{id}.html">as HTML</a></p><pre>{text}</pre></article>"""


class Email(NamedTuple):
    """`at` is in seconds since 1970."""

    id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str
    at: float


def sent(stack_port: int) -> list[Email]:
    """Return the e-mails that the emulator has sent, newest first."""
    response = urllib3.request("GET", f"http://127.0.0.1:{stack_port}/_ministack/ses/messages", timeout=10)
    found = [_email(entry) for entries in response.json()["messages"].values() for entry in entries]
    return sorted(found, key=lambda email: email.at, reverse=True)


def code_in(email: Email) -> str:
    """Return the six digits in the subject of an e-mail, empty if it has none."""
    found = _CODE.search(email.subject)
    return found[0] if found else ""


def serving(port: int, stack_port: int) -> AbstractContextManager[None]:
    """Serve the mailbox on 127.0.0.1:`port` while the block runs.

    The page is at /, JSON at /messages, the newest code at /code, which waits for the first one; `?to=` selects by
    recipient.
    """

    def respond(request: Request) -> Response:
        to = request.args.get("to", "").lower()
        until = time.monotonic() + _PATIENCE
        while True:
            emails = [email for email in sent(stack_port) if to in email.to.lower()]
            if request.path != "/code" or any(map(code_in, emails)) or time.monotonic() > until:
                break
            time.sleep(0.5)
        response = _response(request.path, emails)
        response.headers.update(_HEADERS)
        return response

    return background.serving(port, respond, "mailbox")


def _email(entry: dict[str, Any]) -> Email:
    return Email(
        id=entry["MessageId"],
        sender=entry["Source"],
        to=", ".join(entry["To"]),
        subject=entry["Subject"],
        text=entry["BodyText"],
        html=entry["BodyHtml"],
        at=float(entry["Timestamp"]),
    )


def _response(path: str, emails: list[Email]) -> Response:
    if path == "/":
        return Response(_page(emails), mimetype="text/html")
    if path == "/messages":
        text = json.dumps([email._asdict() for email in emails], ensure_ascii=False)
        return Response(text, mimetype="application/json")
    if path == "/code":
        return Response(next(filter(None, map(code_in, emails)), ""), mimetype="text/plain")
    for email in emails:
        if path == f"/messages/{email.id}.html":
            return Response(email.html, mimetype="text/html")
    return Response("There is no such e-mail.", 404, mimetype="text/plain")


def _page(emails: list[Email]) -> str:
    hint = "" if emails else "None yet."
    return _LIST.format(count=len(emails), hint=hint, emails="\n".join(map(_article, emails)))


def _article(email: Email) -> str:
    at = datetime.fromtimestamp(email.at).astimezone().strftime("%H:%M:%S")
    fields = {"subject": email.subject, "to": email.to, "sender": email.sender, "text": email.text, "id": email.id}
    return _EMAIL.format(at=at, **{name: html.escape(value) for name, value in fields.items()})
