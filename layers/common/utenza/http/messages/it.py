"""Testi per i clienti, in italiano (Lei): dicono che cosa fare adesso."""

# code -> (title, detail)
PROBLEMS = {
    "malformed_request": (
        "Richiesta non leggibile",
        "La richiesta deve essere un oggetto JSON in UTF-8 con Content-Type application/json.",
    ),
    "request_too_large": ("Richiesta troppo grande", "La richiesta può essere al massimo di 16 kB."),
    "invalid_request": (
        "Controlli i dati inseriti",
        "Alcuni campi non vanno bene: li corregga come indicato e riprovi.",
    ),
    "customer_not_matched": (
        "Cliente non trovato",
        "I dati inseriti non corrispondono a nessun cliente attivo. Li confronti con una bolletta recente e riprovi, "
        "scrivendoli così come sono stampati.",
    ),
    "step_token_invalid": (
        "Registrazione da ricominciare",
        "Questo passaggio non è valido o è già stato usato. Se si è appena registrato, acceda con le Sue credenziali; "
        "altrimenti ricominci dai dati della bolletta.",
    ),
    "step_token_expired": (
        "Tempo scaduto",
        "È passato troppo tempo dal primo passaggio. Inserisca di nuovo i dati della bolletta.",
    ),
    "confirmation_token_invalid": (
        "Conferma non valida",
        "Questa conferma non è più valida: forse è già stata usata, c'è una registrazione più recente o i codici "
        "sbagliati sono stati troppi. Provi ad accedere; se non riesce, si registri di nuovo con i dati della "
        "bolletta.",
    ),
    "confirmation_token_expired": (
        "Tempo scaduto",
        "Per confermare l'indirizzo ci sono 24 ore, e sono passate. Si registri di nuovo con i dati della bolletta.",
    ),
    "code_invalid": (
        "Codice non corretto",
        "Il codice non è quello dell'ultima e-mail che Le abbiamo mandato. Controlli le sei cifre e riprovi.",
    ),
    "recovery_token_invalid": (
        "Recupero da ricominciare",
        "Questo recupero della password non è più valido: forse è già stato usato, ne è stato avviato uno più recente "
        "o le risposte sbagliate sono state troppe. Ricominci dal Suo user ID.",
    ),
    "recovery_token_expired": (
        "Tempo scaduto",
        "Per recuperare la password ci sono 15 minuti, e sono passati. Ricominci dal Suo user ID.",
    ),
    "answer_invalid": (
        "Risposta non corretta",
        "La risposta non è quella scelta alla registrazione. Controlli come l'ha scritta e riprovi: maiuscole, accenti "
        "e spazi non contano.",
    ),
    "invalid_credentials": (
        "Accesso non riuscito",
        "Lo user ID o la password non sono corretti. Controlli di averli scritti bene, anche maiuscole e minuscole.",
    ),
    "refresh_token_invalid": ("Sessione terminata", "La sessione è terminata. Acceda di nuovo."),
    "access_token_invalid": ("Accesso necessario", "Per questa pagina deve accedere. Acceda di nuovo."),
    "origin_refused": (
        "Sito non abilitato",
        "Questo servizio non può essere usato dal sito da cui proviene la richiesta.",
    ),
    "not_found": ("Indirizzo inesistente", "Questo indirizzo o metodo non esiste: controlli l'indirizzo."),
    "already_registered": (
        "Cliente già registrato",
        "Per questo cliente esiste già un accesso. Acceda con lo user ID e la password scelti allora.",
    ),
    "user_id_taken": (
        "User ID già in uso",
        "Questo indirizzo e-mail è già usato da un altro accesso. Ne indichi un altro, oppure acceda.",
    ),
    "too_many_attempts": ("Troppi tentativi", "Ci sono stati troppi tentativi. Riprovi tra {wait}."),
    "unavailable": (
        "Servizio non disponibile",
        "Il servizio non è disponibile in questo momento e nulla è stato modificato. Riprovi tra {wait}.",
    ),
}

HINTS = {
    "name_and_tax_code_differ": (
        "Il codice fiscale non sembra quello del nome e cognome inseriti: controlli l'uno e gli altri."
    ),
}

FIELDS = {
    "invalid": "Questo campo non va bene: lo controlli.",
    "required": "Compili questo campo.",
    "too_long": "Il testo è troppo lungo: lo abbrevi.",
    "wrong_type": "Qui ci vuole un testo.",
    "unknown_field": "Questo campo non è previsto.",
    "invalid_characters": "Ci sono caratteri che non si possono usare: li tolga.",
    "unknown_supplier": "Questo fornitore non esiste: ne scelga uno dell'elenco.",
    "invalid_customer_code": "Il codice cliente non ha la forma giusta: lo copi dalla bolletta.",
    "invalid_tax_code": (
        "Il codice fiscale o la partita IVA non è corretto: controlli ogni carattere "
        "(il codice fiscale ne ha 16, oppure 11 cifre; la partita IVA ha 11 cifre)."
    ),
    "invalid_name": "Scriva il nome con sole lettere, così come è stampato sulla bolletta.",
    "invalid_phone": "Il numero di telefono non è corretto: per esempio 333 1234567 oppure +39 02 1234567.",
    "invalid_email": "Scriva un indirizzo e-mail completo, per esempio mario.rossi@esempio.it.",
    "password_too_short": "La password è troppo corta: ne scelga una più lunga.",
    "password_too_common": "Questa password è tra le più usate e si indovina facilmente: ne scelga un'altra.",
    "password_traceable": (
        "La password contiene qualcosa che La riguarda (nome, codice, data di nascita, telefono, e-mail, fornitore): "
        "ne scelga un'altra."
    ),
    "password_is_answer": "La password non può essere la risposta alla domanda: ne scelga una diversa.",
    "repeat_differs": "I due testi non sono uguali: li scriva di nuovo.",
    "answer_too_short": "La risposta è troppo corta: ne scelga una più lunga.",
    "answer_traceable": (
        "La risposta contiene qualcosa che si legge sulla bolletta o che La riguarda: "
        "ne scelga una che conosca solo Lei."
    ),
    "answer_in_question": "La risposta è contenuta nella domanda: cambi l'una o l'altra.",
    "answer_is_password": "La risposta non può essere la password: ne scelga una diversa.",
}


def wait(seconds: int) -> str:
    """Say a waiting time in words, rounded up."""
    if seconds < 60:
        return "un secondo" if seconds == 1 else f"{seconds} secondi"
    minutes = -(-seconds // 60)
    return "un minuto" if minutes == 1 else f"{minutes} minuti"
