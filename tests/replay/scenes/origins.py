"""Whose pages may call: origins and preflights on every route, and what the gateway itself answers."""

from tests.replay.play import JSON, Play
from tests.replay.scenes.routes import GETS, POSTS

_OTHERS = (
    "https://evil.example",
    "null",
    "NULL",
    "*",
    "http://127.0.0.1:8080/",
    "http://127.0.0.1:8080.evil.example",
    "https://127.0.0.1:8080",
    "http://127.0.0.1",
    "HTTP://LOCALHOST:8080",
    "http://localhost:8080, http://127.0.0.1:8080",
    "http://localhost:8080 ",
    "",
)
_ALLOWED = ("http://127.0.0.1:8080", "http://localhost:8080")


def preflights(play: Play) -> None:
    ours, other = play.world.stack.origin, "https://evil.example"
    for path in (*GETS, *POSTS):
        play.send(f"{path} allowed", "OPTIONS", path, Origin=ours)
        play.send(f"{path} refused", "OPTIONS", path, Origin=other)
    asked = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "content-type,x-other"}
    play.send("with request headers", "OPTIONS", "/login", None, Origin=ours, **asked)
    play.send("with request headers, refused", "OPTIONS", "/login", None, Origin=other, **asked)
    play.send("no origin", "OPTIONS", "/login", None, **asked)
    play.send("in German", "OPTIONS", "/login", Origin=other, Accept_Language="de")
    play.send("with a body", "OPTIONS", "/login", b"no JSON", Origin=ours, Content_Type="text/plain")
    play.send("with a token", "OPTIONS", "/account", Origin=ours, Authorization="Bearer x")
    play.send("unknown path", "OPTIONS", "/nowhere", Origin=ours)


def origins(play: Play) -> None:
    for origin in (*_ALLOWED, *_OTHERS):
        play.get(repr(origin), "/suppliers", Origin=origin)
    play.get("ours", "/suppliers", Origin=play.world.stack.origin)
    for path in GETS:
        play.get(f"{path} allowed", path, Origin=play.world.stack.origin)
        play.get(f"{path} refused", path, Origin="https://evil.example")
    for path in POSTS:
        play.post(f"{path} allowed", path, {}, Origin=play.world.stack.origin)
        play.post(f"{path} refused", path, {}, Origin="https://evil.example")
    play.send("refused before the body is read", "POST", "/login", b"x" * 20_000, Origin="null", Content_Type=JSON)
    play.send("allowed, too large", "POST", "/login", b"x" * 20_000, Origin=_ALLOWED[0], Content_Type=JSON)
    play.send("allowed, no JSON", "POST", "/login", b"x", Origin=_ALLOWED[0], Content_Type=JSON)


def paths_and_methods(play: Play) -> None:
    """Ask for what the gateway answers without a function, and for what it lets through."""
    for method, path in (
        ("GET", "/"),
        ("GET", "/nowhere"),
        ("GET", "/verify"),
        ("GET", "/login"),
        ("POST", "/suppliers"),
        ("POST", "/account"),
        ("DELETE", "/login"),
        ("PUT", "/verify"),
        ("PATCH", "/account"),
        ("POST", "/login/"),
        ("POST", "/LOGIN"),
        ("POST", "//login"),
        ("POST", "/login/other"),
        ("POST", "/recovery/other"),
        ("POST", "/credentials/confirm/other"),
        ("GET", "/.well-known"),
        ("GET", "/.well-known/jwks"),
    ):
        play.send(f"{method} {path}", method, path, Accept_Language="de")
    play.get("an origin of others", "/nowhere", Origin="https://evil.example")
    play.send("a query", "POST", "/login?user_id=a", b"{}", Content_Type=JSON)
    play.get("a query on an unknown path", "/nowhere?x=%00")
    play.send("an escaped path", "POST", "/log%69n", b"{}", Content_Type=JSON)
    play.send("a forged address", "POST", "/login", b"{}", Content_Type=JSON, X_Forwarded_For="203.0.113.1, x")
    play.send("other headers", "POST", "/login", b"{}", Content_Type=JSON, Cookie="a=b", Accept="text/html")
