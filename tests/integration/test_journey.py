"""The deployed template over HTTP: from the bill to the reserved area, and out again."""

import base64
import json
import time
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from tests.integration.caller import Answer, Caller
from tests.integration.customers import PASSWORD, SUPPLIER, claim, company, credentials, person

pytestmark = pytest.mark.stack

_AS_HOLDER = {"role": "holder", "read_only_until": None}


def _register(caller: Caller, customer: Any, user_id: str) -> Answer:
    verified = caller.post("/verify", claim(customer))
    assert verified.status == 200, verified.content
    return caller.post("/credentials", credentials(verified.json["step_token"], user_id))


def _login(caller: Caller, user_id: str, password: str = PASSWORD) -> Answer:
    return caller.post("/login", {"supplier": SUPPLIER, "user_id": user_id, "password": password})


def test_a_person_registers_logs_in_and_logs_out(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    verified = caller.post(
        "/verify", claim(customer, first_name="NICOLO'", last_name="D\u2019ANGELO", phone="333 12 34 567")
    )
    assert verified.json["customer"] == {"kind": "person"}
    assert verified.json["expires_in"] == 900
    user_id = f"Nicolo.{customer.code}@Example.it"
    registered = caller.post("/credentials", credentials(verified.json["step_token"], user_id))
    assert (registered.status, registered.json) == (201, {"user_id": user_id, "status": "active"})

    session = _login(caller, user_id.upper()).json
    assert (session["token_type"], session["expires_in"], session["refresh_expires_in"]) == ("Bearer", 600, 2_592_000)
    account = caller.get("/account", Authorization=f"Bearer {session['access_token']}").json
    assert account["user_id"] == user_id
    assert account["supplier"] == SUPPLIER
    assert account["phone"] == "+393331234567"
    assert account["customers"] == [
        _AS_HOLDER | {"customer_code": customer.code, "kind": "person", "name": "Nicolò D'Angelo", "status": "active"}
    ]
    assert account["last_login_at"] >= account["created_at"]

    assert "device_token" in session
    renewed = caller.post("/login/refresh", {"refresh_token": session["refresh_token"]}).json
    assert renewed["refresh_token"] != session["refresh_token"]
    assert caller.post("/logout", {"refresh_token": renewed["refresh_token"]}).status == 204
    assert caller.get("/account", Authorization=f"Bearer {renewed['access_token']}").status == 401
    ended = caller.post("/login/refresh", {"refresh_token": renewed["refresh_token"]})
    assert (ended.status, ended.code) == (401, "refresh_token_invalid")


def test_an_account_shows_what_the_crm_changes_in_its_record(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    user_id = f"m.{customer.code}@example.it"
    _register(caller, customer, user_id)
    token = _login(caller, user_id).json["access_token"]
    stored(customer._replace(last_name="Verdi", status="closed"))
    expected = _AS_HOLDER | {
        "customer_code": customer.code,
        "kind": "person",
        "name": "Nicolò Verdi",
        "status": "closed",
    }
    for _ in range(100):
        [shown] = caller.get("/account", Authorization=f"Bearer {token}").json["customers"]
        if shown | {"read_only_until": None} == expected:
            assert shown["read_only_until"] > datetime.now(UTC).isoformat()  # in the months that it can still be read
            return
        time.sleep(0.2)
    pytest.fail(f"still {shown}")


def test_a_repeated_registration_answers_the_same_and_anything_else_is_refused(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    user_id = f"repeat{customer.code}@example.it"
    token = caller.post("/verify", claim(customer)).json["step_token"]
    first, again = (caller.post("/credentials", credentials(token, user_id)) for _ in range(2))
    assert (first.status, first.content) == (again.status, again.content) == (201, again.content)
    other = caller.post("/credentials", credentials(token, f"x{user_id}"))
    assert (other.status, other.code) == (401, "step_token_invalid")


def test_a_company_registers_by_its_name_in_any_usual_spelling(caller: Caller, stored: Any) -> None:
    customer = stored(company())
    typed = claim(customer, company_name="Officine Rizzo società a responsabilità limitata", tax_code="IT 12345670017")
    verified = caller.post("/verify", typed)
    assert verified.json["customer"] == {"kind": "company"}


def test_the_access_token_is_verified_by_anyone_with_the_published_key(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    user_id = f"jwks{customer.code}@example.it"
    _register(caller, customer, user_id)
    token = _login(caller, user_id).json["access_token"]
    configuration = caller.get("/.well-known/openid-configuration").json
    [key] = caller.get("/.well-known/jwks.json").json["keys"]
    assert configuration["jwks_uri"] == f"{configuration['issuer']}/.well-known/jwks.json"
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "at+jwt", "kid": key["kid"]}
    n, e = (int.from_bytes(base64.urlsafe_b64decode(key[part] + "==")) for part in ("n", "e"))
    claims = jwt.decode(
        token,
        RSAPublicNumbers(e, n).public_key(),
        algorithms=["RS256"],
        audience="utenza",
        issuer=configuration["issuer"],
    )
    issued = {"iss", "sub", "aud", "client_id", "supplier", "sid", "auth_time", "amr", "iat", "exp", "jti"}
    assert set(claims) == issued
    assert (claims["amr"], claims["auth_time"]) == (["pwd"], claims["iat"])
    assert set(configuration) == {"issuer", "jwks_uri", "id_token_signing_alg_values_supported"}
    assert claims["exp"] - claims["iat"] == 600
    assert abs(claims["iat"] - time.time()) < 60


def test_the_step_token_says_nothing_of_the_person(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    token = caller.post("/verify", claim(customer)).json["step_token"]
    parts = [base64.urlsafe_b64decode(part + "==").decode("latin-1") for part in token.split(".")[:2]]
    claims = json.loads(parts[1])
    assert customer.supplier in claims.values()
    assert customer.code in claims.values()
    for personal in (customer.first_name, "Nicol", customer.last_name, customer.codice_fiscale):
        assert personal.lower() not in "".join(parts).lower()


def test_a_spent_refresh_token_has_one_successor_and_a_stale_family_ends(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    user_id = f"tabs{customer.code}@example.it"
    _register(caller, customer, user_id)
    first = _login(caller, user_id).json["refresh_token"]
    answers = [caller.post("/login/refresh", {"refresh_token": first}).json["refresh_token"] for _ in range(3)]
    assert len(set(answers)) == 1
    forged = first[:-4] + ("aaaa" if first[-4:] != "aaaa" else "bbbb")
    assert caller.post("/login/refresh", {"refresh_token": forged}).code == "refresh_token_invalid"
    assert caller.post("/login/refresh", {"refresh_token": answers[0]}).code == "refresh_token_invalid"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "e30.e30.e30"])
def test_no_account_without_a_good_access_token(caller: Caller, token: str) -> None:
    answer = caller.get("/account", Authorization=f"Bearer {token}")
    assert (answer.status, answer.code) == (401, "access_token_invalid")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert caller.get("/account").code == "access_token_invalid"


def test_a_step_token_is_no_access_token_and_the_other_way_round(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    verified = caller.post("/verify", claim(customer)).json["step_token"]
    assert caller.get("/account", Authorization=f"Bearer {verified}").code == "access_token_invalid"
    user_id = f"mix{customer.code}@example.it"
    caller.post("/credentials", credentials(verified, user_id))
    access = _login(caller, user_id).json["access_token"]
    assert caller.post("/credentials", credentials(access, user_id)).code == "step_token_invalid"


def test_suppliers_are_listed_in_the_callers_language_and_may_be_cached(caller: Caller) -> None:
    answer = caller.get("/suppliers", Accept_Language="de-IT, it;q=0.5")
    ids = [supplier["supplier"] for supplier in answer.json["suppliers"]]
    assert SUPPLIER in ids
    assert "public" in answer.headers["cache-control"]
    first = answer.json["suppliers"][0]
    assert first["code_label"]
    assert (first["mail"], first["password_min_length"]) == (False, 8)


def test_head_answers_for_suppliers_as_get_without_a_body(caller: Caller) -> None:
    got, head = caller.get("/suppliers"), caller.send("HEAD", "/suppliers")
    assert (head.status, head.content) == (200, b"")
    assert head.headers["cache-control"] == got.headers["cache-control"]


def test_what_is_pasted_with_invisible_characters_is_read(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    pasted = {field: f"\u202a{text}\u202c\u2060" for field, text in claim(customer).items() if field != "supplier"}
    verified = caller.post(
        "/verify", pasted | {"supplier": f"\u200b{SUPPLIER}", "phone": "\u202a+39 333 1234567\u202c"}
    )
    assert verified.status == 200
    user_id = f"pasted{customer.code}@example.it"
    assert caller.post("/credentials", credentials(verified.json["step_token"], f"\u200b{user_id}")).status == 201
    assert _login(caller, f"{user_id}\ufeff").status == 200


def test_a_supplier_is_named_when_there_are_several(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    answer = caller.post("/verify", claim(customer, supplier=None))
    assert ("supplier", "required") in answer.field_codes
    assert ("supplier", "unknown_supplier") in caller.post("/verify", claim(customer, supplier="acme")).field_codes
    elsewhere = caller.post("/verify", claim(customer, supplier="unogas-gas-e-luce"))
    assert elsewhere.code == "customer_not_matched"


def test_the_authorizer_lets_in_who_is_logged_in(caller: Caller, stored: Any, stack: Any) -> None:
    customer = stored(person())
    user_id = f"other-api{customer.code}@example.it"
    _register(caller, customer, user_id)
    session = _login(caller, user_id).json

    def ask(token: str) -> Any:
        event = {
            "methodArn": "arn:aws:execute-api:eu-south-1:000000000000:other/prod/GET/bills",
            "headers": {"Authorization": f"Bearer {token}"},
        }
        answer = stack.client("lambda").invoke(
            FunctionName=stack.outputs["AuthorizerArn"], Payload=json.dumps(event).encode()
        )
        return json.loads(answer["Payload"].read())

    assert ask(session["access_token"])["context"]["supplier"] == SUPPLIER
    assert ask(session["refresh_token"])["errorMessage"] == "Unauthorized"
