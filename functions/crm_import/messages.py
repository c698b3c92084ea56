"""Why an import did not go on, in English for terminals and programs, and in Italian for reports."""

from typing import NamedTuple


class Message(NamedTuple):
    english: str
    italian: str


_FAILURES = {
    "ABORTED": Message("somebody stopped the import", "qualcuno ha fermato l'importazione"),
    "Busy": Message(
        "another import of this supplier did not end in time",
        "un'altra importazione di questo fornitore non è finita in tempo",
    ),
    "Missing": Message("the file is no longer there", "il file non c'è più"),
    "Overloaded": Message("the table could not keep up", "il database non ha tenuto il passo"),
    "Replaced": Message("the file was replaced during the import", "il file è stato sostituito durante l'importazione"),
    "TIMED_OUT": Message("the import took too long", "l'importazione è durata troppo"),
    "Stopped": Message("AWS did not answer", "AWS non ha risposto"),
}
_OTHER = Message("a step failed", "un passaggio non è riuscito")


def of_failure(error: str) -> Message:
    """Return why a run failed, by the name of an error; the name is in it for those who look for more."""
    why = _FAILURES.get(error, _OTHER)
    return Message(
        f"{why.english} ({error}): what is written is right; send the same file again, and it goes on",
        f"{why.italian} ({error}): ciò che è stato scritto è giusto; si riprende da lì inviando di nuovo il file",
    )
