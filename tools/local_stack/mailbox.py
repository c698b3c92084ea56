"""The mails that the local stack has "sent": a page to read, JSON for scripts, and the newest code for a shell."""

import contextlib
import html
import http.client
import json
import re
from contextlib import AbstractContextManager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tools.local_stack import background

SENDER = "utenza@example.com"  # a verified identity of the emulator alone
_CODE = re.compile(r"\b[0-9]{6}\b")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'"
_LIST = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{count} mails</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="5"><style>
body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
article{{border-top:1px solid #8888;padding:1rem 0}}h2{{font-size:1.1rem;margin:0}}p{{margin:.2rem 0;opacity:.8}}
pre{{white-space:pre-wrap;font:inherit;margin:.8rem 0 0}}a{{color:inherit}}</style></head>
<body><h1>Mails of the local stack</h1><p>The newest first; nothing has left this machine. {hint}</p>
{mails}</body></html>"""
_MAIL = """<article><h2>{subject}</h2><p>{at} · to {to} · from {sender}</p>
<p><a href="/messages/{id}.html">as HTML</a></p><pre>{text}</pre></article>"""


class Mail(NamedTuple):
    """`at` is in seconds since 1970."""

    id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str
    at: float


def sent(stack_port: int) -> list[Mail]:
    """Return what the emulator has sent, the newest first."""
    connection = http.client.HTTPConnection("127.0.0.1", stack_port, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", "/_ministack/ses/messages")
        answer = json.load(connection.getresponse())
    found = [_mail(entry) for entries in answer["messages"].values() for entry in entries]
    return sorted(found, key=lambda mail: mail.at, reverse=True)


def code_in(mail: Mail) -> str:
    """Return the six digits of a mail, "" when it has none."""
    found = _CODE.search(mail.subject)
    return found[0] if found else ""


def serving(port: int, stack_port: int) -> AbstractContextManager[None]:
    """Serve the mailbox on 127.0.0.1:`port` while the block runs."""
    server = _Server(("127.0.0.1", port), _Reader)
    server.stack_port = stack_port
    return background.running(server, "mailbox")


def _mail(entry: dict[str, Any]) -> Mail:
    return Mail(
        id=entry["MessageId"],
        sender=entry["Source"],
        to=", ".join(entry["To"]),
        subject=entry["Subject"],
        text=entry["BodyText"],
        html=entry["BodyHtml"],
        at=float(entry["Timestamp"]),
    )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    stack_port = 0


class _Reader(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        wanted = parse_qs(url.query).get("to", [""])[0].lower()
        mails = [mail for mail in sent(self.server.stack_port) if wanted in mail.to.lower()]
        if url.path == "/":
            self._answer(_page(mails), "text/html")
        elif url.path == "/messages":
            self._answer(json.dumps([mail._asdict() for mail in mails], ensure_ascii=False), "application/json")
        elif url.path == "/code":
            self._answer(next(filter(None, map(code_in, mails)), ""), "text/plain")
        else:
            found = [mail.html for mail in mails if url.path == f"/messages/{mail.id}.html"]
            self._answer(
                found[0] if found else "No such mail.", "text/html" if found else "text/plain", found=bool(found)
            )

    def _answer(self, text: str, kind: str, *, found: bool = True) -> None:
        content = text.encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", _POLICY)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the base class's own signature
        """Keep no log."""


def _page(mails: list[Mail]) -> str:
    hint = "" if mails else "None yet."
    return _LIST.format(count=len(mails), hint=hint, mails="\n".join(map(_article, mails)))


def _article(mail: Mail) -> str:
    at = datetime.fromtimestamp(mail.at).astimezone().strftime("%H:%M:%S")
    fields = {"subject": mail.subject, "to": mail.to, "sender": mail.sender, "text": mail.text, "id": mail.id}
    return _MAIL.format(at=at, **{name: html.escape(value) for name, value in fields.items()})
