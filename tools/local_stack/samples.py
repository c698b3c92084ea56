"""Loads the invented customers of samples/ and shows how one of them registers."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from tools.local_stack.places import StackError, environment
from tools.local_stack.stack import LocalStack
from tools.paths import ROOT

_FILE = ROOT / "samples" / "customers.csv"

_REGISTRATION = """
Commands for a registration and a login ({first_name} {last_name} is one of samples/customers.csv):

API={api} JSON='Content-Type: application/json'
STEP=$(curl -sS $API/verify -H "$JSON" -d '{verify}' | cut -d'"' -f4)
{second_step}
curl -sS $API/login -H "$JSON" -d '{login}'; echo
"""


_IMPORTS = """\
Files of the CRM come in through the bucket {bucket}:

make import FILE=samples/customers.csv ARGS="--supplier unogas-energia --send"; sleep 5; make import-history
AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=eu-south-1 \\
  aws --endpoint-url {endpoint} s3 cp s3://{bucket}/reports/ .local/reports --recursive
"""

_WITHOUT_MAIL = """curl -sS $API/credentials -H "$JSON" -d '{credentials}'; echo"""

# The e-mail is sent from the table's stream, shortly after the response.
_WITH_MAIL = """CONFIRM=$(curl -sS $API/credentials -H "$JSON" -d '{credentials}' | cut -d'"' -f12)
CODE=$(curl -sS {mail}/code?to={user_id})
curl -sS $API/credentials/confirm -H "$JSON" -d '{{"confirmation_token": "'$CONFIRM'", "code": "'$CODE'"}}'; echo"""


class Journey(NamedTuple):
    """The bodies of a registration's two steps, the second without its step token, and of a login."""

    verify: dict[str, str]
    credentials: dict[str, str]
    login: dict[str, str]


class _Person(NamedTuple):
    supplier: str
    code: str
    first_name: str
    last_name: str
    tax_code: str


def load(stack: LocalStack, file: Path = _FILE) -> None:
    """Load the sample customers, or those of another export, into the Customers table; raises StackError."""
    table, rejects = stack.outputs["CustomersTable"], str(stack.places.logs / "rejects.csv")
    command = [sys.executable, "-m", "tools.import_customers", str(file), "--endpoint", stack.endpoint]
    log = stack.places.logs / "import.log"
    with log.open("wb") as output:
        result = subprocess.run(
            [*command, "--table", table, "--rejects", rejects],
            cwd=ROOT,
            env=environment(PYTHONPATH="layers/common:functions"),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if result.returncode:
        raise StackError(f"the customers of {file.name} were not loaded: see {log}")


def journey(place: int = 0) -> Journey:
    """Return how a person of the samples registers and logs in, the first one unless a `place` is given."""
    person = next(islice(_people(), place, None), None)
    if person is None:
        raise StackError(f"{_FILE} has fewer active persons")
    user_id = "cliente@example.com" if not place else f"cliente{place}@example.com"
    password, security_answer = "una mattina di sole", "Birillo"
    verify = {
        "supplier": person.supplier,
        "customer_code": person.code,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "tax_code": person.tax_code,
    }
    credentials = {
        "user_id": user_id,
        "password": password,
        "password_repeat": password,
        "question": "Come si chiamava il primo gatto?",
        "answer": security_answer,
        "answer_repeat": security_answer,
    }
    return Journey(verify, credentials, {"supplier": person.supplier, "user_id": user_id, "password": password})


def registration(api: str, mail: str | None) -> str:
    """Return shell commands that register the first person of the samples; `mail` is the mailbox's address."""
    verify, credentials, login = journey()
    second = _WITH_MAIL if mail else _WITHOUT_MAIL
    chosen = json.dumps({"step_token": "'$STEP'", **credentials})
    return _REGISTRATION.format(
        api=api,
        first_name=verify["first_name"],
        last_name=verify["last_name"],
        verify=_quoted(verify),
        second_step=second.format(credentials=chosen, mail=mail, user_id=login["user_id"]),
        login=_quoted(login),
    )


def imports(bucket: str, endpoint: str) -> str:
    """Return shell commands that have the samples imported through the exchange bucket."""
    return _IMPORTS.format(bucket=bucket, endpoint=endpoint)


def _quoted(body: dict[str, str]) -> str:
    """Return JSON that can stand between the shell's single quotes."""
    return json.dumps(body, ensure_ascii=False).replace("'", "\\u0027")


def _people() -> Iterator[_Person]:
    with _FILE.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines, delimiter=";"):
            if row["COGNOME"] and row["STATO"] == "ATTIVO":
                yield _Person(row["FORNITORE"], row["COD_CLIENTE"], row["NOME"], row["COGNOME"], row["COD_FISCALE"])
