"""What a run did, in Italian for the people who look after the CRM; numbers and reasons, and nothing of a customer."""

from datetime import UTC, datetime

from crm_import.rejects import IT_REASONS
from crm_import.runs import Reason, Run

_STATUS = {
    "surveyed": "controllata",
    "held": "TRATTENUTA: non è stato modificato nulla",
    "approved": "confermata: continua come un'altra importazione",
    "applying": "in corso",
    "applied": "eseguita",
    "refused": "RIFIUTATA: non è stato modificato nulla",
    "failed": "INTERROTTA",
    "undone": "annullata",
}
_REASONS = {
    "ceasing": "cesserebbero {found} clienti attivi; senza conferma al massimo {allowed}",
    "changing_hands": "cambierebbero intestatario {found} clienti registrati; senza conferma al massimo {allowed}",
    "too_few_rows": "il file ha {found} righe; in base all'ultimo file completo almeno {allowed}",
    "rejected": "sono state scartate {found} righe; senza conferma al massimo {allowed}",
    "older_file": "il file è più vecchio dell'ultimo file completo importato",
    "undone": "questa importazione era stata annullata",
}
_NUMBERS = {
    "rows": "righe lette",
    "new": "clienti nuovi",
    "changed": "clienti modificati",
    "unchanged": "clienti invariati",
    "gone": "clienti cessati perché non più nel file",
    "kept": "clienti non nel file e lasciati attivi (ci sono righe senza un codice cliente leggibile)",
    "repeated": "righe ripetute",
    "superseded": "righe superate da un file più recente",
    "rejected": "righe scartate",
}


def text(run: Run) -> str:
    """Return the report of a run as plain text."""
    kind = "completo" if run.mode == "full" else "di variazioni"
    lines = [
        f"Importazione {run.id}: {_STATUS[run.status]}",
        f"Fornitore: {run.supplier}",
        f"File {kind}: {run.source.name} ({run.source.size} byte, del {_time(run.as_of)})",
        f"Inviato da: {run.by}",
        *([f"Approvato da: {run.approved_by}"] if run.approved_by else []),
        "",
    ]
    if run.message:
        lines += [f"Perché: {run.message_it or run.message}", f"(In English: {run.message})", ""]
    if run.reasons:
        lines += ["Perché è stata trattenuta:", *(f"- {explain(each)}" for each in run.reasons), ""]
    if run.status == "held":
        lines += [f"Per eseguirla: make import-approve RUN={run.id} (entro il {_time(run.held_until)})", ""]
    lines += [f"{label}: {getattr(run.numbers, name)}" for name, label in _NUMBERS.items()]
    if run.begun:
        whole = f"{run.begun.new} nuovi, {run.begun.changed} modificati, {run.begun.gone} cessati"
        lines += ["", f"Ripresa dopo un'interruzione; in tutto: {whole}"]
    if run.rejects:
        lines += ["", "Righe scartate, per motivo (le righe sono nel file .rejects.csv):"]
        lines += [f"- {count} × {_reason(what)}" for what, count in run.rejects.items()]
    return "\n".join(lines) + "\n"


def status(run: Run) -> str:
    return _STATUS[run.status]


def explain(reason: Reason) -> str:
    return _REASONS[reason.code].format(found=reason.found, allowed=reason.allowed)


def _reason(what: str) -> str:
    code, _, field = what.partition(" ")
    return f"{code}{f' in {field}' if field else ''}: {IT_REASONS.get(code, IT_REASONS['invalid'])}"


def _time(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%d/%m/%Y %H:%M} UTC"
