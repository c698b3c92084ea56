"""A rotation of the signing key on a stack of its own: a key that the stack did not create signs and verifies."""

from pathlib import Path

import jwt
import pytest

from tests.integration.caller import Caller
from tests.integration.customers import PASSWORD, SUPPLIER, claim, credentials, person, store
from tools import rotate_signing_key
from tools.local_stack.places import Places
from tools.local_stack.stack import local_stack
from tools.ports import free_ports

pytestmark = pytest.mark.stack


def test_a_rotated_key_signs_what_the_reserved_area_accepts_and_jwks_shows_both(tmp_path: Path) -> None:
    with local_stack(Places(tmp_path, *free_ports(2))) as stack:
        # No function has been called yet: each meets the roles as they are at its first call.
        assert rotate_signing_key.main(["--endpoint", stack.endpoint, "--begin"]) == 0
        assert rotate_signing_key.main(["--endpoint", stack.endpoint]) == 1  # too early
        caller = Caller(stack.api)
        before = [key["kid"] for key in caller.get("/.well-known/jwks.json").json["keys"]]
        assert len(before) == 2
        assert rotate_signing_key.main(["--endpoint", stack.endpoint, "--without-waiting"]) == 0

        customer = store(stack.client("dynamodb"), stack.outputs["CustomersTable"], person())
        user_id = f"chiave.{customer.code}@example.it"
        step_token = caller.post("/verify", claim(customer)).json["step_token"]
        assert caller.post("/credentials", credentials(step_token, user_id)).status == 201
        typed = {"supplier": SUPPLIER, "user_id": user_id, "password": PASSWORD}
        token = caller.post("/login", typed).json["access_token"]
        assert jwt.get_unverified_header(token)["kid"] == before[1]
        assert caller.get("/account", Authorization=f"Bearer {token}").status == 200
