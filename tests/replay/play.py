"""One scenario as it is played: callers and customers of its own, and each answer under the name of its call."""

import json
import zlib
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

from tests.integration import customers
from tests.integration.caller import Answer
from tests.integration.customers import PASSWORD, SUPPLIER, claim, credentials
from tests.integration.postman import Postman
from tests.replay.masking import Masks
from tools.local_stack.stack import LocalStack

JSON = "application/json"


class User(NamedTuple):
    """Somebody who has registered, with the usual password and question."""

    customer: Any
    user_id: str

    def login(self, **changes: Any) -> dict[str, Any]:
        """Return the body of a login."""
        return {"supplier": SUPPLIER, "user_id": self.user_id, "password": PASSWORD} | changes


class World:
    """A stack, and what scenarios take from it behind the API's back."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack

    @cached_property
    def dynamodb(self) -> Any:
        return self.stack.client("dynamodb")

    @cached_property
    def secret(self) -> bytes:
        """The key that signs the tokens between two steps."""
        name = self.stack.outputs["StepSecretName"]
        answer = self.stack.client("secretsmanager").get_secret_value(SecretId=name)
        return str(json.loads(answer["SecretString"])["current"]).encode()

    def signature(self, message: str) -> bytes:
        """Return the signature that an access token with this header and these claims would have."""
        return bytes(
            self.stack.client("kms").sign(
                KeyId=self.stack.outputs["SigningKeyArn"],
                Message=message.encode(),
                MessageType="RAW",
                SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256",
            )["Signature"]
        )


class Play:
    """Plays one scenario. `caller` makes the calls that are not recorded, from the scenario's own address."""

    def __init__(self, world: World, scenario: str) -> None:
        self.world = world
        self.calls: dict[str, dict[str, Any]] = {}
        self.caller = Postman(world.stack)
        self._scenario = scenario
        self._masks = Masks(world.stack.api, world.stack.origin)

    def move(self) -> None:
        """Go on from another address, before this one has made too many attempts."""
        self.caller = Postman(self.world.stack)

    def send(self, name: str, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Make a call and record its answer; a name that comes again is numbered."""
        answer = self.caller.send(method, path, body, **headers)
        number = sum(known.split(" #")[0] == name for known in self.calls)
        self.calls[f"{name} #{number + 1}" if number else name] = self._masks.recorded(answer)
        return answer

    def post(self, name: str, path: str, body: object, **headers: str) -> Answer:
        return self.send(name, "POST", path, json.dumps(body).encode(), **({"Content_Type": JSON} | headers))

    def get(self, name: str, path: str, **headers: str) -> Answer:
        return self.send(name, "GET", path, None, **headers)

    def code(self, label: str = "") -> str:
        """Return a customer code that no other scenario has, the same in every run."""
        return f"0{600_000_000 + zlib.crc32(f'{self._scenario}/{label}'.encode()) % 99_999_999}"

    def person(self, label: str = "", **changes: Any) -> Any:
        """Bring a person into the Customers table."""
        return self.store(customers.person(**({"code": self.code(label)} | changes)))

    def company(self, label: str = "", **changes: Any) -> Any:
        return self.store(customers.company(**({"code": self.code(label)} | changes)))

    def trader(self) -> Any:
        """Bring a sole trader into the Customers table, who has both names and both tax codes."""
        names = {"first_name": "Anna", "last_name": "Rizzo", "codice_fiscale": "RZZNNA80A41H501D"}
        return self.company("trader", kind="person", **names)

    def store(self, customer: Any) -> Any:
        return customers.store(self.world.dynamodb, self.world.stack.outputs["CustomersTable"], customer)

    def step_token(self, customer: Any) -> str:
        return str(self.caller.post("/verify", claim(customer)).json["step_token"])

    def address(self, customer: Any) -> str:
        return f"cliente.{customer.code}@example.it"

    def registered(self, label: str = "user", **changes: Any) -> User:
        """Register somebody new, with the code from the mail where there is one."""
        customer = self.person(label, **changes)
        user_id = self.address(customer)
        chosen = self.caller.post("/credentials", credentials(self.step_token(customer), user_id))
        assert chosen.status == 201, chosen.content
        if token := chosen.json.get("confirmation_token"):
            assert self.caller.confirm(token, self.caller.code(user_id)).status == 200
        return User(customer, user_id)

    def session(self, user: User) -> dict[str, Any]:
        """Return the answer to a login that is not recorded."""
        answer = self.caller.post("/login", user.login())
        assert answer.status == 200, answer.content
        return dict(answer.json)

    def recovery_token(self, user: User) -> str:
        return str(self.caller.recover(user.user_id).json["recovery_token"])


type Scenario = Callable[[Play], None]
