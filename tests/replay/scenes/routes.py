"""Every route, and for each POST a body that has the right shape and no right to anything."""

from typing import Any

from tests.integration.customers import PASSWORD, SUPPLIER

GETS = ("/suppliers", "/account", "/.well-known/jwks.json", "/.well-known/openid-configuration")

# The longest text that each field takes.
FIELDS: dict[str, dict[str, int]] = {
    "/verify": {
        "supplier": 40,
        "customer_code": 64,
        "first_name": 100,
        "last_name": 100,
        "company_name": 200,
        "tax_code": 40,
        "phone": 40,
    },
    "/credentials": {
        "step_token": 4096,
        "user_id": 254,
        "password": 1024,
        "password_repeat": 1024,
        "question": 200,
        "answer": 200,
        "answer_repeat": 200,
    },
    "/credentials/confirm": {"confirmation_token": 4096, "code": 40},
    "/credentials/confirm/resend": {"confirmation_token": 4096},
    "/login": {"supplier": 40, "user_id": 254, "password": 1024},
    "/login/refresh": {"refresh_token": 4096},
    "/logout": {"refresh_token": 4096},
    "/recovery": {"supplier": 40, "user_id": 254},
    "/recovery/code": {"recovery_token": 4096, "code": 40},
    "/recovery/password": {"recovery_token": 4096, "answer": 200, "password": 1024, "password_repeat": 1024},
    "/recovery/user-id": {"supplier": 40, "customer_code": 64, "tax_code": 40},
}
POSTS = tuple(FIELDS)

_GOOD = {
    "supplier": SUPPLIER,
    "first_name": "Nicolò",
    "last_name": "D'Angelo",
    "company_name": "OFFICINE RIZZO S.R.L.",
    "tax_code": "DNGNCL80A01H501A",
    "phone": "333 1234567",
    "password": PASSWORD,
    "password_repeat": PASSWORD,
    "question": "Come si chiamava il mio primo gatto?",
    "answer": "Briciola",
    "answer_repeat": "briciola ",
    "code": "123456",
}


def body(path: str, code: str) -> dict[str, Any]:
    """Return a body without a fault in its shape; its tokens are none, and nobody has this customer code."""
    own = {"customer_code": code, "user_id": f"nessuno.{code}@example.it"}
    return {name: (_GOOD | own).get(name, "nessuno") for name in FIELDS[path]}
