"""Finds an account and says what it is. Question, answer and hashes are not even read."""

from collections.abc import Iterator
from datetime import UTC, datetime

from tools.accounts.deployment import Deployment
from tools.command_line import Refused
from utenza.customers.record import CustomerSummary
from utenza.errors import InvalidValue
from utenza.identifiers import customer_code, email
from utenza.tables import customers, keys
from utenza.tables.accounts import Account
from utenza.tables.activity import Activity
from utenza.tables.reading import reader

# The operators' policy in template.yaml lists the same attributes: a test compares.
ACCOUNT_ATTRIBUTES = (
    *("account_id", "supplier", "status", "language", "customers", "created_at", "generation"),
    *("user_id", "last_login_at", "email_status", "summaries", "offered", "without_supply_since", "warned"),
)
MARKER_ATTRIBUTES = LOGIN_ATTRIBUTES = ("account_id",)
RECORD_ATTRIBUTES = ("status",)
SESSION_ATTRIBUTES = ("account_id", "generation", "expires_at")

_account = reader(Account)


def account_of(deployment: Deployment, supplier: str, code: str) -> str:
    """Return the id of a customer's account, empty while there is none."""
    marker = deployment.db.get(deployment.accounts, keys.customer(supplier, code), only=MARKER_ATTRIBUTES)
    return "" if marker is None else str(marker["account_id"])


def by_code(deployment: Deployment, supplier: str, code: str) -> Account:
    """Return the account of a customer; Refused if it has none."""
    account_id = account_of(deployment, supplier, code)
    if not account_id:
        raise Refused(f"{supplier}: the customer {code} has no account")
    return by_id(deployment, supplier, account_id)


def by_address(deployment: Deployment, supplier: str, address: str) -> Account:
    """Return the account that logs in with an address; Refused if there is none."""
    try:
        key = email.key(address)
    except InvalidValue:
        raise Refused("--email is not an e-mail address") from None
    login = deployment.db.get(deployment.accounts, keys.email(supplier, key), only=LOGIN_ATTRIBUTES)
    if login is None:
        raise Refused(f"{supplier}: no account has this address")
    return by_id(deployment, supplier, login["account_id"])


def by_id(deployment: Deployment, supplier: str, account_id: str) -> Account:
    """Return an account, also a closed one; Refused if there is none."""
    item = deployment.db.get(deployment.accounts, keys.account(supplier, account_id), only=ACCOUNT_ATTRIBUTES)
    if item is None:
        raise Refused(f"{supplier}: there is no account {account_id}")
    return _account(item)


def valid_code(deployment: Deployment, supplier: str, code: str) -> str:
    """Return a customer code as the tables have it; Refused if it cannot be one of this supplier."""
    try:
        return customer_code.validate(code, deployment.supplier(supplier).code_pattern)
    except InvalidValue:
        raise Refused(f"{supplier} has no customer codes like this one") from None


def record_status(deployment: Deployment, supplier: str, code: str) -> str:
    """Return the status of a customer record, empty if the CRM has none."""
    item = deployment.db.get(deployment.customers, customers.key(supplier, code), only=RECORD_ATTRIBUTES)
    return "" if item is None else str(item["status"])


def open_sessions(deployment: Deployment, account: Account, *, now: int) -> int:
    """Count the open sessions of an account. It reads the whole table of sessions, which has no index."""
    pages = deployment.aws.client("dynamodb").get_paginator("scan")
    found = pages.paginate(
        TableName=deployment.sessions,
        Select="COUNT",
        FilterExpression="#account_id = :account AND #generation = :generation AND #expires_at > :now",
        ExpressionAttributeNames={f"#{name}": name for name in SESSION_ATTRIBUTES},
        ExpressionAttributeValues={
            ":account": {"S": account.account_id},
            ":generation": {"N": str(account.generation)},
            ":now": {"N": str(now)},
        },
    )
    return sum(page["Count"] for page in found) if account.status != "closed" else 0


def described(account: Account) -> Iterator[str]:
    """Yield the lines that say what an account is."""
    yield f"account      {account.account_id}"
    yield f"supplier     {account.supplier}"
    yield f"status       {account.status}"
    if account.user_id:
        yield f"user id      {account.user_id}"
        yield f"e-mail       {account.email_status}"
    yield f"language     {account.language}"
    for code in account.customers:
        summary = account.summary_of(code)
        yield f"customer     {code}" + (f"  {_in_words(summary)}" if summary else "")
    if not account.customers:
        yield "customers    none"
    yield f"created      {_moment(account.created_at)}"
    yield f"last login   {_moment(account.last_login_at) if account.last_login_at else 'never'}"


def delegated(account: Account, code: str = "") -> Iterator[str]:
    """Yield the supplies that an account looks after for somebody else, or the one with this code."""
    found = [each for each in account.summaries if each.role == "delegate" and code in {"", each.code}]
    yield f"account      {account.account_id}"
    yield from (f"delegate of  {each.code}  {each.name} ({each.kind}, {each.status})" for each in found)
    if not found:
        yield "delegate of  nobody"


def activity(deployment: Deployment, account: Account, *, now: int) -> Iterator[str]:
    """Yield the latest entries of an account's activity, the youngest first."""
    book = Activity(deployment.db, deployment.activity)
    entries, more = book.page(account.supplier, account.account_id, now=now)
    yield f"account      {account.account_id}"
    for entry in entries:
        device = entry.device.strip("|").replace("|", " on ") or "unknown device"
        failed = f", after {entry.failed} wrong passwords" if entry.failed else ""
        yield f"{_moment(entry.at)}  {entry.kind}, {device}, {entry.network or 'unknown network'}{failed}"
    if more:
        yield f"and earlier ones: these are the last {len(entries)}"
    if not entries:
        yield "nothing"


def _in_words(summary: CustomerSummary) -> str:
    role = ", delegate" if summary.role == "delegate" else ""
    return f"{summary.name} ({summary.kind}, {summary.status}{role})"


def _moment(seconds: int) -> str:
    return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d %H:%M} UTC"
