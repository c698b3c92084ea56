"""A customer of a stack that sends mail, and what the postman brings to an address."""

import time
from collections.abc import Callable
from typing import Any

from tests.integration.caller import Answer, Caller
from tests.integration.customers import SUPPLIER, claim, credentials, person, store
from tools.local_stack.mailbox import Email, code_in, sent
from tools.local_stack.stack import LocalStack
from utenza.customers.record import Customer

_SECONDS = 30  # that a mail may take on a busy machine


class Postman(Caller):
    def __init__(self, stack: LocalStack) -> None:
        super().__init__(stack.api)
        self._stack = stack

    def new_customer(self, **changes: Any) -> Customer:
        """Bring a customer into the Customers table; the CRM knows no address of theirs."""
        return self.stored(person(**changes))

    def stored(self, customer: Customer, *, is_indexed: bool = False) -> Customer:
        """Bring a customer into the table; one that `is_indexed` is offered to who holds another with its tax code."""
        dynamodb, table = self._stack.client("dynamodb"), self._stack.outputs["CustomersTable"]
        return store(dynamodb, table, customer, is_indexed=is_indexed)

    def choose(self, customer: Customer, user_id: str, **headers: str) -> Answer:
        """Go through both steps, up to the code."""
        step_token = self.post("/verify", claim(customer)).json["step_token"]
        return self.post("/credentials", credentials(step_token, user_id), **headers)

    def confirm(self, confirmation_token: str, code: str) -> Answer:
        return self.post("/credentials/confirm", {"confirmation_token": confirmation_token, "code": code})

    def register(self, customer: Customer, user_id: str) -> None:
        """Go through both steps and the code."""
        token = self.choose(customer, user_id).json["confirmation_token"]
        assert self.confirm(token, self.code(user_id)).status == 200

    def recover(self, user_id: str) -> Answer:
        return self.post("/recovery", {"supplier": SUPPLIER, "user_id": user_id})

    def mails(self, to: str) -> list[Email]:
        """Return what has come to an address, the newest first."""
        return [mail for mail in sent(self._stack.places.stack_port) if mail.to == to]

    def wait_for(self, to: str, words: str, count: int = 1) -> Email:
        """Return the newest mail to an address with these words in its subject, once there are `count` of them."""
        return self._wait(to, lambda mail: words in mail.subject, count)

    def code(self, to: str, count: int = 1) -> str:
        """Return the code in the newest mail to an address, once there are `count` with one."""
        return code_in(self._wait(to, code_in, count))

    def _wait(self, to: str, wanted: Callable[[Email], object], count: int) -> Email:
        deadline = time.monotonic() + _SECONDS
        while time.monotonic() < deadline:
            found = list(filter(wanted, self.mails(to)))
            if len(found) >= count:
                return found[0]
            time.sleep(0.2)
        raise AssertionError(f"no such mail; there are {[mail.subject for mail in self.mails(to)]}")
