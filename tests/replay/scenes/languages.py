"""The language of an answer, and every error in every language."""

from tests.integration.customers import SUPPLIER, claim, credentials, person
from tests.replay.play import Play

LANGUAGES = ("it", "en", "de")
_ACCEPTED = (
    "it",
    "en",
    "de",
    "EN",
    "en-GB",
    "de-AT, de;q=0.9, en;q=0.8",
    "de-IT, it;q=0.5",
    "de-Latn-IT-1996",
    "en_US",
    "eng",
    "fr",
    "fr, en;q=0.5",
    "fr, es;q=0.9",
    "*",
    "*, de;q=0.5",
    "en;q=0.5, de;q=0.7",
    "en;q=0.7, de;q=0.7",
    "de;q=0.7, en;q=0.7",
    "en;q=0",
    "en;q=0, de;q=0",
    "en;q=0.001",
    "en;q=2, de",
    "en;q=-1",
    "en;q=nan, de;q=0.1",
    "en;q=inf",
    "en;q=1e-1, de;q=0.2",
    "en;q=",
    "en;q= 0.9, de;q=0.8",
    "en; q=0.9, de;q=0.8",
    "en;Q=0.9, de;q=0.8",
    "en;level=1, de;q=0.1",
    "en;q=0.9;level=1, de;q=0.1",
    "en;0.9",
    "en;q=0_1",
    ";;;,,,",
    "q=0.9",
    "",
    "deutsch",
    "d\xe9, en;q=0.3",
    " , ,en",
    "fr," * 66 + "de",
    "fr," * 67 + "de",
)


def accepted_languages(play: Play) -> None:
    for accepted in _ACCEPTED:
        name = accepted if len(accepted) < 100 else f"{accepted[:3]}… {len(accepted)} characters"
        play.send(repr(name), "POST", "/login", b"", Content_Type="application/json", Accept_Language=accepted)
    play.send("none", "POST", "/login", b"", Content_Type="application/json")


def suppliers(play: Play) -> None:
    """Ask for the suppliers, whose texts are in the caller's language; they say whether there is mail."""
    for accepted in (*LANGUAGES, "fr", "de-IT, it;q=0.5"):
        play.get(accepted, "/suppliers", Accept_Language=accepted)
    play.get("no language", "/suppliers")
    play.get("a query", "/suppliers?supplier=unogas-energia")
    play.get("a token", "/suppliers", Authorization="Bearer x")
    play.send("a body", "GET", "/suppliers", b"{}", Content_Type="text/plain")


def discovery(play: Play) -> None:
    for accepted in ("it", "de"):
        play.get(f"configuration, {accepted}", "/.well-known/openid-configuration", Accept_Language=accepted)


def published_keys(play: Play) -> None:
    """Ask for the keys; the value of `kid` may change, and is masked."""
    play.get("keys", "/.well-known/jwks.json")


def plain_errors(play: Play) -> None:
    """Errors that need nobody who has registered."""
    nobody = claim(person(code=play.code("nobody")))
    chosen = {"password": "cinque lucci verdi", "password_repeat": "cinque lucci verdi", "answer": "Briciola"}
    for language in LANGUAGES:
        said = {"Accept_Language": language}
        play.send(f"malformed_request {language}", "POST", "/verify", b"x", Content_Type="application/json", **said)
        play.post(f"request_too_large {language}", "/verify", {"a": "x" * 20_000}, **said)
        play.post(f"invalid_request {language}", "/verify", {}, **said)
        play.post(f"customer_not_matched {language}", "/verify", nobody, **said)
        play.post(f"customer_not_matched, hint {language}", "/verify", nobody | {"first_name": "Maria"}, **said)
        play.post(f"step_token_invalid {language}", "/credentials", credentials("x", "a@example.it"), **said)
        confirm = {"confirmation_token": "x", "code": "1"}
        play.post(f"confirmation_token_invalid {language}", "/credentials/confirm", confirm, **said)
        play.post(f"recovery_token_invalid {language}", "/recovery/password", chosen | {"recovery_token": "x"}, **said)
        login = {"supplier": SUPPLIER, "user_id": f"{language}{play.code()}@example.it", "password": "x"}
        play.post(f"invalid_credentials {language}", "/login", login, **said)
        refresh = {"refresh_token": "x"}
        play.post(f"refresh_token_invalid {language}", "/login/refresh", refresh, **said)
        play.get(f"access_token_invalid {language}", "/account", **said)
        play.get(f"origin_refused {language}", "/suppliers", Origin="https://evil.example", **said)


def unavailable(play: Play) -> None:
    """Ask for a login that the table holds only in part, which stands for a table that fails."""
    user_id = f"guasto.{play.code()}@example.it"
    item = {"pk": {"S": f"{SUPPLIER}#email#{user_id}"}}
    play.world.dynamodb.put_item(TableName=play.world.stack.outputs["AccountsTable"], Item=item)
    for language in LANGUAGES:
        body = {"supplier": SUPPLIER, "user_id": user_id, "password": "x"}
        play.post(language, "/login", body, Accept_Language=language, Origin=play.world.stack.origin)
