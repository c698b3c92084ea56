"""What owners change of their account themselves: password, security question, phone and language."""

from collections.abc import Sequence

from utenza.dynamodb import DynamoDb, TransactionCancelled, Value, Write, update
from utenza.tables import keys
from utenza.tables.accounts import Account, Login, password_change
from utenza.tables.noted import noted


class OwnChanges:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def password_changed(self, supplier: str, email_key: str, login: Login, password_hash: str) -> tuple[Write, ...]:
        """Return the writes that change the password and end every session, for a transaction that opens a new one.

        They hold while account and password are those of `login`, in its generation.
        """
        return password_change(self._table, supplier, email_key, login, password_hash, in_generation=True)

    def change_question(
        self,
        supplier: str,
        email_key: str,
        login: Login,
        question: str,
        answer_hash: str,
        *,
        also: Sequence[Write] = (),
    ) -> bool:
        """Store another question and answer, with `also` in the same transaction.

        False if the account is not as `login` says any more.
        """
        change = update(
            self._table,
            keys.email(supplier, email_key),
            "SET #question = :question, #answer_hash = :answer",
            condition="#account_id = :account AND #status = :active AND #generation = :had",
            values={
                "question": question,
                "answer": answer_hash,
                "account": login.account_id,
                "active": "active",
                "had": login.generation,
            },
        )
        return self._change(change, also)

    def session_ended(self, supplier: str, account_id: str, *, now: int) -> Write:
        """Return the write that has the owner told that a session was ended, for the transaction that ends it."""
        return noted(self._table, supplier, "SessionEnded", account_id, now=now)

    def tell_of_ended_sessions(self, supplier: str, account_id: str, *, now: int) -> None:
        """Have the owner told that sessions were ended, beside their ends."""
        self._db.write(self.session_ended(supplier, account_id, now=now))

    def change_contact(
        self, account: Account, *, phone: str, language: str, now: int, also: Sequence[Write] = ()
    ) -> Account | None:
        """Store phone ("" for none) and language, and have it told to the CRM, with `also` in the same transaction.

        Return the account as it is then, None if it changed meanwhile.
        """
        values: dict[str, Value] = {"language": language, "active": "active", "had": account.generation}
        change = "SET #language = :language"
        if phone:
            change, values = f"{change}, #phone = :phone", values | {"phone": phone}
        else:
            change = f"{change} REMOVE #phone"
        key, condition = keys.account(account.supplier, account.account_id), "#status = :active AND #generation = :had"
        told = noted(self._table, account.supplier, "ContactChanged", account.account_id, now=now)
        written = self._change(update(self._table, key, change, condition=condition, values=values), (told, *also))
        return account._replace(phone=phone, language=language) if written else None

    def _change(self, change: Write, also: Sequence[Write]) -> bool:
        """Do all or nothing; False when the condition of the change does not hold."""
        try:
            self._db.transact(change, *also)
        except TransactionCancelled as cancelled:
            if cancelled.reasons[0].is_condition:
                return False
            raise
        return True
