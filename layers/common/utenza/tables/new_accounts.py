"""What a new account is made of, and the three items that it begins with.

One registration is one transaction of them; uniqueness is a condition on a key, never a query before a put.
"""

from collections.abc import Iterable
from typing import NamedTuple

from utenza.customers.record import CustomerSummary, Kind
from utenza.dynamodb import Item, Write, put
from utenza.tables import keys
from utenza.tables.agreements import Acceptance, agreed_at_registration

_USUAL = (("holder", ()), ("role", "holder"), ("closed_at", 0))
_IS_NEW = "attribute_not_exists(#pk)"


class Registration(NamedTuple):
    """Everything a new account is made of; `user_id` as typed, `email_key` as compared, `kind` and `name` as shown.

    `holder` says whose record it was (`tokens.holder`), `accepted` which documents were accepted with it.
    """

    supplier: str
    account_id: str
    customer_code: str
    step_token_id: str
    user_id: str
    email_key: str
    password_hash: str
    question: str
    answer_hash: str
    language: str
    phone: str = ""
    kind: Kind = "person"
    name: str = ""
    holder: tuple[str, ...] = ()
    accepted: tuple[Acceptance, ...] = ()


def new_account(
    table: str, registration: Registration, *, pending_id: str = "", code_key: str = "", now: int
) -> tuple[Write, Write, Write]:
    """Return the writes that make an account, its login and its customer's marker, for a transaction.

    The marker remembers which step token, and which pending registration with a code of which key, it was.
    """
    return (
        put(table, _account_item(registration, now), condition=_IS_NEW),
        put(table, _login_item(registration), condition=_IS_NEW),
        put(table, _marker_item(registration, pending_id, code_key), condition=_IS_NEW),
    )


def agreed(table: str, registration: Registration, *, now: int) -> tuple[Write, ...]:
    """Return the writes of what was accepted, none if nothing was; without conditions, for the same transaction."""
    supplier, account_id = registration.supplier, registration.account_id
    return agreed_at_registration(table, supplier, account_id, registration.accepted, now=now)


def _account_item(registration: Registration, now: int) -> Item:
    return {
        "pk": keys.account(registration.supplier, registration.account_id),
        "account_id": registration.account_id,
        "supplier": registration.supplier,
        "user_id": registration.user_id,
        "status": "active",
        "language": registration.language,
        "customers": [registration.customer_code],
        "summaries": listed(
            [
                CustomerSummary(
                    registration.customer_code, registration.kind, registration.name, "active", registration.holder
                )
            ]
        ),
        "phone": registration.phone or None,
        "created_at": now,
        "generation": 0,
    }


def _login_item(registration: Registration) -> Item:
    return {
        "pk": keys.email(registration.supplier, registration.email_key),
        "account_id": registration.account_id,
        "status": "active",
        "password_hash": registration.password_hash,
        "question": registration.question,
        "answer_hash": registration.answer_hash,
        "generation": 0,
    }


def _marker_item(registration: Registration, pending_id: str, code_key: str) -> Item:
    return {
        "pk": keys.customer(registration.supplier, registration.customer_code),
        "account_id": registration.account_id,
        "step_token_id": registration.step_token_id,
        "pending_id": pending_id or None,
        "code_key": code_key or None,
    }


def listed(customers: Iterable[CustomerSummary]) -> list[Item]:
    """Return summaries as an account item holds them; what is as usual is left out, as in earlier versions."""
    return [
        {name: value for name, value in customer._asdict().items() if (name, value) not in _USUAL}
        for customer in customers
    ]
