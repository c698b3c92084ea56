"""Calls every route once on moto, and records what AWS answered: the stand-in for AWS replays it.

So the stand-in needs to know nothing about what the functions store. `python -m bench.rehearsal FILE` runs in the
environment of the functions and writes the events of the calls and the recording as JSON.
"""

import json
import os
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from moto import mock_aws
from moto.kms.utils import RSAPrivateKey

from bench import reserved_area
from bench.recording import (
    ANSWER,
    NEW_PASSWORD,
    PASSWORD,
    SUPPLIER,
    TAX_CODE,
    Rehearsal,
    bill,
    customer_code,
    mailed_code,
)


def without_mail(rehearsal: Rehearsal) -> None:
    """Call all routes of a deployment that sends no mail."""
    reserved_area.without_mail(rehearsal)
    for number, user_id in enumerate(("forgetful@example.com", "known@example.com", "new@example.com")):
        rehearsal.register(number, user_id)
    login = {"supplier": SUPPLIER, "user_id": "known@example.com", "password": PASSWORD}
    first, second, third = (rehearsal.call("POST /login", login) for _ in range(3))
    rehearsal.read_login("known@example.com")
    rehearsal.call("POST /login/refresh", {"refresh_token": first["refresh_token"]})
    rehearsal.call("POST /logout", {"refresh_token": second["refresh_token"]})
    rehearsal.call("GET /account", bearer=third["access_token"])
    recovery = rehearsal.call("POST /recovery", {"supplier": SUPPLIER, "user_id": "forgetful@example.com"})
    new = {"answer": ANSWER, "password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}
    rehearsal.call("POST /recovery/password", {"recovery_token": recovery["recovery_token"], **new})
    rehearsal.call("GET /suppliers")
    rehearsal.call("GET /.well-known/jwks.json")


def with_mail(rehearsal: Rehearsal) -> None:
    """Call the routes that do something else, or only work, in a deployment that sends mail."""
    reserved_area.with_mail(rehearsal)
    known, waiting = (rehearsal.register(number, f"{number}@example.com") for number in (1, 2))
    rehearsal.register(3, "new@example.com")
    token = known["confirmation_token"]
    rehearsal.call("POST /credentials/confirm", {"confirmation_token": token, "code": mailed_code(token)})
    rehearsal.call("POST /credentials/confirm/resend", {"confirmation_token": waiting["confirmation_token"]})
    token = rehearsal.call("POST /recovery", {"supplier": SUPPLIER, "user_id": "1@example.com"})["recovery_token"]
    rehearsal.call("POST /recovery/code", {"recovery_token": token, "code": mailed_code(token)})
    remind = {"supplier": SUPPLIER, "customer_code": customer_code(1), "tax_code": TAX_CODE}
    rehearsal.call("POST /recovery/user-id", remind)
    token = rehearsal.call("POST /reclaim", bill(1))["reclaim_token"]
    rehearsal.call("POST /reclaim/confirm", {"reclaim_token": token, "code": mailed_code(token)})
    rehearsal.routes = [route for route in rehearsal.routes if route.name != "POST /verify"]  # measured without mail


def _sign_digest(self: RSAPrivateKey, message: bytes, signing_algorithm: str) -> bytes:  # noqa: ARG001 - moto's
    """Sign as KMS does. Moto would hash the digest once more, and no token would verify."""
    return self.private_key.sign(message, PKCS1v15(), Prehashed(SHA256()))


def main(file: Path) -> None:
    RSAPrivateKey.sign = _sign_digest  # type: ignore[method-assign]
    with mock_aws():
        rehearsal = Rehearsal()
        (with_mail if os.environ["SENDER_EMAIL"] else without_mail)(rehearsal)
    file.write_text(json.dumps({"routes": rehearsal.routes, "answers": rehearsal.answers}), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
