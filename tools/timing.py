"""`make timing`: whether response times reveal who has an account. Prints medians for known and unknown addresses.

It starts new local stacks, with and without e-mail, and alternates the two kinds of calls, so that other load on the
machine affects both alike.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import urllib3

from tools.local_stack import mailbox
from tools.local_stack.places import Places, StackError
from tools.local_stack.stack import LocalStack, local_stack
from tools.ports import free_ports

_SUPPLIER = "unogas-energia"
_PASSWORD, _ANSWER = "quattro trote blu", "Briciola"
_FIRST_CODE = 800_000_000  # that of the registered customer
_PERSON = {"first_name": "Mario", "last_name": "Rossi", "tax_code": "RSSMRA80A01H501U"}
_UNLIMITED = {
    "VerifyAttemptsPerSource": "100000",
    "LoginAttemptsPerAccount": "1000",
    "LoginAttemptsInARow": "100000",
    "LoginAttemptsPerSource": "100000",
    "RecoveryAttemptsPerAccount": "1000",
    "RecoveryAttemptsPerSource": "100000",
    "ReclaimAttemptsPerCode": "1000",
    "ReclaimAttemptsPerSource": "100000",
    "MailsPerSource": "100000",
    "ConfirmationsPerAddress": "1000",
}

type Body = dict[str, Any]


class Comparison(NamedTuple):
    """Two kinds of call to compare: functions that return a new request body for each call."""

    name: str
    path: str
    one: Callable[[], Body]
    other: Callable[[], Body]


class Api:
    def __init__(self, stack: LocalStack) -> None:
        self._connections = urllib3.HTTPConnectionPool("127.0.0.1", stack.places.port, timeout=60, retries=False)

    def post(self, path: str, body: Body) -> tuple[float, Any]:
        """Return the duration of a call in seconds, and its response."""
        started = time.perf_counter()
        response = self._connections.request("POST", path, json=body)
        return time.perf_counter() - started, json.loads(response.data or b"{}")


class People:
    """Customers for the measurement; `known` is registered."""

    def __init__(self, stack: LocalStack, api: Api) -> None:
        self._stack, self._api = stack, api
        self._codes: Iterator[int] = iter(range(_FIRST_CODE, 900_000_000))
        self.known, self.unknown = "known@example.com", "unknown@example.com"

    def step_token(self) -> str:
        code = f"0{next(self._codes)}"
        item = {"supplier": _SUPPLIER, "code": code, "kind": "person", "status": "active"}
        item |= {name: _PERSON[name] for name in ("first_name", "last_name")} | {"codice_fiscale": _PERSON["tax_code"]}
        typed = {name: {"S": value} for name, value in ({"pk": f"{_SUPPLIER}#{code}"} | item).items()}
        self._stack.client("dynamodb").put_item(TableName=self._stack.outputs["CustomersTable"], Item=typed)
        return str(self._call("/verify", {"supplier": _SUPPLIER, "customer_code": code, **_PERSON})["step_token"])

    def credentials(self, user_id: str) -> Body:
        return {
            "step_token": self.step_token(),
            "user_id": user_id,
            **dict.fromkeys(("password", "password_repeat"), _PASSWORD),
            "question": "Come si chiamava il mio primo gatto?",
            **dict.fromkeys(("answer", "answer_repeat"), _ANSWER),
        }

    def register(self) -> None:
        response = self._call("/credentials", self.credentials(self.known))
        while response["status"] != "active":
            codes = [mailbox.code_in(email) for email in mailbox.sent(self._stack.places.stack_port)]
            if codes:
                confirmation = {"confirmation_token": response["confirmation_token"], "code": codes[0]}
                response = self._call("/credentials/confirm", confirmation)
            time.sleep(0.2)

    def login(self, user_id: str) -> Body:
        return {"supplier": _SUPPLIER, "user_id": user_id, "password": "wrong password"}

    def recovery(self, user_id: str) -> Body:
        return {"supplier": _SUPPLIER, "user_id": user_id}

    def recovery_token(self, user_id: str) -> str:
        return str(self._call("/recovery", self.recovery(user_id))["recovery_token"])

    def code(self, user_id: str) -> Body:
        return {"recovery_token": self.recovery_token(user_id), "code": "not it"}

    def security_answer(self, user_id: str) -> Body:
        new = dict.fromkeys(("password", "password_repeat"), "cinque lucci verdi")
        return {"recovery_token": self.recovery_token(user_id), "answer": "not it", **new}

    def reclaim(self, number: int) -> Body:
        return {"supplier": _SUPPLIER, "customer_code": f"0{number}", **_PERSON}

    def reclaim_code(self, number: int) -> Body:
        token = self._call("/reclaim", self.reclaim(number))["reclaim_token"]
        return {"reclaim_token": token, "code": "not it"}

    def _call(self, path: str, body: Body) -> Any:  # noqa: ANN401 - each call has its own response
        return self._api.post(path, body)[1]


def main() -> int:
    options = _parser().parse_args()
    print(f"medians of {options.calls} calls each, alternating, in milliseconds; the goal is a ratio of 0.9 to 1.1")
    try:
        for mail in ("off", "on"):
            _measure(mail, options.calls)
    except StackError as error:
        print(f"make timing: {error}", file=sys.stderr)
        return 1
    return 0


def _measure(mail: str, calls: int) -> None:
    overrides: Mapping[str, str] = _UNLIMITED | ({"SenderEmail": mailbox.SENDER} if mail == "on" else {})
    port, stack_port = free_ports(2)
    with (
        tempfile.TemporaryDirectory(prefix="utenza-timing-") as folder,
        local_stack(Places(Path(folder), port, stack_port), overrides) as stack,
    ):
        api = Api(stack)
        people = People(stack, api)
        people.register()
        print(f"\nMAIL={mail}\n{'call':<38}{'known':>9}{'unknown':>9}{'ratio':>8}", flush=True)
        for comparison in _comparisons(people, mail):
            times: tuple[list[float], list[float]] = ([], [])
            for _ in range(calls):
                for took, make in zip(times, (comparison.one, comparison.other), strict=True):
                    took.append(api.post(comparison.path, make())[0])
            one, other = (statistics.median(took) * 1000 for took in times)
            print(f"{comparison.name:<38}{one:>9.1f}{other:>9.1f}{one / other:>8.3f}", flush=True)


def _comparisons(people: People, mail: str) -> list[Comparison]:
    def by_address(name: str, path: str, make: Callable[[str], Body]) -> Comparison:
        return Comparison(name, path, lambda: make(people.known), lambda: make(people.unknown))

    def by_customer(name: str, path: str, make: Callable[[int], Body]) -> Comparison:
        return Comparison(name, path, lambda: make(_FIRST_CODE), lambda: make(999_999_999))

    both = [
        by_address("/login, wrong password", "/login", people.login),
        by_address("/recovery", "/recovery", people.recovery),
    ]
    if mail == "off":
        return [*both, by_address("/recovery/password, wrong answer", "/recovery/password", people.security_answer)]
    return [
        *both,
        by_address("/recovery/code, wrong code", "/recovery/code", people.code),
        by_customer("/reclaim", "/reclaim", people.reclaim),
        by_customer("/reclaim/confirm, wrong code", "/reclaim/confirm", people.reclaim_code),
        Comparison(
            "/credentials, address taken or free",
            "/credentials",
            lambda: people.credentials(people.known),
            lambda: people.credentials(people.unknown),
        ),
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make timing", description=__doc__)
    parser.add_argument("--calls", type=int, default=200, help="number of calls of each kind")
    return parser


if __name__ == "__main__":
    sys.exit(main())
