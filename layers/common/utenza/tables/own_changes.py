"""What owners change of their account themselves: password, security question, phone and language."""

from utenza.dynamodb import ConditionFailed, DynamoDb, Value, Write, update
from utenza.tables import keys
from utenza.tables.accounts import Account, Login, account_of_item, password_change
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

    def change_question(self, supplier: str, email_key: str, login: Login, question: str, answer_hash: str) -> bool:
        """Store another question and answer; False if the account is not as `login` says any more."""
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
        try:
            self._db.write(change)
        except ConditionFailed:
            return False
        return True

    def session_ended(self, supplier: str, account_id: str, *, now: int) -> Write:
        """Return the write that has the owner told that a session was ended, for the transaction that ends it."""
        return noted(self._table, supplier, "SessionEnded", account_id, now=now)

    def tell_of_ended_sessions(self, supplier: str, account_id: str, *, now: int) -> None:
        """Have the owner told that sessions were ended, beside their ends."""
        self._db.write(self.session_ended(supplier, account_id, now=now))

    def change_contact(self, account: Account, *, phone: str, language: str) -> Account | None:
        """Store phone ("" for none) and language; return the account as it is now, None if it changed meanwhile."""
        values: dict[str, Value] = {"language": language, "active": "active", "had": account.generation}
        change = "SET #language = :language"
        if phone:
            change, values = f"{change}, #phone = :phone", values | {"phone": phone}
        else:
            change = f"{change} REMOVE #phone"
        key, condition = keys.account(account.supplier, account.account_id), "#status = :active AND #generation = :had"
        try:
            item = self._db.update(update(self._table, key, change, condition=condition, values=values))
        except ConditionFailed:
            return None
        return account_of_item(item)
