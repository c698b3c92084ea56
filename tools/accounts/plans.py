"""What each command would do, said before it is done. The change and its audit entry are one transaction."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from tools.accounts import lookup
from tools.accounts.deployment import Deployment
from tools.accounts.export import collect
from tools.command_line import Refused
from utenza.dynamodb import Write
from utenza.identifiers import email
from utenza.tables.accounts import Account, Accounts
from utenza.tables.activation_codes import LIFETIME, ActivationCodes
from utenza.tables.audit import Action
from utenza.tables.closures import Closures

_CHANGED = "The account has changed in this moment, and nothing was done. Look at it again"


class Plan(NamedTuple):
    """`text` says what will be done. `do` does it, with the audit entry's write, and returns what to say then."""

    action: Action
    text: str
    do: Callable[[Sequence[Write], int], str]
    account_id: str = ""
    customer_code: str = ""


def close(deployment: Deployment, account: Account) -> Plan:
    _check_open(account)

    def do(also: Sequence[Write], now: int) -> str:
        closures = Closures(deployment.db, deployment.accounts)
        _succeed(closures.close(account, email.key(account.user_id), now=now, also=also))
        return "Closed. Its address and its customers can register again at once."

    customers = ", ".join(account.customers) or "none"
    text = f"Close the account {account.account_id} for good, and free its address and its customers ({customers})"
    return Plan("close", text, do, account.account_id)


def freeze(deployment: Deployment, account: Account) -> Plan:
    if account.status != "active":
        raise Refused(f"The account {account.account_id} is {account.status}")

    def do(also: Sequence[Write], now: int) -> str:
        accounts = Accounts(deployment.db, deployment.accounts)
        _succeed(accounts.freeze(account, email.key(account.user_id), now=now, also=also))
        return "Frozen. Nobody can log in or recover the password, and every session has ended."

    return Plan("freeze", f"Freeze the account {account.account_id}, and end its sessions", do, account.account_id)


def unfreeze(deployment: Deployment, account: Account) -> Plan:
    if account.status != "frozen":
        raise Refused(f"The account {account.account_id} is {account.status}")

    def do(also: Sequence[Write], now: int) -> str:  # noqa: ARG001 - all plans are called alike
        accounts = Accounts(deployment.db, deployment.accounts)
        _succeed(accounts.unfreeze(account, email.key(account.user_id), also=also))
        return "Active again, with the same password. Nobody can freeze it with the same notice once more."

    return Plan("unfreeze", f"Make the account {account.account_id} active again", do, account.account_id)


def end_sessions(deployment: Deployment, account: Account) -> Plan:
    _check_open(account)

    def do(also: Sequence[Write], now: int) -> str:
        accounts = Accounts(deployment.db, deployment.accounts)
        _succeed(accounts.end_sessions(account, email.key(account.user_id), now=now, also=also))
        return "Every session has ended. Access tokens at the supplier's other APIs end within ten minutes."

    return Plan("end_sessions", f"End every session of the account {account.account_id}", do, account.account_id)


def unlink(deployment: Deployment, account: Account, code: str) -> Plan:
    _check_open(account)

    def do(also: Sequence[Write], now: int) -> str:  # noqa: ARG001 - all plans are called alike
        accounts = Accounts(deployment.db, deployment.accounts)
        _succeed(accounts.unlink(account, code, email.key(account.user_id), reason="operator", also=also))
        return f"The customer {code} has left the account and can register again. The account's sessions have ended."

    text = f"Take the customer {code} from the account {account.account_id}, and end the account's sessions"
    return Plan("unlink", text, do, account.account_id, code)


def export(deployment: Deployment, account: Account, file: Path) -> Plan:
    _check_open(account)

    def do(also: Sequence[Write], now: int) -> str:
        text = collect(deployment, account, now=now)
        deployment.db.transact(*also)  # nothing is handed out without its entry
        try:
            with file.open("x", encoding="utf-8") as new:
                new.write(f"{text}\n")
        except OSError as error:
            raise Refused(f"{file}: {error.strerror}, and nothing was written") from None
        return f"Written: {file}. It is personal: hand it to its owner alone, and delete it then."

    text = f"Write what is held about the account {account.account_id} into {file}"
    return Plan("export", text, do, account.account_id)


def activation_code(deployment: Deployment, supplier: str, code: str) -> Plan:
    status = lookup.record_status(deployment, supplier, code)
    if status != "active":
        raise Refused(f"{supplier}: the record of the customer {code} is {status or 'not in the CRM'}")
    if lookup.account_of(deployment, supplier, code):
        raise Refused(f"{supplier}: the customer {code} has an account already: see `find`, `unlink` and `close`")

    def do(also: Sequence[Write], now: int) -> str:
        codes = ActivationCodes(deployment.db, deployment.accounts)
        return codes.issue(supplier, code, now=now, also=also)

    days = LIFETIME // 86_400
    text = f"Issue an activation code for the customer {code}, good once and for {days} days, instead of any before it"
    if not deployment.supplier(supplier).issues_activation_codes:
        text += ". No registration asks for it while issues_activation_codes is off in suppliers.toml"
    return Plan("activation_code", text, do, customer_code=code)


def _check_open(account: Account) -> None:
    if account.status == "closed":
        raise Refused(f"The account {account.account_id} is closed")


def _succeed(done: bool) -> None:  # noqa: FBT001 - what a table returns
    if not done:
        raise Refused(_CHANGED)
