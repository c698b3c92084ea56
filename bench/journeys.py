"""The journeys whose last step is measured, without mail and with it; each has a customer of its own."""

from typing import Any

from utenza.tokens.keys import RingKey, secrets_of

from bench.events import event
from bench.routes import Prepared
from bench.stage import Stage
from utenza.customers.record import Customer
from utenza.tables.customers import to_item
from utenza.tokens import email_codes

SUPPLIER, PASSWORD, ANSWER = "unogas-energia", "quattro trote blu", "Briciola"
_NAMES = {"first_name": "Mario", "last_name": "Rossi"}
_TAX_CODE = "RSSMRA80A01H501U"

type Body = dict[str, Any]


def journeys(stage: Stage) -> list[Prepared]:
    """Play all journeys of the stage, up to the call that is measured."""
    return _with_mail(stage) if stage.sends_mail else _without_mail(stage)


def verify_body(number: int) -> Body:
    return {"supplier": SUPPLIER, "customer_code": f"0{700_000_000 + number}", "tax_code": _TAX_CODE} | _NAMES


def credentials_body(step_token: str, user_id: str) -> Body:
    return {
        "step_token": step_token,
        "user_id": user_id,
        "password": PASSWORD,
        "password_repeat": PASSWORD,
        "question": "Come si chiamava il mio primo gatto?",
        "answer": ANSWER,
        "answer_repeat": ANSWER,
    }


def login_body(user_id: str) -> Body:
    return {"supplier": SUPPLIER, "user_id": user_id, "password": PASSWORD}


def _without_mail(stage: Stage) -> list[Prepared]:
    new = credentials_body(_step_token(stage, 1), "new@example.com")
    for number, user_id in ((2, "known@example.com"), (3, "forgetful@example.com")):
        stage.call("POST /credentials", credentials_body(_step_token(stage, number), user_id))
    login = login_body("known@example.com")
    session = stage.call("POST /login", login)
    refresh = {"refresh_token": session["refresh_token"]}
    recovery = {"supplier": SUPPLIER, "user_id": "known@example.com"}
    forgotten = stage.call("POST /recovery", {"supplier": SUPPLIER, "user_id": "forgetful@example.com"})
    password = {"password": "cinque lucci verdi", "password_repeat": "cinque lucci verdi"}
    answered = {"recovery_token": forgotten["recovery_token"], "answer": ANSWER, **password}
    account = event("GET /account", bearer=session["access_token"])
    return [
        _post("POST /verify", verify_body(1)),
        _post("POST /credentials", new, status=201, hashes=2),
        _post("POST /login", login, verifies=1),
        _post("POST /login/refresh", refresh, function="login"),
        _post("POST /logout", refresh, function="login", status=204),
        Prepared("GET /account", "account", account),
        _post("POST /recovery", recovery),
        _post("POST /recovery/password", answered, function="recovery", status=204, verifies=1, hashes=1),
        Prepared("GET /suppliers", "suppliers", event("GET /suppliers")),
        Prepared("GET /.well-known/jwks.json", "discovery", event("GET /.well-known/jwks.json")),
    ]


def _with_mail(stage: Stage) -> list[Prepared]:
    new = credentials_body(_step_token(stage, 1), "new@example.com")
    waiting = stage.call("POST /credentials", credentials_body(_step_token(stage, 2), "waiting@example.com"))
    known = stage.call("POST /credentials", credentials_body(_step_token(stage, 3), "known@example.com"))
    stage.call("POST /credentials/confirm", _confirmation(stage, 3, known["confirmation_token"]))
    recovery = {"supplier": SUPPLIER, "user_id": "known@example.com"}
    forgotten = stage.call("POST /recovery", recovery)
    code = {"recovery_token": forgotten["recovery_token"], "code": _code(stage, "recovery")}
    remind = {"supplier": SUPPLIER, "customer_code": verify_body(3)["customer_code"], "tax_code": _TAX_CODE}
    token = {"confirmation_token": waiting["confirmation_token"]}
    return [
        _post("POST /credentials", new, status=201, hashes=2),
        _post(
            "POST /credentials/confirm", _confirmation(stage, 2, token["confirmation_token"]), function="credentials"
        ),
        _post("POST /credentials/confirm/resend", token, function="credentials", status=202),
        _post("POST /recovery", {"supplier": SUPPLIER, "user_id": "somebody@example.com"}),
        _post("POST /recovery/code", code, function="recovery"),
        _post("POST /recovery/user-id", remind, function="recovery", status=202),
    ]


def _post(
    route: str, body: Body, *, function: str = "", status: int = 200, verifies: int = 0, hashes: int = 0
) -> Prepared:
    """Return the call of a route, which a function of its own name answers unless another is given."""
    return Prepared(route, function or route.split("/")[1], event(route, body), status, verifies, hashes)


def _step_token(stage: Stage, number: int) -> str:
    """Store a customer, and return what step one says of them."""
    body = verify_body(number)
    customer = Customer(SUPPLIER, body["customer_code"], "person", "Mario", "Rossi", codice_fiscale=_TAX_CODE)
    stage.put(stage.customers, to_item(customer))
    return str(stage.call("POST /verify", body)["step_token"])


def _confirmation(stage: Stage, number: int, token: str) -> Body:
    return {"confirmation_token": token, "code": _code(stage, "pending", verify_body(number)["customer_code"])}


def _code(stage: Stage, kind: str, ending: str = "") -> str:
    """Return the code that the mail has: of the item of this kind whose key ends so."""
    items = next(items for table, items in stage.items().items() if table == stage.accounts)
    [item] = [item for key, item in items.items() if f"#{kind}#" in key and key.endswith(ending)]
    purpose: email_codes.Purpose = "confirmation" if kind == "pending" else "recovery"
    name = "pending_id" if kind == "pending" else "recovery_id"
    [secret], _ = secrets_of(stage.secret)
    return email_codes.code_for(purpose, item[name]["S"], RingKey(secret))
