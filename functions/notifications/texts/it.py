"""Le e-mail ai clienti, in italiano (Lei): brevi, dicono che cosa è successo e che cosa fare."""

GREETING = "Gentile cliente,"
FOOTER = "$supplier, $site. Non risponda a questa e-mail con password o codici: non glieli chiederemo mai."

# kind -> (subject, paragraphs); a paragraph that is only $code is shown large
EMAILS = {
    "confirmation_code": (
        "$code è il Suo codice di conferma",
        (
            "per completare la registrazione all'area riservata di $supplier inserisca questo codice nella pagina "
            "della registrazione:",
            "$code",
            "Il codice vale 24 ore.",
            "Se non si è registrato Lei, ignori questa e-mail: senza il codice non succede nulla.",
        ),
    ),
    "address_taken": (
        "Il Suo indirizzo è già registrato",
        (
            "qualcuno ha provato a registrarsi all'area riservata di $supplier con questo indirizzo e-mail, che è già"
            " il Suo user ID.",
            "Se è stato Lei, acceda con la password che ha già; se non la ricorda, scelga «Password dimenticata» "
            "nella pagina di accesso. Per un'altra fornitura usi un altro indirizzo e-mail.",
            "Se non è stato Lei, non deve fare nulla: il Suo accesso non è cambiato.",
        ),
    ),
    "recovery_code": (
        "$code è il Suo codice per la nuova password",
        (
            "per scegliere una nuova password dell'area riservata di $supplier inserisca questo codice nella pagina "
            "del recupero:",
            "$code",
            "Il codice vale 15 minuti. Dopo il codice Le chiederemo la risposta alla Sua domanda.",
            "Se non l'ha chiesto Lei, ignori questa e-mail: la Sua password resta quella di prima. Non dia il codice "
            "a nessuno.",
        ),
    ),
    "user_id_reminder": (
        "Il Suo user ID",
        (
            "ci è stato chiesto di ricordarLe lo user ID dell'area riservata di $supplier. È:",
            "$user_id",
            "Se non l'ha chiesto Lei, non deve fare nulla.",
        ),
    ),
    "welcome": (
        "La registrazione è completa",
        (
            "Lei è ora registrato all'area riservata di $supplier. Acceda con questo indirizzo e-mail e la password "
            "che ha scelto.",
            "Se non si è registrato Lei, ce lo dica subito: $contact",
        ),
    ),
    "registered_elsewhere": (
        "È stato creato un accesso per il Suo codice cliente",
        (
            "per il Suo codice cliente $customer_code è stato creato un accesso all'area riservata di $supplier, con "
            "un indirizzo e-mail diverso da questo.",
            "Se è stato Lei, o una persona di Sua fiducia, non deve fare nulla.",
            "Se non è stato Lei, ce lo dica subito, e chiuderemo quell'accesso: $contact",
        ),
    ),
    "password_changed": (
        "La Sua password è cambiata",
        (
            "la password dell'area riservata di $supplier è appena cambiata, e tutte le sessioni aperte sono "
            "terminate.",
            "Se è stato Lei, non deve fare altro.",
            "Se non è stato Lei, scelga subito «Password dimenticata» nella pagina di accesso e ce lo dica: $contact",
        ),
    ),
    "question_changed": (
        "La Sua domanda di sicurezza è cambiata",
        (
            "la domanda o la risposta con cui si recupera la password dell'area riservata di $supplier è appena "
            "cambiata.",
            "Se non è stato Lei, ce lo dica subito: $contact",
        ),
    ),
    "address_changed": (
        "Il Suo user ID è cambiato",
        (
            "da adesso accede all'area riservata di $supplier con questo indirizzo e-mail.",
            "Se non è stato Lei, ce lo dica subito: $contact",
        ),
    ),
    "address_left": (
        "Il Suo user ID è cambiato",
        (
            "da adesso si accede alla Sua area riservata di $supplier con un altro indirizzo e-mail, non più con "
            "questo.",
            "Se non è stato Lei, ce lo dica subito: $contact",
        ),
    ),
}
